policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# The profile is older than what it is about, but it was heard of afterwards: as if it had been known in time.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order?"
at Mon 09:30 chat chat:web:17 id=chat key=s1 "My order?"
at Mon 09:20 identity crm same ann@example.org chat:web:17 late
expect merged
expect same conversation mail chat
expect due Mon 10:00 first_response
at Mon 09:40 email to ann@example.org agent ref=m1 key=m2
expect met first_response
expect no alerts
