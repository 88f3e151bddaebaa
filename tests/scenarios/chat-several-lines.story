policy: chat
rules:
  - name: chat
    when: {channel: chat}
    targets: {first_response: 1m, next_response: 2m}
---
# Three lines before an answer are one wait, from the oldest.
at Mon 09:00:00 chat ann says key=s1 "hello"
at Mon 09:00:30 chat ann says key=s1 "anybody there?"
at Mon 09:00:50 chat - note key=s1
at Mon 09:00:55 chat - bot key=s1
expect Mon 09:01 breached first_response
at Mon 09:01:10 chat - agent key=s1 "good morning"
expect Mon 09:01:10 recovered first_response
at Mon 09:02:00 chat ann says key=s1 "my bill is wrong"
at Mon 09:03:00 chat ann says key=s1 "hello?"
at Mon 09:03:59 chat - agent key=s1 "let me look"
expect conversations 1
