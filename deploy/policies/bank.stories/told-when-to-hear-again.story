# Who says when they will write again is held to it, whatever comes of the matter.
at Mon 09:00 email ann key=m1 queue=complaints "Where is my money?"
at Mon 10:00 email to ann ref=m1 key=m2 "We ask the other bank" next Mon 15:00
expect due Mon 15:00 next_update
expect Mon 14:00 at_risk next_update
expect Mon 15:00 breached next_update
at Mon 15:30 email to ann ref=m2 key=m3 "Still nothing, I am sorry" next Tue 12:00
expect Mon 15:30 recovered next_update
expect Mon 15:30 recovered next_update
at Tue 10:00 email to ann ref=m3 key=m4 "It is there"
expect met next_update
at Tue 10:01 email - resolved ref=m4
