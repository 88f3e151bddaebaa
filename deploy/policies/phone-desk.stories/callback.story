# Asked to be called back: within the hour. The first attempt reaches nobody and counts for nothing.
at Wed 14:00:00 phone ann queued key=c1 queue=general
at Wed 14:00:10 phone ann callback key=c1 ticket=4711
at Wed 14:00:11 phone ann ends key=c1
expect due Wed 15:00 first_response
# The ticket's number says what a call of ours is about.
at Wed 14:20:00 phone to ann calls key=c2 ticket=4711
at Wed 14:20:30 phone to ann ends key=c2
expect running first_response
expect Wed 14:45 at_risk first_response
at Wed 14:50:00 phone to ann calls key=c3 ticket=4711
at Wed 14:50:12 phone to ann connected key=c3
expect Wed 14:50:12 recovered first_response
expect met first_response
at Wed 14:58:00 phone to ann ends key=c3
expect conversations 1
