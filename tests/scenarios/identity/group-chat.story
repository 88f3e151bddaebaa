policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
order matters  # contacts outside of the room join by the customer alone
# Three in one room of a messenger: one conversation, by its session, whoever speaks. Outside of it each is a customer of
# their own.
at Mon 09:00 chat chat:app:1 id=one key=room "We cannot log in"
at Mon 09:01 chat chat:app:2 id=two key=room "Nor can I"
at Mon 09:02 chat chat:app:3 id=three key=room "Me neither"
expect same conversation one two three
expect conversations 1
expect due Mon 10:00 first_response
at Mon 09:30 chat - agent key=room "We look at it"
expect met first_response
at Mon 09:40 chat chat:app:2 id=alone key=s2 "And my bill?"
at Mon 09:41 chat chat:app:3 id=other key=s3 "And mine?"
expect different conversations one alone other
expect different customers chat:app:1 chat:app:2 chat:app:3
at Mon 09:50 chat to chat:app:2 key=s2 "Here it is"
at Mon 09:51 chat to chat:app:3 key=s3 "Here it is"
expect no alerts
