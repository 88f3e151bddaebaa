policy: desk
kpis: {repeat_window: 3d}
rules:
  - name: mail
    when: {channel: [email]}
    targets: {first_response: 4h}
---
# Ann's is solved, and never heard of again; Cat's is asked about again the next day; Eve calls about another matter two
# days later, which is a new contact of the same customer all the same.
at 2026-11-23 09:00 email ann ticket=1 queue=mail "Where is my parcel?"
at 2026-11-23 10:00 email to ann ticket=1 agent=bob "At your door"
at 2026-11-23 10:01 email ann resolved ticket=1
at 2026-11-23 11:00 email cat ticket=2 queue=mail "It does not work"
at 2026-11-23 11:30 email to cat ticket=2 agent=bob "Switch it on"
at 2026-11-23 11:31 email cat resolved ticket=2
at 2026-11-23 12:00 email eve ticket=3 queue=mail "My bill is wrong"
at 2026-11-23 12:30 email to eve ticket=3 agent=bob "It is right now"
at 2026-11-23 12:31 email eve resolved ticket=3
expect fcr open
at 2026-11-24 09:00 email cat ticket=2 "Still not"
at 2026-11-24 09:30 email to cat ticket=2 agent=bob "Plug it in"
at 2026-11-24 09:31 email cat resolved ticket=2
at 2026-11-25 12:00 phone eve queued ticket=4 queue=phone
at 2026-11-25 12:00:20 phone eve connected ticket=4
at 2026-11-25 12:05 phone eve ends ticket=4
at 2026-11-25 12:06 phone eve resolved ticket=4
# The window closes three days after the first resolution.
expect 2026-11-26 10:00 fcr open for ann
expect 2026-11-26 10:01 fcr yes for ann
at 2026-11-26 12:00 email cat note ticket=2 "for the record"
expect fcr no
expect kpi resolution 2
expect kpi reopen 1
at 2026-11-26 12:31:01 email eve note ticket=3 "for the record"
expect fcr no
expect 2026-11-28 12:06 fcr yes for eve
# It comes out only now that Ann called on the second day: what was decided is taken back.
at 2026-11-24 15:00 phone ann queued ticket=5 queue=phone late
at 2026-11-24 15:00:10 phone ann connected ticket=5 late
at 2026-11-29 09:00 email ann note ticket=1 "for the record"
expect fcr no
expect conversations 5
