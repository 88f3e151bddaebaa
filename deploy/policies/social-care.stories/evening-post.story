# Ten minutes before the team goes home: the other twenty are counted in the morning.
at Mon 22:50 social ann key=p1 queue=public "Nothing works, again"
expect due Tue 07:20 first_response
expect Tue 07:10 at_risk first_response
at Tue 07:15 social to ann ref=p1 key=p2 "Good morning Ann, where do you live?"
expect Tue 07:15 recovered first_response
expect state waiting_customer
# Ann goes on, and the next answer has an hour.
at Tue 07:40 social ann ref=p2 key=p3 "In Utrecht"
expect due Tue 08:40 next_response
expect Tue 08:25 at_risk next_response
expect Tue 08:40 breached next_response
at Tue 09:00 social to ann ref=p3 key=p4 "There it works again since eight"
expect Tue 09:00 recovered next_response
expect Tue 09:00 recovered next_response
