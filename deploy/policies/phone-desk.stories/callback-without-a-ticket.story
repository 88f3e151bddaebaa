order matters
# She asked to be called: a call of ours to her is the one that she asked for, without a number that both name.
at Wed 14:00:00 phone ann queued key=c1 queue=general
at Wed 14:00:10 phone ann callback key=c1
at Wed 14:00:11 phone ann ends key=c1
expect due Wed 15:00 first_response
# The first attempt reaches nobody.
at Wed 14:20:00 phone to ann calls key=c2
at Wed 14:20:30 phone to ann ends key=c2
expect running first_response
expect Wed 14:45 at_risk first_response
at Wed 14:50:00 phone to ann calls key=c3
at Wed 14:50:12 phone to ann connected key=c3
expect Wed 14:50:12 recovered first_response
expect met first_response
at Wed 14:58:00 phone to ann ends key=c3
expect conversations 1
# Nothing was resolved: a later one is about it as well.
at Wed 16:00:00 phone to ann calls key=c4
expect conversations 1
