policy: desk
rules:
  - name: all
    targets: {first_response: 1h}
---
# Somebody whom nobody knows begins a thread. After a minute it is a conversation of nobody, and late like any other.
at Mon 09:00 social - says id=post key=p1 "Where is my parcel?"
expect conversations 0
expect Mon 09:01 conversations 1
expect Mon 10:00 breached first_response
# Then a name is heard in it, and it is hers: what we tell her by her name alone answers it.
at Mon 10:20 social social:twitter:116416 id=reply ref=p1 key=p2 "Nobody?"
expect same conversation post reply
expect customers 1
at Mon 10:30 social to social:twitter:116416 agent id=answer "On its way"
expect same conversation post answer
expect Mon 10:30 recovered first_response
expect conversations 1
