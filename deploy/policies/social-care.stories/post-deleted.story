# Taken back before anybody answered: there is nothing left to answer.
at Thu 12:00 social ann key=p1 queue=public id=angry "You are thieves"
expect running first_response
at Thu 12:10 social ann deleted key=p1 of=angry
expect no alerts
