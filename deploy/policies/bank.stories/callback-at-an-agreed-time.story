# Two o'clock was agreed, so half an hour from two; the first attempt reaches nobody.
at Mon 09:00:00 phone ann queued key=c1 queue=phone
at Mon 09:00:10 phone ann callback key=c1 ticket=77 from Mon 14:00
at Mon 09:00:12 phone ann ends key=c1
expect due Mon 14:30 callback
expect Mon 12:00 at_risk first_response
expect Mon 13:00 breached first_response
at Mon 14:05:00 phone to ann calls key=c2 ticket=77
at Mon 14:05:40 phone to ann ends key=c2
expect running callback
expect Mon 14:20 at_risk callback
at Mon 14:21:00 phone to ann calls key=c3 ticket=77
at Mon 14:21:15 phone to ann connected key=c3
expect Mon 14:21:15 recovered callback
expect Mon 14:21:15 recovered first_response
expect Mon 14:21:15 recovered first_response
expect met callback
at Mon 14:25:00 phone to ann ends key=c3
