policy: shop
rules:
  - name: mail
    when: {channel: email}
    calendar: 24x7
    targets: {first_response: 1h}
stitch:
  windows: {email-email: 72h}
identity:
  deny: ["customer:guest"]
  own: ["customer:our-robot"]
---
# Whoever has no account writes as "guest": two of them are not one customer. Each waits a minute for somebody who has one.
order matters
at Mon 09:00 email guest key=m1 "Where is my parcel?"
expect Mon 09:01 conversations 1
at Mon 09:10 email guest key=m2 "Can I have it in red?"
expect Mon 09:11 conversations 2
# Our own mail that comes back opens nothing, and waits for nobody where its thread is known.
at Mon 09:20 email our-robot key=m3 "Your mail is important to us"
expect ignored
at Mon 09:30 email to ann ref=m1 key=m4 "It comes today"
expect state waiting_customer
at Mon 09:40 email our-robot ref=m1 key=m5 "Your mail is important to us"
expect state waiting_customer
expect conversations 2
expect Mon 10:10 breached first_response
