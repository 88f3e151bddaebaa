# Taken in time.
at Mon 10:00:00 chat eve queued key=s1 queue=chat
at Mon 10:00:40 chat eve connected key=s1
expect met speed_of_answer
at Mon 10:01:00 chat eve key=s1 "Do you have this in green?"
at Mon 10:03:00 chat to eve key=s1 "One moment"
at Mon 10:04:00 chat eve ends key=s1
# Half a minute before closing the rest of the wait is counted in the morning.
at Mon 17:59:30 chat fay queued key=s2 queue=chat
expect due Tue 09:00:30 speed_of_answer for fay
expect Tue 09:00:15 at_risk speed_of_answer for fay
at Tue 09:00:20 chat fay connected key=s2
expect Tue 09:00:20 recovered speed_of_answer for fay
at Tue 09:00:40 chat fay key=s2 "Still there?"
at Tue 09:03:00 chat to fay key=s2 "Good morning!"
at Tue 09:03:30 chat fay ends key=s2
# In the chat five minutes pass quickly.
at Tue 11:00:00 chat gus queued key=s3 queue=chat
at Tue 11:00:05 chat gus connected key=s3
at Tue 11:01:00 chat gus key=s3 "My code does not work"
expect Tue 11:04:45 at_risk next_response for gus
expect Tue 11:06:00 breached next_response for gus
at Tue 11:07:00 chat to gus key=s3 "It does now"
expect Tue 11:07:00 recovered next_response for gus
expect Tue 11:07:00 recovered next_response for gus
at Tue 11:08:00 chat gus ends key=s3
expect conversations 3
