policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
order matters  # a call without a ticket joins by the customer alone
# We ring her up about her mail. Ringing is no answer; that she took the call is one. The call has a key of its own, and is
# about the mail all the same.
at Mon 09:00 email ann id=mail key=m1 "Please call me"
at Mon 09:30 phone to ann calls id=call key=c1
expect running first_response
at Mon 09:31 phone to ann answered key=c1
expect met first_response
at Mon 09:40 phone to ann ends key=c1
expect same conversation mail call
# She calls herself: what we do there belongs to her call, and to nothing else before it.
at Mon 10:00 email ann id=mail2 key=m2 "One more thing"
at Mon 10:10 phone ann queued id=hers key=c2
at Mon 10:11 phone ann answered key=c2
expect met next_response
expect same conversation mail call mail2 hers
expect no alerts
