order matters  # the call belongs to the message because it is the same customer's
# Ann does not wait for the answer and calls: whoever takes her call answers the message, too.
at Mon 09:00 email ann key=m1 queue=messages "May I pay later?"
at Mon 11:00:00 phone ann queued key=c1 queue=phone
at Mon 11:00:11 phone ann answered key=c1
expect met first_response
at Mon 11:06:00 phone ann ends key=c1
expect conversations 1
at Mon 11:10 email - resolved key=m1
# A week later it is another matter.
at Mon+1 09:00 email ann key=m2 queue=messages "And the statement?"
at Mon+1 10:00 email to ann ref=m2 key=m3 "Is in the post"
at Mon+1 10:01 email - resolved ref=m3
expect conversations 2
expect no alerts
