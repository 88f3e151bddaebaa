# The day before Christmas Eve ends at two; Thursday, Friday and the weekend are free. Nobody looked on Monday.
at 2026-12-23 13:00 email eero key=m1 queue=registry "Liitteenä puuttuva todistus"
expect due 2026-12-29 15:00 first_response
expect 2026-12-29 11:00 at_risk first_response
expect 2026-12-29 15:00 breached first_response
at 2026-12-30 09:00 email to eero ref=m1 key=m2 "Kiitos, todistus on perillä."
expect 2026-12-30 09:00 recovered first_response
expect 2026-12-30 09:00 recovered first_response
at 2026-12-30 09:01 email - resolved ref=m2
