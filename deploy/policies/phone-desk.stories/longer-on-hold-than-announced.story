# "Two minutes" were announced and it took three; of the second hold nothing was said, so a minute is meant.
at Mon 10:00:00 phone ann queued key=c1 queue=general
at Mon 10:00:05 phone ann answered key=c1
at Mon 10:01:00 phone ann held key=c1 announced=2m
expect due Mon 10:03 hold
expect Mon 10:02:45 at_risk hold
expect Mon 10:03 breached hold
at Mon 10:04:00 phone ann resumed key=c1
expect Mon 10:04 recovered hold
expect Mon 10:04 recovered hold
expect missed hold
at Mon 10:05:00 phone ann held key=c1
at Mon 10:05:40 phone ann resumed key=c1
expect met hold
at Mon 10:06:00 phone ann held key=c1 announced=30s
at Mon 10:06:10 phone ann hangs-up key=c1
expect void hold
