policy: desk
rules:
  - name: all
    targets: {first_response: 8h, next_response: 1h}
---
# A week lies between two mails about the same parcel: the rules make two conversations of them, an operator one. Its wait
# is the older one's; an answer to either stops it.
at Mon 09:00 email ann@example.org id=one key=m1 "Where is my parcel?"
at Fri 09:00 email ann@example.org id=other key=m2 "Still nothing."
expect different conversations one other
expect due Fri 17:00 first_response for ann@example.org
expect Mon 17:00 breached first_response
at Fri 09:10 operator merge one other dry-run command=asked
expect would-change
expect different conversations one other
at Fri 09:11 operator merge one other "the same parcel"
expect done
expect same conversation one other
expect conversations 1
at Fri 09:12 operator merge one other command=again
expect nothing-to-do
at Fri 09:30 email to ann@example.org agent ref=m2 key=m3 "It comes today."
expect state waiting_customer for ann@example.org
# Late, and by the key of what was absorbed.
at Thu 09:00 email ann@example.org ref=m2 key=m4 late "Hello?"
expect conversations 1
expect same conversation one other
expect Fri 09:30 recovered first_response
# Another customer's is none of theirs.
at Fri 10:00 chat bea key=s1 id=hers "Hello"
at Fri 10:01 operator merge one hers
expect refused not_together
at Fri 10:02 chat to bea key=s1 "Hello, Bea"
