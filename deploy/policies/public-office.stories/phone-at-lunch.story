# Three minutes in the queue, from nine to three.
at Mon 12:00:00 phone matti queued key=c1 queue=phone
expect Mon 12:02:00 at_risk speed_of_answer
expect Mon 12:03:00 breached speed_of_answer
at Mon 12:04:30 phone matti answered key=c1
expect Mon 12:04:30 recovered speed_of_answer
expect Mon 12:04:30 recovered speed_of_answer
at Mon 12:10:00 phone matti ends key=c1
# Called before opening: nothing counts yet, and who gives up then was not let down.
at Tue 08:58:00 phone noora queued key=c2 queue=phone
expect due Tue 09:03:00 speed_of_answer
at Tue 08:59:00 phone noora gives-up key=c2
expect void speed_of_answer
expect conversations 2
