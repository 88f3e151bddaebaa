policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# "My address is ann@example.org", typed into a chat, may be anybody's: kept in mind, not followed. A profile may be.
at Mon 09:00 email ann@example.org id=mail key=m1 "My order?"
at Mon 09:05 chat chat:web:17 id=chat key=s1 "I am ann@example.org"
at Mon 09:05 identity web-chat same chat:web:17 ann@example.org method=said_in_chat
expect suggestion
expect different customers ann@example.org chat:web:17
expect different conversations mail chat
at Mon 09:10 identity crm same chat:web:17 ann@example.org
expect merged
expect same conversation mail chat
at Mon 09:15 chat to chat:web:17 key=s1 "Hello Ann"
expect met first_response
expect no alerts
