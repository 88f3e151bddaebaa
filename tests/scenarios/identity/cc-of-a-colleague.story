policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
order matters  # and what he writes by himself
# She copies a colleague, who answers to all: one matter, by its thread, and his word waits for us as hers would. But that
# they were copied to each other does not make them one: what he writes by himself is his.
at Mon 09:00 email ann@example.org id=first key=m1 cc=bob@example.org "Our contract"
at Mon 09:10 email to ann@example.org ref=m1 key=m2 cc=bob@example.org "With pleasure"
at Mon 09:30 email bob@example.org id=second ref=m2 key=m3 cc=ann@example.org "And the price?"
expect same conversation first second
expect due Mon 10:30 next_response
at Mon 10:00 email to bob@example.org agent ref=m3 key=m4 cc=ann@example.org
expect met next_response
at Mon 11:00 email bob@example.org id=own key=m5 "Something else"
expect different conversations first own
expect different customers ann@example.org bob@example.org
at Mon 11:30 email to bob@example.org agent ref=m5 key=m6
expect customers 2
expect no alerts
