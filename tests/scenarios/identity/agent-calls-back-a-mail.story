policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
identity: {trust: [crm]}
---
# She writes, and the agent rings her up instead of writing back: that answers the mail, once she has picked up.
at Mon 08:00 identity crm same ann@example.org +358401234567
at Mon 09:00 email ann@example.org id=mail key=m1 "Please call me"
expect due Mon 10:00 first_response
at Mon 09:30 phone to +358401234567 calls id=call key=c1
expect running first_response
at Mon 09:31 phone to +358401234567 answered key=c1
expect met first_response
at Mon 09:40 phone to +358401234567 ends key=c1
expect same conversation mail call
expect conversations 1
expect no alerts
