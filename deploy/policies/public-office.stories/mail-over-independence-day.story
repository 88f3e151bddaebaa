# Friday afternoon, then a weekend, then Independence Day on a Monday: two working days end on Wednesday.
at 2027-12-03 14:00 email aino key=m1 queue=registry "Milloin hakemukseni käsitellään?"
expect due 2027-12-08 14:00 first_response
expect 2027-12-08 10:00 at_risk first_response
at 2027-12-08 11:30 email to aino ref=m1 key=m2 "Hakemuksenne käsitellään ensi viikolla."
expect 2027-12-08 11:30 recovered first_response
at 2027-12-08 11:31 email - resolved ref=m2
expect met resolution
