policy: desk
rules:
  - name: all
    targets: {first_response: 1h}
---
# Nobody's word is trusted here; an operator's counts, also where the two were parted before, and the limits hold for
# operators too.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order"
at Mon 09:10 chat chat:web:17 id=chat key=s1 "My order"
at Mon 09:15 identity crm same ann@example.org chat:web:17
expect suggestion
expect different customers ann@example.org chat:web:17
at Mon 09:20 operator link ann@example.org chat:web:17 dry-run command=asked
expect would-change
expect different customers ann@example.org chat:web:17
at Mon 09:21 operator link ann@example.org chat:web:17 "she said so on the phone"
expect done
expect merged
expect same customer ann@example.org chat:web:17
expect same conversation mail chat
expect due Mon 10:00 first_response for chat:web:17
at Mon 09:22 operator link ann@example.org chat:web:17
expect nothing-to-do
at Mon 09:23 operator split ann@example.org chat:web:17
expect different conversations mail chat
at Mon 09:24 operator link ann@example.org chat:web:17
expect done
expect same conversation mail chat
at Mon 09:25 operator link ann@example.org customer:1
at Mon 09:26 operator link chat:web:17 customer:2
expect refused conflict
at Mon 09:27 operator split customer:1 customer:2
expect refused not_together
at Mon 09:30 email to ann@example.org agent ref=m1 key=m2
expect met first_response for chat:web:17
expect no alerts
