"""Recorded series: every KPI over a day with its samples and its usual value, and how fast SLAs burn their budgets.

Names end in `increase<window>`, so that who reads them knows what was added up. A KPI is a share, and higher is better.
"""

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d")
SAMPLES = "queue_kpi:vaste_samples:increase1d"
QUALITY = "queue_kpi:vaste_quality:ratio_increase1d"
USUAL = "queue_kpi:vaste_quality:mean4w"


def _day(selector):
    return f"sum by (queue) (increase({selector}[1d]))"


def _survey(name, band=None):
    more = f',band="{band}"' if band else ""
    return _day(f'vaste_survey_responses_total{{survey="{name}"{more}}}')


def _score(name):
    """Promoters less detractors, as a share: the score is twice this less one."""
    return f"{_survey(name, 'good')} + 0.5 * {_survey(name, 'middle')}"


_LIVE = f'{_day("vaste_contacts_answered_total")} + {_day("""vaste_contacts_abandoned_total{kind="long"}""")}'

# kpi: (good, all)
KPIS = {
    "sla_met": (_day('vaste_sla_decided_total{outcome="met"}'),
                _day('vaste_sla_decided_total{outcome=~"met|breached"}')),
    "service_level": (_day('vaste_contacts_answered_total{within="true"}'), _LIVE),
    "not_abandoned": (_day("vaste_contacts_answered_total"), _LIVE),
    "csat": (_survey("csat", "good"), _survey("csat")),
    "ces": (_survey("ces", "good"), _survey("ces")),
    "nps": (_score("nps"), _survey("nps")),
    "enps": (_score("enps"), _survey("enps")),
    "fcr": (_day('vaste_first_contact_total{outcome="resolved"}'), _day("vaste_first_contact_total")),
    "not_reopened": (f'{_day("vaste_resolutions_total")} - {_day("vaste_reopens_total")}',
                     _day("vaste_resolutions_total")),
}


def breach_share(window):
    return f"queue_sla:vaste_breaches_per_decision:ratio_increase{window}"


def breaches(window):
    return f"queue_sla:vaste_breaches:increase{window}"


def _before(weeks):
    return f"{QUALITY} offset {weeks}w"


def kpi_rules():
    rules = []
    for kpi, (good, total) in KPIS.items():
        labels = {"kpi": kpi}
        rules.append({"record": SAMPLES, "expr": total, "labels": labels})
        rules.append({"record": QUALITY, "expr": f"({good})\n/\n(({total}) > 0)", "labels": labels})
    # The same weekday and hour before. No subquery: [4w:1w] is aligned to the epoch, not to now. With less than 30 days of
    # retention the second or third branch answers.
    usual = (f"({' + '.join(_before(week) for week in (1, 2, 3, 4))}) / 4\n"
             f"or ({_before(1)} + {_before(2)}) / 2\n"
             f"or {_before(1)}")
    return rules + [{"record": USUAL, "expr": usual}]


def burn_rules():
    rules = []
    for window in WINDOWS:
        breached = f'sum by (queue, sla) (increase(vaste_sla_decided_total{{outcome="breached"}}[{window}]))'
        decided = f'sum by (queue, sla) (increase(vaste_sla_decided_total{{outcome=~"met|breached"}}[{window}]))'
        rules.append({"record": breaches(window), "expr": breached})
        rules.append({"record": breach_share(window), "expr": f"{breached}\n/\n({decided} > 0)"})
    return rules
