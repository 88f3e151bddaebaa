# Rung in vain at one desk: the wait goes on at the next.
at Mon 12:00:00 phone ann queued key=c1 queue=general
at Mon 12:00:02 phone ann rings key=c1
at Mon 12:00:14 phone ann no-answer key=c1
expect Mon 12:00:15 at_risk speed_of_answer
expect Mon 12:00:20 breached speed_of_answer
at Mon 12:00:21 phone ann rings key=c1
at Mon 12:00:24 phone ann answered key=c1
expect Mon 12:00:24 recovered speed_of_answer
expect Mon 12:00:24 recovered speed_of_answer
expect missed speed_of_answer
at Mon 12:03:00 phone ann ends key=c1
