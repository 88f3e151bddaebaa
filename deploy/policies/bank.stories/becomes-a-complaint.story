# A message has one business day. It turns out to be a complaint: the wait goes on from where it began, under the rule
# for complaints, and an answer for good is promised from that beginning as well.
at Mon 09:00 email ann key=m1 queue=messages "About my loan"
expect due Mon 17:00 first_response
at Mon 09:30 email - changes key=m1 queue=complaints
expect due Tue 17:00 first_response
expect due Fri+2 17:00 complaint_answer
expect void resolution
at Tue 10:00 email to ann ref=m1 key=m2 "Your complaint is number 17"
expect met first_response
at Wed 10:00 email - resolved ref=m2
expect met complaint_answer
expect no alerts
