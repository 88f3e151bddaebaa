# A promise is due by the wall clock; the team is warned in its own hours: four and one before, which is the day before.
at Mon 10:00 email ann key=m1 queue=complaints team=blue "My transfer has not arrived"
at Mon 10:00:05 email to ann bot ref=m1 key=m2 "We have your complaint"
expect met acknowledgement
at Mon 10:30 email to ann ref=m1 key=m3 "I will ask the other bank"
at Mon 10:31 email to ann promises promise=transfer ref=m3 by Tue 10:00 "We know by tomorrow at ten"
expect due Tue 10:00 commitment
expect Mon 14:00 at_risk commitment
expect Tue 09:00 at_risk_2 commitment
expect Tue 10:00 breached commitment
at Tue 10:20 email - keeps promise=transfer ref=m3
expect Tue 10:20 recovered commitment
expect Tue 10:20 recovered commitment
expect Tue 10:20 recovered commitment
expect missed commitment
at Tue 10:21 email - resolved ref=m3
