policy: away
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "09:00-17:00"}}
slas:
  assignee_return: {pause_agent_away: true}
rules:
  - name: all
    calendar: office
    targets: {assignee_return: 30m}
---
# Bob has it and goes to lunch; nobody is late while he is away.
at Mon 11:00 email ann says key=m1 "Where is my parcel?"
at Mon 11:00 email - assigned key=m1 agent=bob
expect due Mon 11:30 assignee_return
at Mon 11:10 email - away key=m1
expect paused assignee_return
at Mon 12:00 email - back key=m1
expect due Mon 12:20 assignee_return
expect Mon 12:20 breached assignee_return
at Mon 12:30 email to ann ref=m1 key=m2 agent=bob "It is on its way"
expect Mon 12:30 recovered assignee_return
expect missed assignee_return
