policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# A profile knows her by three identifiers. She chats, calls because nobody writes back, and sends a mail: one customer,
# one conversation, one wait at a time, and an answer on any channel ends it.
at Mon 08:00 identity crm same ann@example.org +358401234567
at Mon 08:00 identity crm same ann@example.org chat:web:17
at Mon 09:00 chat chat:web:17 id=chat key=s1 "Where is my parcel?"
expect due Mon 10:00 first_response
at Mon 09:20 phone +358401234567 queued id=call key=c1
# Calling does not set the clock back.
expect due Mon 10:00 first_response
at Mon 09:21 phone +358401234567 answered key=c1
expect met first_response
at Mon 09:25 phone +358401234567 ends key=c1
at Mon 12:00 email ann@example.org id=mail key=m1 "One more thing"
expect due Mon 13:00 next_response
expect same conversation chat call mail
expect same customer ann@example.org +358401234567 chat:web:17
expect customers 1
expect conversations 1
expect Mon 13:00 breached next_response
at Mon 13:30 chat to chat:web:17 key=s1 "It is on its way"
expect Mon 13:30 recovered next_response
expect state waiting_customer for ann@example.org
