policy: phone
rules:
  - name: calls
    when: {channel: phone}
    targets: {speed_of_answer: 20s, first_response: 2m}
---
# Answered in time.
at Mon 10:00:00 phone ann calls key=c1
at Mon 10:00:30 phone ann queued key=c1 queue=main
at Mon 10:00:45 phone ann connected key=c1
at Mon 10:03:00 phone ann ends key=c1
# Nobody picks up the first ringing: the wait goes on.
at Mon 11:00:00 phone bob queued key=c2 queue=main
at Mon 11:00:10 phone bob rings key=c2
at Mon 11:00:15 phone bob no-answer key=c2
expect Mon 11:00:20 breached speed_of_answer
at Mon 11:00:40 phone bob connected key=c2
expect Mon 11:00:40 recovered speed_of_answer
at Mon 11:02:00 phone bob ends key=c2
# Gives up at once: neither met nor missed.
at Mon 12:00:00 phone cat queued key=c3 queue=main
at Mon 12:00:04 phone cat abandons key=c3
at Mon 12:00:04 phone cat ends key=c3
expect conversations 3
