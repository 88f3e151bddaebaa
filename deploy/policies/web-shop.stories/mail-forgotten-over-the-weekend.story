# A day is a day for the customer, Sunday or not: warned while there are four hours left, then too late.
at Sat 14:30 email ben key=m1 "The jacket is too small, can I change it?"
at Sat 14:31 email ben machine ref=m1 key=m2 "Thank you for your message"
expect Sun 10:30 at_risk first_response
expect Sun 14:30 breached first_response
at Mon+1 09:10 email to ben ref=m1 key=m3 "Of course, here is the label."
# The warning and the breach are over with the answer.
expect Mon+1 09:10 recovered first_response
expect Mon+1 09:10 recovered first_response
expect missed first_response
# Ben writes again, and this time it goes well. The thanks needs no answer.
at Mon+1 11:00 email ben ref=m3 key=m4 "Which box do I use?"
at Mon+1 15:00 email to ben ref=m4 key=m5 "Any will do."
expect met next_response
at Mon+1 16:00 email ben ref=m5 key=m6 "Thanks!"
at Mon+1 16:30 email - no-reply-needed ref=m6
expect void next_response
