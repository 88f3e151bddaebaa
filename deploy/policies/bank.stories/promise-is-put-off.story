# With the customer's consent a promise is taken back; another one takes its place. The team hands over in between.
at Mon 09:00 email ann key=m1 queue=complaints team=blue "My card was charged twice"
at Mon 10:00 email to ann ref=m1 key=m2 "I look into it"
at Mon 10:01 email to ann promises promise=refund ref=m2 by Mon 16:00
at Mon 11:00 email - assigned team=cards ref=m2
expect running group_ownership
expect Mon 12:00 at_risk commitment
at Mon 13:00 email - withdraws promise=refund ref=m2
expect Mon 13:00 recovered commitment
expect void commitment
at Mon 13:05 email to ann promises promise=refund-2 ref=m2 by Tue 16:00
at Tue 11:00 email - keeps promise=refund-2 ref=m2
expect met commitment
at Tue 11:05 email - resolved ref=m2
