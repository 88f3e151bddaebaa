# Answered at once, then passed on: the second queue is a wait of its own.
at Thu 11:00:00 phone ann queued key=c1 queue=general
at Thu 11:00:08 phone ann answered key=c1
expect met speed_of_answer
at Thu 11:02:00 phone ann transferred key=c1
at Thu 11:02:00 phone ann queued key=c1 queue=engineers
expect due Thu 11:03 speed_of_answer
expect Thu 11:02:45 at_risk speed_of_answer
at Thu 11:02:50 phone ann answered key=c1
expect Thu 11:02:50 recovered speed_of_answer
at Thu 11:09:00 phone ann ends key=c1
