policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# The same, learned only when both were late: what was said of the later wait is taken back, as of its last word.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order?"
at Mon 09:30 chat chat:web:17 id=chat key=s1 "My order?"
expect Mon 10:00 breached first_response
expect Mon 10:30 breached first_response
at Mon 10:35 identity crm same ann@example.org chat:web:17
expect merged
expect same conversation mail chat
expect Mon 09:30 retracted first_response
at Mon 10:40 chat to chat:web:17 key=s1 "On its way"
expect Mon 10:40 recovered first_response
