policy: priorities
rules:
  - name: urgent
    when: {channel: email, priority: urgent}
    targets: {first_response: 1h}
  - name: other
    when: {channel: email}
    targets: {first_response: 8h}
---
# Urgent since 09:30: the wait counts from the beginning.
at Mon 09:00 email ann says key=m1
at Mon 09:30 email - changes key=m1 priority=urgent
expect Mon 10:00 breached first_response
at Mon 10:15 email - agent key=m1
expect Mon 10:15 recovered first_response
