# In the app: a bot says hello, which is no answer; a person has ten minutes.
at Tue 15:00 chat ann key=s1 queue=messenger "Can I change my name?"
at Tue 15:00:02 chat to ann bot key=s1 "Hello! A colleague will be with you."
expect state new
expect running first_response
expect Tue 15:07 at_risk first_response
at Tue 15:08 chat to ann key=s1 "You can, in your profile"
expect Tue 15:08 recovered first_response
# Three lines are one wait, from the oldest.
at Tue 15:20 chat ann key=s1 "Where?"
at Tue 15:21 chat ann key=s1 "I do not see it"
at Tue 15:26 chat ann key=s1 "Hello?"
expect Tue 15:27 at_risk next_response
expect Tue 15:30 breached next_response
at Tue 15:31 chat to ann key=s1 "Behind the wheel, top right"
expect Tue 15:31 recovered next_response
expect Tue 15:31 recovered next_response
