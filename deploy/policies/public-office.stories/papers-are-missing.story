# A case stands still while papers are asked for; the ten working days go on when they come.
at Mon 08:30 email lauri key=m1 queue=registry "Haen lupaa"
expect due Mon+2 08:30 resolution
at Mon 12:30 email to lauri ref=m1 key=m2 "Asemapiirros puuttuu"
at Mon 12:30:01 email - pending ref=m2
expect paused resolution
at Mon+1 08:30 email lauri ref=m2 key=m3 "Tässä se on"
expect running resolution
at Tue+1 09:00 email to lauri ref=m3 key=m4 "Kiitos"
at Wed+1 15:00 email - resolved ref=m4
expect met resolution
# Comes back after a week: the office reopens for two weeks, and what was spent stays spent.
at Wed+2 15:00 email lauri ref=m4 key=m5 "Luvassa on väärä osoite"
expect state waiting_agent
expect running resolution
at Thu+2 10:00 email to lauri ref=m5 key=m6 "Korjattu"
at Thu+2 10:01 email - resolved ref=m6
expect conversations 1
expect no alerts
