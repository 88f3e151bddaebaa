policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# A phone number comes back from a customer who left it, and is given to somebody else. What is known about numbers holds
# for 180 days after it was said last; what comes from it then is the new owner's.
at 2026-01-12 09:00 identity crm same ann@example.org +358401234567
at 2026-01-12 10:00 phone +358401234567 queued key=c1
at 2026-01-12 10:01 phone +358401234567 answered key=c1
at 2026-01-12 10:05 phone +358401234567 ends key=c1
at 2026-06-15 09:00 email ann@example.org id=hers key=m1 "I have a new number"
at 2026-06-15 09:10 email to ann@example.org agent ref=m1 key=m2
expect same customer ann@example.org +358401234567
at 2026-08-03 09:00 identity crm same bob@example.org +358401234567
expect same customer bob@example.org +358401234567
expect different customers ann@example.org bob@example.org
at 2026-08-03 10:00 phone +358401234567 queued id=call key=c2
at 2026-08-03 10:01 phone +358401234567 answered key=c2
at 2026-08-03 10:05 phone +358401234567 ends key=c2
at 2026-08-03 10:30 email bob@example.org id=his key=m3 "As I said on the phone"
expect same conversation call his
expect different conversations hers his
at 2026-08-03 11:00 email to bob@example.org agent ref=m3 key=m4
expect no alerts
