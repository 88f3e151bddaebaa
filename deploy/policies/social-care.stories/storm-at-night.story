# A post at two in the morning waits until seven, until somebody sees what it is: then a quarter of an hour counts, from
# the beginning, and it is late at once.
at Sun 02:00 social ann key=p1 queue=public "There is smoke in your shop"
expect due Sun 09:30 first_response
at Sun 02:10 social - changes key=p1 priority=urgent
expect due Sun 02:15 first_response
expect Sun 02:10 at_risk first_response
at Sun 02:12 social to ann ref=p1 key=p2 "We have called the fire brigade. Are you safe?"
expect Sun 02:12 recovered first_response
expect met first_response
at Sun 02:13 social ann ref=p2 key=p3 "Yes, I am across the street"
at Sun 02:20 social to ann ref=p3 key=p4 "Thank you, Ann"
expect met next_response
