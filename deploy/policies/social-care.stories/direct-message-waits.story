# What stands still while the customer is asked is the way to the end, never the answer.
at Wed 10:00 social ann key=d1 queue=direct "My parcel never came"
at Wed 10:20 social to ann ref=d1 key=d2 "Which number has it?"
expect met first_response
at Wed 10:21 social - pending ref=d2
expect paused resolution
expect state waiting_customer
at Fri 22:00 social ann ref=d2 key=d3 "4711"
expect running resolution
expect due Sat 10:00 next_response
at Fri 22:45 social to ann ref=d3 key=d4 "Found it, tomorrow you have it"
expect met next_response
at Sat 12:00 social - resolved ref=d4
expect met resolution
expect conversations 1
expect no alerts
