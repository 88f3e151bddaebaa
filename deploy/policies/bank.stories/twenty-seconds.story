# Of three callers one waits too long; the share of 80 % is a matter of the reports, each call of its own of the alerts.
at Mon 09:00:00 phone ann queued key=c1 queue=phone
at Mon 09:00:12 phone ann answered key=c1
expect met speed_of_answer
at Mon 09:04:00 phone ann ends key=c1
at Mon 09:10:00 phone ben queued key=c2 queue=phone
at Mon 09:10:02 phone cay queued key=c3 queue=phone
at Mon 09:10:14 phone ben answered key=c2
expect Mon 09:10:17 at_risk speed_of_answer for cay
expect Mon 09:10:22 breached speed_of_answer for cay
at Mon 09:10:33 phone cay answered key=c3
expect Mon 09:10:33 recovered speed_of_answer for cay
expect Mon 09:10:33 recovered speed_of_answer for cay
expect met speed_of_answer for ben
expect missed speed_of_answer for cay
at Mon 09:15:00 phone ben ends key=c2
at Mon 09:16:00 phone cay ends key=c3
expect conversations 3
