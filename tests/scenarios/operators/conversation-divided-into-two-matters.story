policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
# Two matters in one mail thread. The second goes to a conversation of its own, with what answers it; clocks go with the
# message that began them, and later mail finds its side, whatever it refers to besides.
at Mon 09:00 email ann@example.org id=bill key=m1 "My bill is wrong"
at Mon 09:10 email to ann@example.org agent ref=m1 key=m2 "We look into it"
at Mon 09:20 email ann@example.org id=moving ref=m1 key=m3 "By the way, I am moving"
at Mon 09:25 email ann@example.org id=when ref=m3 key=m4 "On the first of May"
at Mon 09:30 email ann@example.org id=again ref=m1 key=m5 "And the bill?"
expect same conversation bill moving when again
expect due Mon 10:20 next_response for ann@example.org
at Mon 09:31 operator divide bill by=moving dry-run command=asked
expect would-change
expect conversations 1
at Mon 09:32 operator divide bill by=moving "two matters"
expect done
expect conversations 2
expect same conversation bill again
expect same conversation moving when
expect different conversations bill moving
expect due Mon 10:20 first_response for ann@example.org
# A duplicate of what went, and what was on its way: all on their sides.
at Mon 09:33 email ann@example.org id=late ref=m1 ref=m4 key=m6 "To be exact, at noon"
expect same conversation moving late
at Mon 09:34 email ann@example.org id=bill2 ref=m1 key=m7 "Number 4711, if that helps"
expect same conversation bill bill2
expect different conversations bill moving
expect conversations 2
at Mon 09:35 operator divide bill by=moving command=more
expect refused not_together
at Mon 09:40 email to ann@example.org agent ref=m4 key=m8 "Noted"
expect met first_response for ann@example.org
expect Mon 10:30 breached next_response
at Mon 10:40 email to ann@example.org agent ref=m5 key=m9 "It is mended"
expect Mon 10:40 recovered next_response
expect conversations 2
# Back again: merging undoes it, and what comes then is in the one. There the answer of 09:40 was in time.
at Mon 10:50 operator merge bill moving
expect Mon 10:40 retracted next_response
expect same conversation bill moving
at Mon 10:51 email ann@example.org id=end ref=m3 key=m10 "Thank you for both"
expect same conversation bill end
at Mon 10:52 email to ann@example.org agent ref=m10 key=m11
expect conversations 1
