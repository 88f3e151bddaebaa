policy: office
calendars:
  office: {zone: UTC, week: {mon-fri: "09:00-17:00"}}
rules:
  - name: mail
    when: {channel: email}
    calendar: office
    targets: {first_response: {target: 1h, at_risk: 50%}, next_response: 4h}
---
# Written ten minutes before closing: fifty minutes are left in the morning, the night is free.
at Mon 16:50 email ann says key=m1 "where is my parcel?"
expect Tue 09:20 at_risk first_response
expect Tue 09:50 breached first_response
at Tue 10:30 email ann agent ref=m1 key=m2 "on its way"
expect Tue 10:30 recovered first_response
expect Tue 10:30 recovered first_response
# The thanks goes to sleep with an agent's word that it needs no answer.
at Tue 11:00 email ann says ref=m2 key=m3 "thanks"
at Tue 11:05 email - no-reply-needed ref=m3
expect conversations 1
