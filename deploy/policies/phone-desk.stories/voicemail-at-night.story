# The engineers are asleep from two to six: half an hour of their two hours is spent before, the rest after.
at Tue 01:30 phone ann queued key=c1 queue=engineers
at Tue 01:30:20 phone ann voicemail key=c1 ticket=pump "The pump has stopped"
expect void speed_of_answer
expect due Tue 07:30 first_response
expect Tue 07:00 at_risk first_response
# The call back carries the number of the ticket, so it is known what it answers.
at Tue 07:10 phone to ann calls key=c2 ticket=pump queue=engineers
at Tue 07:10:15 phone to ann connected key=c2
at Tue 07:20 phone ann ends key=c2
expect Tue 07:10:15 recovered first_response
expect met first_response
expect conversations 1
