# What was solved and comes back goes on where it stood; the time in between is not ours.
at Mon 09:00 email dan key=m1 priority=high "You sent me the wrong colour"
at Mon 10:00 email to dan ref=m1 key=m2 "We will send the blue one"
at Mon 18:00 email - resolved ref=m2
expect met resolution
# Nine hours are spent, eighteen left. A first answer was given, so this one is a next one.
at Wed 17:00 email dan ref=m2 key=m3 "It is blue, but it is broken"
expect state waiting_agent
expect running resolution
expect due Fri 17:00 resolution
expect due Thu 17:00 next_response
at Wed 17:30 email to dan ref=m3 key=m4 "That is embarrassing. We will call for it."
# At 75 % of the 27 hours, 20 h 15 min.
expect Fri 10:15 at_risk resolution
at Fri 12:00 email - resolved ref=m4
expect Fri 12:00 recovered resolution
expect met resolution
expect conversations 1
