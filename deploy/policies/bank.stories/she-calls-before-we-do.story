# Ann does not wait to be called: nobody broke the promise, and nobody kept it.
at Mon 09:00:00 phone ann queued key=c1 queue=phone
at Mon 09:00:10 phone ann callback key=c1 ticket=78
at Mon 09:00:12 phone ann ends key=c1
at Mon 09:15:00 phone ann queued key=c2 ticket=78 queue=phone
expect void callback
at Mon 09:15:10 phone ann answered key=c2
at Mon 09:20:00 phone ann ends key=c2
expect no alerts
