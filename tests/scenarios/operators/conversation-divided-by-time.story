policy: desk
rules:
  - name: all
    targets: {first_response: 1h, next_response: 1h}
---
# Everything from an instant on, and one event by its name: what comes late knows its side by its own time.
at Mon 09:00 chat ann id=before key=s1 "My bill"
at Mon 09:05 chat to ann key=s1 "One moment"
at Mon 09:30 chat ann id=after key=s1 "Something else: my password"
at Mon 09:40 operator divide before since Mon 09:20
expect different conversations before after
expect due Mon 10:30 first_response for ann
at Mon 09:10 chat ann id=early key=s1 late "The one of May"
expect same conversation before early
at Mon 09:25 chat ann id=late key=s1 late "Hm"
expect same conversation after late
at Mon 09:50 chat to ann key=s1 "Done"
expect met first_response for ann
expect Mon 10:10 breached next_response
expect conversations 2
until Mon 12:00
