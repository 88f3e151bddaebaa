policy: desk
rules:
  - name: all
    targets: {first_response: 1h}
---
# What the agent says in a chat comes before what it answers, and names nobody: it waits for who is heard in that chat.
at Mon 09:00:10 chat - agent id=answer key=s1 "With you in a moment"
expect conversations 0
at Mon 09:00 chat chat:web:17 id=question key=s1 late "Hello?"
expect same conversation question answer
expect customers 1
expect met first_response
expect no alerts
