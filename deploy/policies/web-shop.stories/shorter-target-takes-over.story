# On Tuesday at nine the shop begins to promise an answer within twelve hours, in place of a day. Ann has waited eleven.
at Mon 22:00 email ann key=m1 "Where is my parcel?"
expect due Tue 22:00 first_response
at Tue 08:00 email bob key=m2 "And where is mine?"
expect due Wed 08:00 first_response

policy mail-within-twelve-hours.yaml from Tue 09:00
expect Tue 09:00 due Tue 10:00 first_response for ann
expect due Tue 20:00 first_response for bob
expect Tue 08:00 at_risk first_response for ann  # said at nine, of when two hours were left
expect Tue 10:00 breached first_response for ann
at Tue 11:00 email to ann ref=m1 key=m3 "At the post office"
expect Tue 11:00 recovered first_response for ann
expect Tue 11:00 recovered first_response for ann
at Tue 11:30 email to bob ref=m2 key=m4 "It comes tomorrow"
expect met first_response for bob
