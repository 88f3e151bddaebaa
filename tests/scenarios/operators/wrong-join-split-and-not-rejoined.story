policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm, {source: shop, methods: [login]}]}
---
# A profile takes father and daughter for one. An operator parts them: each has what came by their own identifier with its
# own wait. The profile that says it again is told no; a login of the shop is news, and joins them.
at Mon 09:00 email ann@example.org id=hers key=m1 "My bill"
at Mon 09:10 chat chat:web:17 id=his key=s1 "My bill"
at Mon 09:20 identity crm same ann@example.org chat:web:17
expect same conversation hers his
at Mon 09:30 operator split ann@example.org chat:web:17 command=first dry-run "father and daughter"
expect would-change
expect same customer ann@example.org chat:web:17
expect same conversation hers his
at Mon 09:31 operator split ann@example.org chat:web:17 command=second "father and daughter"
expect done
expect split
expect different customers ann@example.org chat:web:17
expect different conversations hers his
expect due Mon 10:00 first_response for ann@example.org
expect due Mon 10:10 first_response for chat:web:17
# Given twice it does nothing and is answered as before; under another id nothing is left to do.
at Mon 09:32 operator split ann@example.org chat:web:17 command=second
expect done
expect customers 2
at Mon 09:33 operator split ann@example.org chat:web:17 command=third
expect nothing-to-do
at Mon 09:40 identity crm same ann@example.org chat:web:17
expect conflict never_again
expect different customers ann@example.org chat:web:17
at Mon 09:41 identity shop same ann@example.org chat:web:17 method=login
expect same customer ann@example.org chat:web:17
at Mon 09:50 email to ann@example.org agent ref=m1 key=m2
at Mon 09:55 chat to chat:web:17 key=s1 "Here it is"
expect no alerts
