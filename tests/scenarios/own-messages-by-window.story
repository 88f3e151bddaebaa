policy: shop
rules:
  - name: mail
    when: {channel: email}
    calendar: 24x7
    targets: {first_response: 24h}
stitch:
  own_messages: window
  windows: {email-email: 72h}
---
# A newsletter to somebody whose last mail is a week old is no part of that matter.
order matters
at Mon 09:00 email ann "Where is my parcel?"
at Mon 10:00 email to ann "It comes today"
expect conversations 1
at Wed 10:00 email to ann "Has it come?"
expect conversations 1
at Mon+1 10:00 email to ann "Our winter sale"
expect conversations 2
# What only changes the state has no other place to go.
at Mon+1 11:00 email ann resolved
expect conversations 2
expect no alerts
