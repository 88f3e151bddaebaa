"""Burn rates and waits of queues: steps of a minute."""
from cases import Case, Recorded, held, steps

EVALUATED, RULES = "1m", ("slas",)
MAIL = {"queue": "mail", "sla": "first_response"}


def decided(met, breached, budget, sla="first_response"):
    """Steps of a minute for the outcomes of a queue, and its budget."""
    return {f'vaste_sla_decided_total{{queue="mail",channel="email",sla="{sla}",outcome="met"}}': met,
            f'vaste_sla_decided_total{{queue="mail",channel="email",sla="{sla}",outcome="breached"}}': breached,
            f'vaste_sla_decided_total{{queue="mail",channel="email",sla="{sla}",outcome="void"}}': steps((9, 2000)),
            f'vaste_sla_budget_ratio{{queue="mail",sla="{sla}",instance="a"}}': held((budget, 2001)),
            f'vaste_sla_budget_ratio{{queue="mail",sla="{sla}",instance="b"}}': held((budget, 2001))}


def gauges(**values):
    named = {"next": 'vaste_next_breach_timestamp_seconds{queue="chat",instance="a"}',
             "elsewhere": 'vaste_next_breach_timestamp_seconds{queue="chat",instance="b"}',
             "at_risk": 'vaste_sla_open{queue="chat",sla="first_response",state="at_risk",instance="a"}',
             "at_risk_elsewhere": 'vaste_sla_open{queue="chat",sla="resolution",state="at_risk",instance="b"}',
             "running": 'vaste_sla_open{queue="chat",sla="first_response",state="running",instance="a"}',
             "since": 'vaste_oldest_waiting_timestamp_seconds{queue="chat",channel="chat",instance="a"}',
             "since_elsewhere": 'vaste_oldest_waiting_timestamp_seconds{queue="chat",channel="chat",instance="b"}',
             "mail_since": 'vaste_oldest_waiting_timestamp_seconds{queue="chat",channel="email",instance="a"}',
             "goal": 'vaste_queue_wait_goal_seconds{queue="chat",instance="a"}',
             "open": 'vaste_queue_open{queue="chat",instance="a"}'}
    return {named[name]: value if isinstance(value, str) else held((value, 61)) for name, value in values.items()}


CHAT = {"queue": "chat"}

CASES = [
    Recorded("shares and numbers of breaches", decided(steps((9, 1500)), steps((1, 1500)), 0.1), "1490m", {
        **{f"queue_sla:vaste_breaches_per_decision:ratio_increase{window}":
           {'{queue="mail",sla="first_response"}': 0.1}
           for window in ("5m", "30m", "1h", "2h", "6h", "1d")},
        **{f"queue_sla:vaste_breaches:increase{window}":
           {'{queue="mail",sla="first_response"}': minutes}
           for window, minutes in (("5m", 5), ("30m", 30), ("1h", 60), ("2h", 120), ("6h", 360), ("1d", 1440))}}),
    Recorded("nothing decided is no share, and a zero is a number", decided(steps((0, 120)), steps((0, 120)), 0.1), "2h", {
        "queue_sla:vaste_breaches_per_decision:ratio_increase1h": {},
        "queue_sla:vaste_breaches:increase1h":
            {'{queue="mail",sla="first_response"}': 0}}),

    # 0.2 * 14.4 is more than everything: the cap of one half counts.
    Case("VasteSlaBurningFast", "an objective of 80 % and two thirds breach", decided(steps((1, 120)), steps((2, 120)), 0.2),
         severity="critical", fires={"90m": [MAIL]}),
    Case("VasteSlaBurningFast", "an objective of 80 % and 45 % breach: it is the slower ones' turn",
         decided(steps((11, 120)), steps((9, 120)), 0.2), quiet=("30m", "90m", "2h")),
    Case("VasteSlaBurningFast", "99 % and 16 % breach", decided(steps((84, 120)), steps((16, 120)), 0.01),
         severity="critical", fires={"90m": [MAIL]}),
    Case("VasteSlaBurningFast", "99 % and 13 % breach", decided(steps((87, 120)), steps((13, 120)), 0.01), quiet=("30m", "90m")),
    Case("VasteSlaBurningFast", "it is over as soon as five minutes are good",
         decided(steps((1, 90), (3, 60)), steps((2, 90), (0, 60)), 0.2), severity="critical",
         fires={"90m": [MAIL]}, quiet=("100m",)),
    Case("VasteSlaBurningFast", "no customer in the last five minutes is not the end of it",
         decided(steps((1, 90), (0, 60)), steps((2, 90), (0, 60)), 0.2), severity="critical",
         fires={"90m": [MAIL], "110m": [MAIL]}),
    Case("VasteSlaBurningFast", "two breaches of two are chance", decided(steps((0, 120)), steps((0, 60), (1, 2), (0, 58)), 0.2),
         quiet=("63m", "90m", "119m")),
    Case("VasteSlaBurningFast", "nothing promised, nothing broken",
         {series: values for series, values in decided(steps((1, 120)), steps((2, 120)), 0.2).items() if "budget" not in series},
         quiet=("90m",)),
    Case("VasteSlaBurning", "40 % for hours at an objective of 80 %", decided(steps((6, 480)), steps((4, 480)), 0.2),
         severity="critical", fires={"7h": [MAIL]}),
    Case("VasteSlaBurning", "30 % at an objective of 80 %", decided(steps((7, 480)), steps((3, 480)), 0.2),
         quiet=("1h", "7h")),
    Case("VasteSlaBurning", "20 % at an objective of 97 %", decided(steps((80, 480)), steps((20, 480)), 0.03),
         severity="critical", fires={"7h": [MAIL]}),
    Case("VasteSlaBurning", "16 % at an objective of 97 %", decided(steps((84, 480)), steps((16, 480)), 0.03), quiet=("1h", "7h")),
    Case("VasteSlaBurning", "half an hour is good", decided(steps((6, 400), (10, 60)), steps((4, 400), (0, 60)), 0.2),
         severity="critical", fires={"400m": [MAIL]}, quiet=("440m",)),
    Case("VasteSlaBurningSlow", "16 % for a day at an objective of 95 %", decided(steps((84, 1500)), steps((16, 1500)), 0.05),
         fires={"1450m": [MAIL]}),
    Case("VasteSlaBurningSlow", "14 % at an objective of 95 %", decided(steps((86, 1500)), steps((14, 1500)), 0.05),
         quiet=("6h", "1450m")),
    Case("VasteSlaBurningSlow", "92 % where only 60 are promised", decided(steps((8, 1500)), steps((92, 1500)), 0.4),
         fires={"1450m": [MAIL]}),
    Case("VasteSlaBurningSlow", "85 % where only 60 are promised", decided(steps((15, 1500)), steps((85, 1500)), 0.4),
         quiet=("1450m",)),
    Case("VasteSlaBurningSlow", "two good hours end it",
         decided(steps((84, 1500), (100, 150)), steps((16, 1500), (0, 150)), 0.05),
         fires={"1500m": [MAIL]}, quiet=("1640m",)),

    # Instants are seconds since the beginning of the test; 30 minutes are 1800.
    Case("VasteQueueAtRisk", "five at risk on two instances, the next breach in nine minutes",
         gauges(next=2340, elsewhere=9000, at_risk=3, at_risk_elsewhere=2, running=40), fires={"30m": [CHAT]}),
    Case("VasteQueueAtRisk", "the next breach in eleven minutes", gauges(next=2460, at_risk=5), quiet=("30m",)),
    Case("VasteQueueAtRisk", "four at risk", gauges(next=2340, at_risk=4, running=40), quiet=("30m",)),
    Case("VasteQueueAtRisk", "no clock runs", gauges(next=0, elsewhere=0, at_risk=9), quiet=("30m",)),
    Case("VasteOldestWaiting", "waits for more than its goal of a minute, for two minutes",
         gauges(since=600, since_elsewhere=1200, goal=60, open=1), fires={"14m": [CHAT], "30m": [CHAT]}, quiet=("11m", "12m")),
    Case("VasteOldestWaiting", "the queue is closed", gauges(since=600, goal=60, open=0), quiet=("30m",)),
    Case("VasteOldestWaiting", "nobody waits", gauges(since=0, since_elsewhere=0, goal=60, open=1), quiet=("30m",)),
    Case("VasteOldestWaiting", "a mail may wait", gauges(since=0, mail_since=600, goal=60, open=1), quiet=("30m",)),
    Case("VasteOldestWaiting", "no goal", gauges(since=600, open=1), quiet=("30m",)),
    Case("VasteOldestWaiting", "always somebody, never the same for long",
         gauges(since="0+60x60", goal=60, open=1), quiet=("30m", "60m")),
]
