policy: promises
calendars:
  office: {zone: Europe/Helsinki, week: {mon-fri: "09:00-17:00"}}
slas:
  any_post: {clock: public_response, unaddressed_posts: true, dm_satisfies_public: true}
rules:
  - name: all
    calendar: office
    targets:
      periodic_update: {target: 2h, at_risk: [50%, 15m left]}
      any_post: 1h
      commitment: 4h
---
# Two warnings of one target, each with an end of its own.
at Mon 10:00 social ann comments key=p1 "Their new shop is nice"
at Mon 10:30 social to ann agent ref=p1 key=d1 "Thank you!"
expect met any_post
expect Mon 11:30 at_risk periodic_update
expect Mon 12:15 at_risk_2 periodic_update
at Mon 12:20 social to ann agent ref=d1 key=d2 "A voucher for you"
expect Mon 12:20 recovered periodic_update
expect Mon 12:20 recovered periodic_update
# Nothing was said by when: the policy's four hours, of which the night is none.
at Mon 12:21 social to ann promises promise=voucher ref=d2
expect due Mon 16:21 commitment
at Mon 12:30 social - resolved ref=d2
expect met commitment
expect void periodic_update
