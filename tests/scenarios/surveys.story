policy: desk
rules:
  - name: all
    targets: {first_response: 4h, resolution: 8h}
---
# Asked by the reference of the case, answered four days later. Nothing is opened by it.
at Mon 09:00 email ann ticket=1 queue=mail "Where is my parcel?"
at Mon 10:00 email to ann ticket=1 agent=bob team=blue "At your door"
at Mon 10:01 email ann resolved ticket=1
at Mon 10:02 email ann surveyed ticket=1
at Fri 20:00 email ann rates ticket=1 score=5
expect state resolved
expect kpi survey_sent 1
expect kpi survey_answered:good 1
expect kpi reopen 0
expect kpi contact 1
# Asked and answered by the customer alone, while another matter is open: it rates what she was asked about.
at Mon+1 09:00 chat cat queued ticket=7 queue=chat
at Mon+1 09:01 chat cat connected ticket=7 agent=eve
at Mon+1 09:10 chat cat ends ticket=7
at Mon+1 09:11 chat cat resolved ticket=7
at Mon+1 09:12 chat cat surveyed survey=ces
at Mon+1 11:00 email cat ticket=8 queue=mail "And something else"
at Mon+1 11:30 email to cat ticket=8 agent=bob "Gladly"
at Mon+1 12:00 email cat rates survey=ces score=4
expect state resolved
expect kpi survey_answered:middle 1
expect kpi survey_answered 0 for cat
at Mon+1 13:00 email cat resolved ticket=8
# Her own people are asked now and then: about no conversation.
at Mon+1 14:00 email dan surveyed survey=enps
at Mon+1 15:00 email dan rates survey=enps score=9
expect kpi survey_answered:good 1
expect kpi contact 0
# Satisfied with what? There is nothing that she could mean.
at Mon+1 16:00 email flo rates score=5
expect ignored
expect conversations 4
