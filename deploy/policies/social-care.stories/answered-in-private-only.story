# A direct message answers Ann, but everybody else still sees a question without an answer.
at Mon 10:00 social ann mentions key=p1 queue=public "@transit is the tram running?"
at Mon 10:01 social ann mentions key=p2 ref=p1 queue=public "@transit hello?"
at Mon 10:05 social to ann agent ref=p1 key=d1 "We wrote to you"
expect met first_response
expect running public_response
expect due Mon 10:20 public_response
expect Mon 10:15 at_risk public_response
expect Mon 10:20 breached public_response
at Mon 10:25 social to ann agent public ref=p1 key=p3 "It runs again from eleven"
expect Mon 10:25 recovered public_response
expect Mon 10:25 recovered public_response
expect missed public_response
# She talks about us, not to us: nobody has to answer in public.
at Mon 10:30 social ann comments ref=p3 key=p4 queue=public "They said eleven"
at Mon 10:35 social - no-reply-needed ref=p4
