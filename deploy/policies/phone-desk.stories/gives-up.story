# Gone after four seconds: neither kept nor broken.
at Tue 09:00:00 phone ann queued key=c1 queue=general
at Tue 09:00:04 phone ann gives-up key=c1
expect void speed_of_answer
expect void first_response
expect no alerts
# Gone after half a minute: that was too late, and stays said.
at Tue 10:00:00 phone ben queued key=c2 queue=general
expect Tue 10:00:15 at_risk speed_of_answer for ben
expect Tue 10:00:20 breached speed_of_answer for ben
at Tue 10:00:30 phone ben gives-up key=c2
expect Tue 10:00:30 recovered speed_of_answer for ben
expect Tue 10:00:30 recovered speed_of_answer for ben
expect void speed_of_answer
