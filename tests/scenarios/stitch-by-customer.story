policy: stitch
rules:
  - name: all
    when: {channel: [chat, email, phone]}
    targets: {first_response: 1h, next_response: 1h}
---
order matters  # contacts join by the customer alone
# Chat, then a call: the same customer inside four hours is the same conversation.
at Mon 09:00 chat ann says key=s1
at Mon 09:05 chat ann agent key=s1
at Mon 10:00 phone ann queued key=c1
at Mon 10:01 phone ann connected key=c1
at Mon 10:05 phone ann ends key=c1
# A mail on the same day belongs to it as well; a mail a week later does not.
at Mon 15:00 email ann says key=m1
expect Mon 16:00 breached next_response
at Mon 17:00 email ann agent ref=m1 key=m2
expect Mon 17:00 recovered next_response
at Mon+1 09:00 email ann says key=m3
expect Mon+1 10:00 breached first_response
expect conversations 2
