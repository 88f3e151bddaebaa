# The Thursday before New Year ends at noon, Friday is a holiday: the business day ends on Monday.
at 2026-12-31 10:00 email ann key=m1 queue=messages "Which rate holds from January?"
expect due 2027-01-04 15:00 first_response
expect 2027-01-04 13:00 at_risk first_response
at 2027-01-04 14:00 email to ann ref=m1 key=m2 "The one of December"
expect 2027-01-04 14:00 recovered first_response
at 2027-01-04 14:05 email - resolved ref=m2
expect met resolution
