"""Trends: steps of an hour, weeks long, also evaluated each hour."""
from cases import Case, Recorded, held, steps

EVALUATED, RULES = "1h", ("kpis",)
DAY, WEEK = 24, 168
MAIL = {"queue": "mail", "kpi": "sla_met"}
Q, M, N = ("queue_kpi:vaste_quality:ratio_increase1d", "queue_kpi:vaste_quality:mean4w", "queue_kpi:vaste_samples:increase1d")


def mail(*parts, goal=None, open_hours=1):
    """A queue of mail; a part is (met an hour, breached an hour, hours)."""
    hours = sum(part[2] for part in parts)
    given = {'vaste_sla_decided_total{queue="mail",channel="email",sla="first_response",outcome="met"}':
             steps(*((met, count) for met, _, count in parts)),
             'vaste_sla_decided_total{queue="mail",channel="email",sla="first_response",outcome="breached"}':
             steps(*((breached, count) for _, breached, count in parts)),
             'vaste_queue_open{queue="mail",instance="a"}': held((open_hours, hours + 1)),
             'vaste_queue_open{queue="mail",instance="b"}': held((open_hours, hours + 1))}
    if goal is not None:
        given['vaste_kpi_goal_ratio{queue="mail",kpi="sla_met",instance="a"}'] = held((goal, hours + 1))
        given['vaste_kpi_goal_ratio{queue="mail",kpi="csat",instance="a"}'] = held((0.99, hours + 1))
    return given


def weeks(*shares):
    """100 an hour; a share a week."""
    return mail(*((100 * share, 100 * (1 - share), WEEK) for share in shares))


def after(count, hours=0):
    return f"{count * WEEK + hours}h"


def handled(phase, *parts):
    """Seconds of a phase; a part is (mean, hours), ten contacts an hour."""
    return {f'vaste_handle_seconds_sum{{queue="phone",phase="{phase}"}}': steps(*((10 * mean, hours) for mean, hours in parts)),
            f'vaste_handle_seconds_count{{queue="phone",phase="{phase}"}}': steps(*((10, hours) for _, hours in parts))}


def answered(*parts):
    return {f'vaste_answer_wait_seconds_{what}{{queue="phone",channel="phone"}}': steps(*(
        (10 * (mean if what == "sum" else 1), hours) for mean, hours in parts)) for what in ("sum", "count")}


def contacts(*parts, channel="chat"):
    """A part is (contacts an hour, hours); ten samples an hour, as an hour is the window."""
    return {f'vaste_contacts_total{{channel="{channel}",queue="{queue}",direction="inbound"}}': steps(*(
        (each / 20, hours * 10) for each, hours in parts)) for queue in ("a", "b")}


TABLE = {  # what a day of each KPI's counters adds up to: good, all
    "sla_met": (90, 100), "service_level": (70, 100), "not_abandoned": (80, 100), "csat": (30, 40), "ces": (12, 20),
    "nps": (50, 80), "enps": (6, 8), "fcr": (60, 80), "not_reopened": (45, 50)}


def every_kpi():
    day = {'vaste_sla_decided_total{queue="q",channel="email",sla="a",outcome="met"}': 90,
           'vaste_sla_decided_total{queue="q",channel="email",sla="a",outcome="breached"}': 10,
           'vaste_sla_decided_total{queue="q",channel="email",sla="a",outcome="void"}': 77,
           'vaste_contacts_answered_total{queue="q",channel="chat",within="true"}': 70,
           'vaste_contacts_answered_total{queue="q",channel="chat",within="false"}': 10,
           'vaste_contacts_abandoned_total{queue="q",channel="chat",kind="long"}': 20,
           'vaste_contacts_abandoned_total{queue="q",channel="chat",kind="short"}': 66,
           'vaste_first_contact_total{queue="q",outcome="resolved"}': 60,
           'vaste_first_contact_total{queue="q",outcome="repeated"}': 20,
           'vaste_resolutions_total{queue="q",channel="email"}': 50,
           'vaste_reopens_total{queue="q",channel="email"}': 5}
    # NPS 25: (40 promoters - 20 detractors) of 80, as a share 0.625.
    for survey, bands in {"csat": (30, 6, 4), "ces": (12, 3, 5), "nps": (40, 20, 20), "enps": (5, 2, 1)}.items():
        for band, count in zip(("good", "middle", "bad"), bands):
            day[f'vaste_survey_responses_total{{queue="q",survey="{survey}",band="{band}"}}'] = count
    return {series: steps((count / 24, 30)) for series, count in day.items()}


CASES = [
    Recorded("every KPI over a day", every_kpi(), "28h", {
        N: {f'{{kpi="{kpi}",queue="q"}}': total for kpi, (_, total) in TABLE.items()},
        Q: {f'{{kpi="{kpi}",queue="q"}}': good / total for kpi, (good, total) in TABLE.items()}}, step="1h"),
    Recorded("the usual value is the mean of four weeks", weeks(.9, .8, .7, .6, .5), after(4, 100),
             {f'{M}{{kpi="sla_met"}}': {'{kpi="sla_met",queue="mail"}': .75}}, step="1h"),
    Recorded("of two, with the default retention", weeks(.9, .8, .5), after(2, 100),
             {f'{M}{{kpi="sla_met"}}': {'{kpi="sla_met",queue="mail"}': .85}}, step="1h"),
    Recorded("of one, for who begins", weeks(.9, .5), after(1, 100),
             {f'{M}{{kpi="sla_met"}}': {'{kpi="sla_met",queue="mail"}': .9}}, step="1h"),

    Case("VasteKpiFalling", "95 to 82 % on 100 answers an hour", mail((95, 5, 4 * WEEK), (82, 18, 48)), "1h",
         fires={after(4, 5): [MAIL], after(4, 40): [MAIL]}, quiet=(after(4), after(4, 4))),
    Case("VasteKpiFalling", "95 to 82 % on five a day", mail((4.75 / 24, .25 / 24, WEEK), (4.1 / 24, .9 / 24, 48)), "1h",
         quiet=(after(1, 24), after(1, 40))),
    Case("VasteKpiFalling", "four of five where it was always five of five", mail((5 / 24, 0, WEEK), (4 / 24, 1 / 24, 48)), "1h",
         quiet=(after(1, 24), after(1, 40))),
    Case("VasteKpiFalling", "above its goal, still an alarm", mail((95, 5, WEEK), (88, 12, 48), goal=.8), "1h",
         fires={after(1, 8): [MAIL]}, quiet=(after(1, 7),)),
    Case("VasteKpiFalling", "one point less is not news", mail((95, 5, WEEK), (94.2, 5.8, 48)), "1h", quiet=(after(1, 40),)),
    Case("VasteKpiFalling", "better than usual", mail((82, 18, WEEK), (95, 5, 48)), "1h", quiet=(after(1, 40),)),
    Case("VasteKpiFalling", "nothing to compare with yet", mail((95, 5, 72), (50, 50, 48)), "1h", quiet=("80h", "120h")),
    Case("VasteKpiFallingBelowGoal", "82 %, the goal is 90", mail((95, 5, WEEK), (82, 18, 48), goal=.9), "1h",
         severity="critical", fires={after(1, 11): [MAIL]}, quiet=(after(1), after(1, 10))),
    Case("VasteKpiFallingBelowGoal", "82 %, the goal is 80", mail((95, 5, WEEK), (82, 18, 48), goal=.8), "1h",
         quiet=(after(1, 25), after(1, 40))),
    Case("VasteKpiFallingBelowGoal", "below the goal as always", mail((82, 18, WEEK + 48), goal=.9), "1h",
         quiet=(after(1, 25), after(1, 40))),
    Case("VasteKpiFallingBelowGoal", "nobody set a goal", mail((95, 5, WEEK), (82, 18, 48)), "1h", quiet=(after(1, 40),)),
    Case("VasteKpiSliding", "a point a day, three days", mail((95, 5, 48), (94, 6, 24), (93, 7, 24), (92, 8, 24), (92, 8, 24)), "1h",
         fires={"98h": [MAIL]}, quiet=("48h", "72h", "97h")),
    Case("VasteKpiSliding", "down, up and down", mail((95, 5, 48), (93, 7, 24), (94, 6, 24), (90, 10, 24)), "1h",
         quiet=("96h", "100h", "120h")),
    Case("VasteKpiSliding", "less than a point in three days",
         mail((95, 5, 48), (94.8, 5.2, 24), (94.6, 5.4, 24), (94.4, 5.6, 24)), "1h", quiet=("100h", "120h")),
    Case("VasteKpiMissing", "nothing is decided any more", mail((95, 5, WEEK), (0, 0, 72)), "1h",
         fires={after(1, 25): [MAIL]}, quiet=(after(1, 24),)),
    Case("VasteKpiMissing", "nothing is decided, the queue is closed", mail((95, 5, WEEK), (0, 0, 72), open_hours=0), "1h",
         quiet=(after(1, 30), after(1, 60))),
    Case("VasteKpiMissing", "measured as ever", mail((95, 5, WEEK + 72)), "1h", quiet=(after(1, 30), after(1, 60))),
    Case("VasteHandleTimeRising", "talk takes a third longer, hold does not",
         {**handled("talk", (300, WEEK), (400, 48)), **handled("hold", (30, WEEK), (33, 48))}, "1h",
         fires={after(1, 20): [{"queue": "phone", "phase": "talk"}]}, quiet=(after(1, 19),)),
    Case("VasteHandleTimeRising", "answers take twice as long", answered((20, WEEK), (40, 48)), "1h",
         fires={after(1, 8): [{"queue": "phone"}]}, quiet=(after(1, 7),)),
    Case("VasteHandleTimeRising", "a fifth more is within what happens",
         {**handled("talk", (300, WEEK), (360, 48)), **answered((20, WEEK), (24, 48))}, "1h", quiet=(after(1, 26), after(1, 40))),
    Case("VasteHandleTimeRising", "nobody called last week", {**handled("talk", (400, 48)), **answered((40, 48))}, "1h",
         quiet=("30h", "48h")),
    Case("VasteChannelSilent", "a seventh of the chats is left, mail goes on",
         {**contacts((20, WEEK + 4), (3, 5)), **contacts((20, WEEK + 9), channel="email")}, "6m",
         fires={after(1, 6): [{"channel": "chat"}]}, quiet=(after(1, 4), after(1, 5))),
    Case("VasteChannelSilent", "a quarter of what it was", contacts((20, WEEK + 4), (5, 5)), "6m", quiet=(after(1, 6), after(1, 8))),
    Case("VasteChannelSilent", "it was nearly silent a week ago, too", contacts((8, WEEK + 4), (0, 5)), "6m",
         quiet=(after(1, 6), after(1, 8))),
]
