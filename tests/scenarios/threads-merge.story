policy: social
rules:
  - name: posts
    when: {channel: social}
    targets: {first_response: 1h}
stitch:
  windows: {social-social: 0s}
---
# Two halves of one thread that a late post ties together: one conversation, one wait, from the first post.
at Mon 09:00 social ann says key=p1 "anyone?"
at Mon 09:10 social - agent ref=p1 key=p2
at Mon 10:00 social bob says ref=p3 key=p4 "same here"
at Mon 11:30 social cat says ref=p2 key=p3 "and me"
expect Mon 11:00 breached first_response
# What was said of the half that is gone is taken back, as of its last word.
expect Mon 10:00 retracted first_response
expect conversations 1
