policy: phone
rules:
  - name: calls
    when: {channel: phone}
    targets: {speed_of_answer: {target: 20s, at_risk: 75%}}
---
# A number is withheld, so a call has only its own id. It does not wait for a name longer than its deadlines let it.
at Mon 10:00:00 phone - calls key=c1
at Mon 10:00:02 phone - queued key=c1 queue=main
expect conversations 0
expect Mon 10:00:17 at_risk speed_of_answer
expect Mon 10:00:20 conversations 1
expect Mon 10:00:22 breached speed_of_answer
at Mon 10:00:40 phone - connected key=c1
expect Mon 10:00:40 recovered speed_of_answer
expect Mon 10:00:40 recovered speed_of_answer
at Mon 10:03:00 phone - ends key=c1
expect conversations 1
