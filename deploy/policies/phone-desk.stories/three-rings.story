# Picked up at the second ring.
at Mon 10:00:00 phone ann queued key=c1 queue=emergency
at Mon 10:00:00 phone ann rings key=c1
at Mon 10:00:11 phone ann answered key=c1
expect met speed_of_answer
at Mon 10:05:00 phone ann ends key=c1
at Mon 10:06:00 phone - resolved key=c1
expect no alerts
# On a Sunday night it is the same: three rings.
at Sun 03:00:00 phone ben queued key=c2 queue=emergency
expect due Sun 03:00:18 speed_of_answer
expect Sun 03:00:12 at_risk speed_of_answer
expect Sun 03:00:18 breached speed_of_answer
at Sun 03:00:25 phone ben answered key=c2
expect Sun 03:00:25 recovered speed_of_answer
expect Sun 03:00:25 recovered speed_of_answer
at Sun 03:12:00 phone ben ends key=c2
at Sun 03:15:00 phone - resolved key=c2
expect met resolution
expect conversations 2
