policy: mail
rules:
  - name: mail
    when: {channel: email}
    targets: {first_response: 4h}
---
# The answer never arrived, so the customer still waits.
at Mon 09:00 email ann says key=m1
at Mon 10:00 email - agent key=m1 id=answer
at Mon 10:05 email - bounced key=m1 of=answer
expect Mon 13:00 breached first_response
at Mon 14:00 email - agent key=m1
expect Mon 14:00 recovered first_response
