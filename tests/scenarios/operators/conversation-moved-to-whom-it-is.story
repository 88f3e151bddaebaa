policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
# Bea writes from Ann's address. Moved to Bea it keeps its wait; what is written in that thread stays in it, though it comes
# from Ann's address, and Ann's next matter is hers.
at Mon 09:00 email ann@example.org id=question key=m1 "It is Bea, by Ann's account"
at Mon 09:10 operator move question to bea@example.org dry-run command=asked
expect would-change
expect due Mon 10:00 first_response for ann@example.org
at Mon 09:11 operator move question to bea@example.org "she says so in the mail"
expect done
expect due Mon 10:00 first_response for bea@example.org
expect different customers ann@example.org bea@example.org
at Mon 09:12 operator move question to bea@example.org command=again
expect nothing-to-do
at Mon 09:20 email ann@example.org id=more ref=m1 key=m2 "One more thing"
expect same conversation question more
at Mon 09:30 email to ann@example.org agent ref=m2 key=m3
expect met first_response for bea@example.org
at Mon 09:40 email ann@example.org id=own key=m4 "This is Ann"
expect different conversations question own
expect due Mon 10:40 first_response for ann@example.org
# What Bea writes herself goes on with it. Whoever she is one with, it stands by itself and goes where she goes.
at Mon 09:45 email bea@example.org id=hers key=m5 "And this is Bea"
expect same conversation question hers
at Mon 09:46 operator link ann@example.org bea@example.org "they share everything now"
expect same customer ann@example.org bea@example.org
expect different conversations question own
at Mon 09:47 operator split ann@example.org bea@example.org
expect different customers ann@example.org bea@example.org
expect due Mon 10:45 next_response for bea@example.org
at Mon 09:50 email to ann@example.org agent ref=m4 key=m6
at Mon 09:51 email to bea@example.org agent ref=m5 key=m7
expect no alerts
