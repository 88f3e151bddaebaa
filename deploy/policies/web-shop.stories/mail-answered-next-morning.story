# Ten past the end of the day, answered when the shop opens: sixteen hours of twenty-four.
at Mon 18:10 email ann key=m1 "Where is my parcel?"
expect state new
expect due Tue 18:10 first_response
at Tue 09:05 email to ann ref=m1 key=m2 "It left our house yesterday."
expect met first_response
expect state waiting_customer
expect no alerts
expect conversations 1
