# Acknowledged within two business days, answered within fifteen. That we asked for papers does not stop the second.
at Mon 10:00 email ann key=m1 queue=complaints "You charged me twice"
expect due Wed 10:00 first_response
expect due Mon+3 10:00 complaint_answer
at Tue 13:00 email to ann ref=m1 key=m2 "We have your complaint. Could you send us the receipt?"
expect met first_response
at Tue 13:01 email - pending ref=m2
expect running complaint_answer
at Thu+1 11:00 email ann ref=m2 key=m3 "Here it is"
at Fri+1 11:00 email to ann ref=m3 key=m4 "Thank you, we look into it"
expect met next_response
# Three business days are left.
expect Wed+2 10:00 at_risk complaint_answer
expect Mon+3 10:00 breached complaint_answer
at Mon+3 16:00 email to ann ref=m4 key=m5 "You have your money back"
at Mon+3 16:01 email - resolved ref=m5
expect Mon+3 16:01 recovered complaint_answer
expect Mon+3 16:01 recovered complaint_answer
expect missed complaint_answer
expect conversations 1
