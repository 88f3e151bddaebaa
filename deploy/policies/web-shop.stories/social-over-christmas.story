# Half an hour before closing on the day before Christmas Eve; the next open day is Monday, the 28th.
at 2026-12-23 17:30 social hal key=p1 queue=social "Is your parcel service asleep?"
expect due 2026-12-28 10:30 first_response
expect 2026-12-28 10:00 at_risk first_response
expect 2026-12-28 10:30 breached first_response
at 2026-12-28 11:00 social to hal ref=p1 key=p2 "Awake again. Which order is it?"
expect 2026-12-28 11:00 recovered first_response
expect 2026-12-28 11:00 recovered first_response
expect state waiting_customer
