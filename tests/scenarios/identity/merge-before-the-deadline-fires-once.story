policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# Two waits of two strangers, until it is learned in the last minute that they are one customer: one wait, from the first
# word, and its deadline says so once. The second wait has no deadline of its own any more.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order?"
at Mon 09:30 chat chat:web:17 id=chat key=s1 "My order?"
expect due Mon 10:30 first_response
at Mon 09:59:59 identity crm same ann@example.org chat:web:17
expect merged
expect same conversation mail chat
expect due Mon 10:00 first_response
expect Mon 10:00 breached first_response
at Mon 10:40 chat to chat:web:17 key=s1 "On its way"
expect Mon 10:40 recovered first_response
expect conversations 1
