policy: cases
rules:
  - name: cases
    when: {channel: email}
    targets: {resolution: 4h}
---
at Mon 09:00 email ann says key=t1
at Mon 10:00 email - agent key=t1
at Mon 10:00:01 email - pending key=t1
# Six hours of waiting for the customer do not count.
at Mon 16:00:01 email ann says key=t1
at Mon 17:00:01 email - resolved key=t1
# Reopened by its own key: two hours and a second were spent, the closed night is left out.
at Tue 09:00:01 email ann says key=t1
expect Tue 11:00 breached resolution
at Tue 12:00:01 email - resolved key=t1
expect Tue 12:00:01 recovered resolution
expect conversations 1
