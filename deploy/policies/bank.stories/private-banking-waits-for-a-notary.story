# Two hours to the first answer, two business days to the end; what waits for somebody else stands still, and what the
# customer writes meanwhile does not set it going.
at Fri 16:00 email ann key=m1 segment=private-banking "I sell the house"
expect due Mon+1 10:00 first_response
expect Mon+1 09:30 at_risk first_response
at Mon+1 09:45 email to ann ref=m1 key=m2 "Congratulations. We ask the notary."
expect Mon+1 09:45 recovered first_response
at Mon+1 10:00 email - on-hold ref=m2
expect paused resolution
expect state on_hold
at Wed+1 12:00 email ann ref=m2 key=m3 "Any news?"
expect due Wed+1 14:00 next_response
expect paused resolution
at Wed+1 12:30 email to ann ref=m3 key=m4 "Not yet"
# Two hours were spent before it was put on hold, fourteen are left.
at Thu+1 09:00 email - active ref=m4
expect running resolution
expect due Fri+1 15:00 resolution
at Fri+1 10:00 email - resolved ref=m4
expect met resolution
# Reopened after the weekend, with five hours left.
at Sat+1 11:00 email ann ref=m4 key=m5 "The price is wrong"
expect state waiting_agent
expect due Mon+2 14:00 resolution
at Mon+2 09:30 email to ann ref=m5 key=m6 "Corrected"
at Mon+2 09:31 email - resolved ref=m6
expect met resolution
expect conversations 1
