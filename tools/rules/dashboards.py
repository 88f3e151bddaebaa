"""What is on the three dashboards. Shares and means are divided from summed counters, never averaged."""
from engine_dashboard import ENGINE_ROWS
from panels import Panel, dashboard
from recording import KPIS, QUALITY, SAMPLES, USUAL, breach_share, breaches

MINE = 'queue=~"$queue"'


def quantiles(histogram, by, window, more="", shares=(0.5, 0.9)):
    labels = f"{{{MINE}{more}}}"
    legend = " ".join(f"{{{{{label}}}}}" for label in by.split(", "))
    return tuple((f"histogram_quantile({share}, sum by ({by}, le) (increase({histogram}_bucket{labels}[{window}])))",
                  f"{legend} p{share * 100:.0f}") for share in shares)


def added(metric, by, window, more=""):
    return f"sum by ({by}) (increase({metric}{{{MINE}{more}}}[{window}]))"


_ANSWERED = added("vaste_contacts_answered_total", "queue", "1h")
_LONG = added("vaste_contacts_abandoned_total", "queue", "1h", ',kind="long"')

NOW_ROWS = [
    ("Time to breach", [
        Panel("Next breach", "s", ((f"min by (queue) (vaste_next_breach_timestamp_seconds{{{MINE}}} > 0) - time()", "{{queue}}"),),
              "Wall time until the next running clock breaches, calendars applied.", "bargauge"),
        Panel("Longest wait", "s", ((f"time() - min by (queue, channel) (vaste_oldest_waiting_timestamp_seconds{{{MINE}}} > 0)",
                                     "{{queue}} {{channel}}"),
                                    (f"max by (queue) (vaste_queue_wait_goal_seconds{{{MINE}}})", "{{queue}} goal")),
              "How long who waits longest has been waiting, beside the longest acceptable wait."),
        Panel("At risk and breached", "short", ((f'sum by (queue, state) (vaste_sla_open{{{MINE},state=~"at_risk|breached"}})',
                                                 "{{queue}} {{state}}"),), "Clocks that go on, by state."),
    ]),
    ("Rate: what comes in", [
        Panel("Contacts in an hour", "short", ((added("vaste_contacts_total", "queue", "1h", ',direction="inbound"'), "{{queue}}"),)),
        Panel("Messages a minute", "short", (("60 * sum by (channel, direction) (rate(vaste_messages_total[$__rate_interval]))",
                                             "{{channel}} {{direction}}"),)),
        Panel("Open conversations", "short", ((f"sum by (queue, state) (vaste_conversations_open{{{MINE}}})", "{{queue}} {{state}}"),),
              "The backlog, by whose turn it is."),
        Panel("Clocks running", "short", ((f'sum by (queue, sla) (vaste_sla_open{{{MINE},state=~"running|paused"}})', "{{queue}} {{sla}}"),)),
        Panel("Working hours", "short", ((f"max by (queue) (vaste_queue_open{{{MINE}}})", "{{queue}}"),),
              "1 while the queue is open."),
        Panel("Resolved in an hour", "short", ((added("vaste_resolutions_total", "queue", "1h"), "{{queue}}"),
                                               (added("vaste_reopens_total", "queue", "1h"), "{{queue}} reopened"))),
    ]),
    ("Errors: promises broken", [
        Panel("Breached of decided, an hour", "percentunit", ((f"{breach_share('1h')}{{{MINE}}}", "{{queue}} {{sla}}"),
                                                              (f"max by (queue, sla) (vaste_sla_budget_ratio{{{MINE}}})",
                                                               "{{queue}} {{sla}} allowed"))),
        Panel("Breaches in an hour", "short", ((f"{breaches('1h')}{{{MINE}}}", "{{queue}} {{sla}}"),)),
        Panel("Alerts decided in an hour", "short", ((added("vaste_alerts_total", "queue, kind", "1h"), "{{queue}} {{kind}}"),)),
        Panel("Service level, an hour", "percentunit", (
            (f'{added("vaste_contacts_answered_total", "queue", "1h", """,within="true" """.strip())} / ({_ANSWERED} + {_LONG} > 0)',
             "{{queue}}"),), "Live contacts answered inside the queue's threshold, of all but those given up at once."),
        Panel("Given up, an hour", "percentunit", ((f"{_LONG} / ({_ANSWERED} + {_LONG} > 0)", "{{queue}}"),)),
        Panel("Budget burnt: 6 hours and a day", "percentunit", ((f"{breach_share('6h')}{{{MINE}}}", "{{queue}} {{sla}} 6h"),
                                                                 (f"{breach_share('1d')}{{{MINE}}}", "{{queue}} {{sla}} 1d"))),
    ]),
    ("Duration: how long it takes", [
        Panel("Share of the target used", "percentunit", quantiles("vaste_sla_used_ratio", "queue, sla", "1h"),
              "1 is the target: one scale for all targets."),
        Panel("Working time spent", "s", quantiles("vaste_sla_spent_seconds", "queue, sla", "1h")),
        Panel("As the customer lived it", "s", quantiles("vaste_sla_wall_seconds", "queue, sla", "1h"),
              "The same by the wall clock, nights and weekends included."),
        Panel("Wait for an answer", "s", quantiles("vaste_answer_wait_seconds", "queue, channel", "1h")),
        Panel("Wait before giving up", "s", quantiles("vaste_abandon_wait_seconds", "queue, channel", "1h")),
    ]),
]

TITLES = {"sla_met": "SLAs met", "service_level": "Service level", "not_abandoned": "Not given up", "csat": "Satisfied (CSAT)",
          "ces": "Easy (CES)", "nps": "NPS as a share", "enps": "eNPS as a share", "fcr": "Solved at the first contact",
          "not_reopened": "Not opened again"}


def _kpi(kpi):
    # eNPS is asked of employees: it belongs to no queue and has no goal.
    own = f'{{kpi="{kpi}"}}' if kpi == "enps" else f'{{{MINE},kpi="{kpi}"}}'
    queries = [(f"{QUALITY}{own}", "{{queue}} today"), (f"{USUAL}{own}", "{{queue}} usual")]
    if kpi != "enps":
        queries.append((f"max by (queue) (vaste_kpi_goal_ratio{own})", "{{queue}} goal"))
    queries.append((f"{SAMPLES}{own}", "{{queue}} samples"))
    return Panel(TITLES[kpi], "percentunit", tuple(queries), "Over the last day; the usual value is that of this weekday and hour in the "
                 "four weeks before. Few samples: little is said.", right=("{{queue}} samples",))


def _week_before(title, unit, expression, legend):
    return Panel(title, unit, ((expression.replace("@", ""), f"{legend} today"),
                               (expression.replace("@", " offset 1w"), f"{legend} a week ago")))


def _mean(histogram, by):
    return (f"sum by ({by}) (increase({histogram}_sum{{{MINE}}}[1d]@)) / "
            f"(sum by ({by}) (increase({histogram}_count{{{MINE}}}[1d]@)) > 0)")


TREND_ROWS = [
    ("KPIs over a day against the same weekday", [_kpi(kpi) for kpi in KPIS]),
    ("Which way it goes", [
        Panel("Distance from the usual", "percentunit", ((f"{QUALITY}{{{MINE}}} - {USUAL}{{{MINE}}}", "{{queue}} {{kpi}}"),),
              "Below zero: worse than usual. Look at the samples before believing it."),
        Panel("Net promoter score", "short", ((f'100 * (2 * {QUALITY}{{{MINE},kpi="nps"}} - 1)', "{{queue}}"),
                                              (f'100 * (2 * {QUALITY}{{kpi="enps"}} - 1)', "{{queue}} employees")),
              "-100 to 100."),
        Panel("Breached of decided, a day", "percentunit", ((f"{breach_share('1d')}{{{MINE}}}", "{{queue}} {{sla}}"),)),
    ]),
    ("Time", [
        _week_before("Mean time of a contact, by phase", "s", _mean("vaste_handle_seconds", "queue, phase"), "{{queue}} {{phase}}"),
        _week_before("Mean wait for an answer", "s", _mean("vaste_answer_wait_seconds", "queue"), "{{queue}}"),
        _week_before("Contacts in a day", "short", "sum by (channel) (increase(vaste_contacts_total[1d]@))", "{{channel}}"),
    ]),
    ("What customers come back for", [
        Panel("Repeated contacts in a day", "short", ((added("vaste_repeat_contacts_total", "queue", "1d"), "{{queue}}"),)),
        Panel("First contacts decided in a day", "short", ((added("vaste_first_contact_total", "queue, outcome", "1d"),
                                                           "{{queue}} {{outcome}}"),), "Decided when the repeat window closes."),
        Panel("Handed over in a day", "short", ((added("vaste_transfers_total", "queue", "1d"), "to {{queue}}"),
                                                ("sum by (from, to) (increase(vaste_channel_switches_total[1d]))", "{{from}} to {{to}}"))),
        Panel("Surveys answered of sent", "percentunit", (
            ("sum by (survey) (increase(vaste_survey_responses_total[1d])) / "
             "(sum by (survey) (increase(vaste_survey_invitations_total[1d])) > 0)", "{{survey}}"),)),
        Panel("Mean points", "short", (
            ("sum by (survey) (increase(vaste_survey_points_total[1d])) / "
             "(sum by (survey) (increase(vaste_survey_responses_total[1d])) > 0)", "{{survey}}"),),
              "CSAT of 5, CES of 7, NPS and eNPS of 10."),
    ]),
]


def dashboards():
    queue = ("queue", "Queue", "label_values(vaste_contacts_total, queue)")
    instance = ("instance", "Instance", "label_values(vaste_ready, instance)")
    return {
        "service-now.json": dashboard("vaste-service-now", "vaste: service now", "Promises while they can still be kept.",
                                      [queue], NOW_ROWS, "6h", "10s"),
        "quality-trends.json": dashboard("vaste-quality-trends", "vaste: quality trends", "Each KPI against the same weekday.",
                                         [queue], TREND_ROWS, "14d", "5m"),
        "engine.json": dashboard("vaste-engine", "vaste: engine", "Utilisation, saturation and errors of the program itself.",
                                 [instance], ENGINE_ROWS, "3h", "10s")}
