policy: calls
queues:
  front: {answer_within: 20s, short_abandon: 5s}
  second: {answer_within: 1m}
rules:
  - name: all
    when: {channel: phone}
    targets: {speed_of_answer: 1m}
---
# On hold twice, handed on, wrapped up: every phase once, whatever the order in which it is heard of.
at Mon 09:00:00 phone ann queued key=c1 queue=front
at Mon 09:00:15 phone ann connected key=c1 agent=bob
at Mon 09:02:15 phone ann held key=c1
at Mon 09:03:15 phone ann resumed key=c1
at Mon 09:04:15 phone ann held key=c1
at Mon 09:04:45 phone ann resumed key=c1
at Mon 09:05:00 phone ann transferred key=c1 queue=second
at Mon 09:05:00 phone ann queued key=c1
at Mon 09:05:30 phone ann connected key=c1 agent=eve
at Mon 09:08:30 phone ann ends key=c1
at Mon 09:09:00 phone ann wrapped-up key=c1
expect kpi wait:answered_within 1 sum 15s
expect kpi talk 1 sum 6m15s
expect kpi hold 1 sum 1m30s
expect kpi longest_hold 1 sum 1m
expect kpi wrap_up 1 sum 30s
expect kpi transfer 1
# Gave up after six seconds: too long to be no abandoned call.
at Mon 10:00:00 phone cat queued key=c2 queue=front
at Mon 10:00:06 phone cat abandons key=c2
expect kpi wait:abandoned_long 1 sum 6s
expect kpi sla:void 1
# Wrote, got no answer, and called: she changed the channel while she waited.
at Mon 11:00 email eve key=m1 ticket=9 "Hello?"
at Mon 11:30 phone eve queued key=c3 ticket=9 queue=front
at Mon 11:30:30 phone eve connected key=c3
expect kpi channel_switch:unanswered 1
expect kpi wait:answered_late 1 sum 30s
at Mon 11:32 phone eve ends key=c3
