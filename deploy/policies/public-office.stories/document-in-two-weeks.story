# Somebody asks for a document: two weeks by the calendar, holidays and all, and asking back does not stop them.
at 2027-03-22 09:00 email kirsi key=m1 queue=documents "Pyydän jäljennöstä kaavasta 12"
expect due 2027-04-05 10:00 document_given
at 2027-03-23 10:00 email to kirsi ref=m1 key=m2 "Mistä vuodesta?"
expect met first_response
at 2027-03-23 10:01 email - pending ref=m2
expect running document_given
expect 2027-04-02 10:00 at_risk document_given
at 2027-04-02 15:00 email - resolved ref=m2
expect 2027-04-02 15:00 recovered document_given
expect met document_given
