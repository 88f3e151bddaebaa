# Cards are blocked around the clock.
at Sun 02:30:00 phone ann queued key=c1 queue=lost-cards
expect due Sun 02:30:20 speed_of_answer
expect Sun 02:30:10 at_risk speed_of_answer
at Sun 02:30:15 phone ann answered key=c1
expect Sun 02:30:15 recovered speed_of_answer
at Sun 02:34:00 phone ann ends key=c1
# On the ordinary line nobody waits at that time: its hours begin on Monday.
at Sun 02:40:00 phone ben queued key=c2 queue=phone
expect due Mon+1 08:00:20 speed_of_answer for ben
at Sun 02:40:30 phone ben gives-up key=c2
expect void speed_of_answer
