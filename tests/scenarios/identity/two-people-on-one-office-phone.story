policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [pbx]}
---
# An office has one number. Two people call from it, each known by a number of their own to us: the second one is not the
# first, and that somebody tried to make them one is said.
at Mon 09:00 phone ann,+358912345 queued id=hers key=c1 source=pbx
at Mon 09:01 phone ann answered key=c1 source=pbx
at Mon 09:05 phone ann ends key=c1 source=pbx
expect same customer ann +358912345
at Mon 09:30 phone bob,+358912345 queued id=his key=c2 source=pbx
expect conflict contradicting_customer_id
expect different customers ann bob
expect different conversations hers his
expect due Mon 10:30 first_response for bob
at Mon 09:31 phone bob answered key=c2 source=pbx
at Mon 09:35 phone bob ends key=c2 source=pbx
expect customers 2
expect no alerts
