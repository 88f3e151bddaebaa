# Complaints have three days of the shop (27 hours), which stand still while we wait for the customer.
at Fri 16:00 email cay key=m1 priority=high "The lamp came in pieces"
expect due Sat 12:00 first_response
expect Sat 11:00 at_risk first_response
at Sat 11:30 email to cay ref=m1 key=m2 "Sorry! Could you send us a photo?"
expect Sat 11:30 recovered first_response
at Sat 11:31 email - pending ref=m2
expect paused resolution
expect due never resolution
# A week later: 2 h on Friday and 1 h 31 min on Saturday were spent, 23 h 29 min are left.
at Sat+1 14:00 email cay ref=m2 key=m3 "Here it is"
expect running resolution
expect due Wed+2 13:29 resolution
at Mon+2 09:30 email to cay ref=m3 key=m4 "A new one is on its way"
at Mon+2 09:31 email - resolved ref=m4
expect met resolution
expect state resolved
