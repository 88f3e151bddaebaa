# A complaint is solved; two days later somebody asks whether it worked. Of the second one the survey was answered.
at Mon 10:00 email ann key=m1 segment=club "The chair wobbles"
at Mon 10:00:10 email to ann bot ref=m1 key=m2 "We have your mail"
expect met acknowledgement
at Mon 11:00 email to ann ref=m1 key=m3 "Please tighten the screw"
at Mon 11:05 email - resolved ref=m3
expect met requester_wait
expect met agent_work
expect due Thu 11:05 follow_up
at Wed 10:00 email to ann ref=m3 key=m4 "Does it stand now?"
expect met follow_up
at Thu 10:00 email eve key=n1 segment=club "Mine too"
at Thu 10:00:10 email to eve bot ref=n1 key=n2 "We have your mail"
at Thu 10:30 email to eve ref=n1 key=n3 "The same screw"
at Thu 10:35 email - resolved ref=n3
at Thu 16:00 email eve rates ref=n3
expect void follow_up
