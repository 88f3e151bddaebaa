policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm, operator]}
---
# A profile takes father and daughter for one. An operator parts them: each has what came by their own identifier, with
# its own wait, and the profile that says it again is told no.
at Mon 09:00 email ann@example.org id=hers key=m1 "My bill"
at Mon 09:10 chat chat:web:17 id=his key=s1 "My bill"
expect different customers ann@example.org chat:web:17
at Mon 09:20 identity crm same ann@example.org chat:web:17
expect merged
expect same customer ann@example.org chat:web:17
expect same conversation hers his
at Mon 09:30 identity operator not-same ann@example.org chat:web:17 "father and daughter"
expect split
expect different customers ann@example.org chat:web:17
expect different conversations hers his
expect due Mon 10:00 first_response for ann@example.org
expect due Mon 10:10 first_response for chat:web:17
at Mon 09:40 identity crm same ann@example.org chat:web:17
expect conflict never_again
expect different customers ann@example.org chat:web:17
at Mon 09:50 email to ann@example.org agent ref=m1 key=m2
at Mon 09:55 chat to chat:web:17 key=s1 "Here it is"
expect met first_response for ann@example.org
expect met first_response for chat:web:17
expect no alerts
