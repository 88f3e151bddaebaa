policy: desk
rules:
  - name: all
    targets: {first_response: 1h}
identity: {trust: [crm]}
---
# What was a mistake of its source counts as never said: who is joined by it alone is parted, and joined again by the same
# source when it says so again.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order"
at Mon 09:10 chat chat:web:17 id=chat key=s1 "My order"
at Mon 09:20 identity crm same ann@example.org chat:web:17
expect same conversation mail chat
at Mon 09:25 operator forget ann@example.org chat:web:17 source=shop method=login
expect nothing-to-do
at Mon 09:26 operator forget ann@example.org chat:web:17 source=crm method=verified_profile "two accounts mixed up"
expect done
expect split
expect different conversations mail chat
expect different customers ann@example.org chat:web:17
at Mon 09:30 identity crm same ann@example.org chat:web:17
expect merged
expect same customer ann@example.org chat:web:17
at Mon 09:40 email to ann@example.org agent ref=m1 key=m2
at Mon 09:41 chat to chat:web:17 key=s1 "Here it is"
expect no alerts
