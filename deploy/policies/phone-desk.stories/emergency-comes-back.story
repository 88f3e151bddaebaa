# An emergency is to be solved in four hours. What stands still while the caller is asked goes on when he calls again.
at Sat 22:00:00 phone ann queued key=c1 queue=emergency
at Sat 22:00:06 phone ann answered key=c1 ticket=77
at Sat 22:10:00 phone ann ends key=c1
expect due Sun 02:00 resolution
at Sat 23:00:00 phone - pending ticket=77
expect paused resolution
# Eight hours later: three of the four are left.
at Sun 07:00:00 phone ann queued key=c2 ticket=77
at Sun 07:00:10 phone ann answered key=c2
expect met speed_of_answer
expect due Sun 10:00 resolution
at Sun 07:20:00 phone ann ends key=c2
at Sun 08:00:00 phone - resolved ticket=77
expect met resolution
# It was not solved after all. Two hours were spent.
at Sun 20:00:00 phone ann queued key=c3 ticket=77
at Sun 20:00:05 phone ann answered key=c3
expect running resolution
expect Sun 21:30 at_risk resolution
expect Sun 22:00 breached resolution
at Sun 23:00:00 phone ann ends key=c3
at Sun 23:30:00 phone - resolved ticket=77
expect Sun 23:30 recovered resolution
expect Sun 23:30 recovered resolution
expect conversations 1
