# Nothing is heard for more than two days of the shop, and afterwards nobody asks whether it worked.
at Mon 10:00 email ann key=m1 segment=club "The table has a scratch"
at Mon 10:00:10 email to ann bot ref=m1 key=m2 "We have your mail"
at Mon 11:00 email to ann ref=m1 key=m3 "I ask the joiner"
expect due Wed 11:00 pausable_update
expect Tue 10:00 breached agent_work
expect Tue 17:00 at_risk pausable_update
expect Wed 11:00 breached pausable_update
at Wed 12:00 email to ann ref=m3 key=m4 "He comes on Monday"
expect Wed 12:00 recovered pausable_update
expect Wed 12:00 recovered pausable_update
at Wed 12:05 email - resolved ref=m4
expect Wed 12:05 recovered agent_work
expect missed agent_work
expect met requester_wait
expect Fri 12:05 at_risk follow_up
expect Sat 13:05 breached follow_up
