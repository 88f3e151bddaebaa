# Bob takes the post and does nothing; Eve takes it over and answers.
at Mon 10:00 social ann mentions key=p1 queue=public "@transit where is my bag?"
at Mon 10:02 social - assigned ref=p1 agent=bob
expect due Mon 10:17 assignee_return
expect Mon 10:12 at_risk assignee_return
expect Mon 10:15 at_risk public_response
at Mon 10:16 social - assigned ref=p1 agent=eve
expect Mon 10:16 recovered assignee_return
at Mon 10:18 social to ann public ref=p1 key=p2 agent=eve "At lost property"
expect Mon 10:18 recovered public_response
expect met assignee_return
expect met public_response
