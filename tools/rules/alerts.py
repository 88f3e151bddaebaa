"""What wakes somebody: each alert's expression, how long it must hold, and what it says.

Annotations never become labels, so an alert keeps its identity while its numbers change.
"""
from dataclasses import dataclass

from recording import QUALITY, SAMPLES, USUAL, breach_share, breaches

NOW, TRENDS, ENGINE = "vaste-service-now", "vaste-quality-trends", "vaste-engine"  # dashboards by uid
QUEUE, KPI = "{{ $labels.queue }}", "{{ $labels.queue }}/{{ $labels.kpi }}"
SHARE = "{{ $value | humanizePercentage }}"


@dataclass(frozen=True)
class Alert:
    name: str
    severity: str
    expr: str
    summary: str
    description: str
    dashboard: str
    hold: str = ""        # `for`: how long it must be so
    by_queue: bool = False  # the dashboard's link names the queue

    def rule(self, runbooks, grafana):
        link = f"{grafana}/d/{self.dashboard}"
        if self.by_queue:
            link += "?var-queue={{ $labels.queue | urlquery }}"
        return {"alert": self.name, "expr": self.expr, **({"for": self.hold} if self.hold else {}),
                "labels": {"severity": self.severity},
                "annotations": {"summary": self.summary, "description": self.description,
                                "runbook_url": f"{runbooks}/{self.name}.md", "dashboard_url": link}}


def _query(metric, *labels):
    """The value of another series of the same queue, inside a text."""
    selector = ",".join(f"{label}=%q" for label in labels)
    values = " ".join(f"$labels.{label}" for label in labels)
    return (f'{{{{ with query (printf "{metric}{{{selector}}}" {values}) }}}}'
            "{{ . | first | value | humanizePercentage }}{{ else }}unknown{{ end }}")


def _burn(name, severity, factor, cap, long, short):
    # The share of 14.4 budgets suits objectives of 99.9 %; at 80 % no share could exceed it, hence the cap. A short window
    # without customers does not end the alarm, hence `unless`. Three breaches are the least that count.
    threshold = f"clamp_max({factor} * max by (queue, sla) (vaste_sla_budget_ratio), {cap})"
    return Alert(
        name, severity,
        f"{breach_share(long)} > on (queue, sla) {threshold}\n"
        f"unless on (queue, sla) {breach_share(short)} <= on (queue, sla) {threshold}\n"
        f"and {breaches(long)} >= 3",
        f"{QUEUE}: {SHARE} of {{{{ $labels.sla }}}} breached in {long}",
        f"Of the SLAs {{{{ $labels.sla }}}} of queue {QUEUE} that were decided in the last {long}, {SHARE} breached; the policy "
        f"allows {_query('vaste_sla_budget_ratio', 'queue', 'sla')}. The last {short} does not say that it is over.",
        NOW, by_queue=True)


SLA_ALERTS = [
    _burn("VasteSlaBurningFast", "critical", 14.4, 0.5, "1h", "5m"),
    _burn("VasteSlaBurning", "critical", 6, 0.35, "6h", "30m"),
    _burn("VasteSlaBurningSlow", "warning", 3, 0.9, "1d", "2h"),
    Alert("VasteQueueAtRisk", "warning",
          "(min by (queue) (vaste_next_breach_timestamp_seconds > 0) - time()) < 600\n"
          'and on (queue) sum by (queue) (vaste_sla_open{state="at_risk"}) >= 5',
          f"{QUEUE}: five or more SLAs at risk, the next breach in {{{{ $value | humanizeDuration }}}}",
          f"The next running clock of queue {QUEUE} breaches in {{{{ $value | humanizeDuration }}}} of wall time, and at least "
          "five clocks of the queue are at risk. There is still time to keep the promises.", NOW, by_queue=True),
    Alert("VasteOldestWaiting", "warning",
          'time() - min by (queue) (vaste_oldest_waiting_timestamp_seconds{channel=~"chat|phone"} > 0)\n'
          "  > on (queue) max by (queue) (vaste_queue_wait_goal_seconds)\n"
          "and on (queue) max by (queue) (vaste_queue_open) == 1",
          f"{QUEUE}: somebody waits for {{{{ $value | humanizeDuration }}}}",
          f"A customer in queue {QUEUE} (chat or phone) waits for {{{{ $value | humanizeDuration }}}} in the queue's working hours, "
          "longer than the policy's wait_goal.", NOW, hold="2m", by_queue=True),
]

# Two standard errors of a share of N answers, with the plus-one correction that a baseline of 100 % needs, and one point.
_FALLING = (f"{QUALITY}\n< {USUAL} - 0.01\n"
            f"  - 2 * sqrt(({USUAL} * {SAMPLES} + 1)\n"
            f"      * ((1 - {USUAL}) * {SAMPLES} + 1) / {SAMPLES})\n"
            f"    / ({SAMPLES} + 2)")
_USUALLY = _query(USUAL, "queue", "kpi")


def _mean(histogram, by, offset=""):
    return (f"sum by ({by}) (increase({histogram}_sum[1d]{offset}))\n"
            f"/ sum by ({by}) (increase({histogram}_count[1d]{offset}))")


def _rising(histogram, by):
    return f"{_mean(histogram, by)}\n> 1.25 * (\n{_mean(histogram, by, ' offset 1w')}\n)"


_CONTACTS = "sum by (channel) (increase(vaste_contacts_total[1h]{}))"

KPI_ALERTS = [
    Alert("VasteKpiFalling", "warning", _FALLING, f"{KPI} fell to {SHARE}",
          f"Over the last day {{{{ $labels.kpi }}}} of queue {QUEUE} is {SHARE}; at this hour of the week it usually is {_USUALLY}. "
          "The fall is larger than chance explains at this number of samples.", TRENDS, hold="1h", by_queue=True),
    Alert("VasteKpiFallingBelowGoal", "critical",
          f"({_FALLING})\n< on (queue, kpi) max by (queue, kpi) (vaste_kpi_goal_ratio)",
          f"{KPI} fell below its goal, to {SHARE}",
          f"Over the last day {{{{ $labels.kpi }}}} of queue {QUEUE} is {SHARE}; it usually is {_USUALLY} and the goal is "
          f"{_query('vaste_kpi_goal_ratio', 'queue', 'kpi')}. The fall is larger than chance explains.",
          TRENDS, hold="1h", by_queue=True),
    Alert("VasteKpiSliding", "warning",
          f"{QUALITY} < {QUALITY} offset 1d\n"
          f"and {QUALITY} offset 1d < {QUALITY} offset 2d\n"
          f"and {QUALITY} offset 2d < {QUALITY} offset 3d\n"
          f"and {QUALITY} < {QUALITY} offset 3d - 0.01",
          f"{KPI} has been falling for three days, to {SHARE}",
          f"{{{{ $labels.kpi }}}} of queue {QUEUE} is lower today than yesterday, was lower yesterday than the day before, and so on "
          f"for three days: {SHARE} now, more than a point less than three days ago.", TRENDS, hold="1h", by_queue=True),
    Alert("VasteKpiMissing", "warning",
          f"{QUALITY} offset 1w unless {QUALITY}\n"
          "and on (queue) max by (queue) (max_over_time(vaste_queue_open[1d])) == 1",
          f"{KPI} is not measured any more",
          f"A week ago {{{{ $labels.kpi }}}} of queue {QUEUE} was {SHARE}; in the last day nothing was counted for it though the queue "
          "was open. Nothing measured is not the same as nothing wrong.", TRENDS, hold="1h", by_queue=True),
    Alert("VasteHandleTimeRising", "warning",
          # Answer times are the series without a phase.
          f"{_rising('vaste_handle_seconds', 'queue, phase')}\nor\n{_rising('vaste_answer_wait_seconds', 'queue')}",
          f"{QUEUE}: {{{{ with $labels.phase }}}}{{{{ . }}}} time{{{{ else }}}}the wait for an answer{{{{ end }}}} rose to "
          "{{ $value | humanizeDuration }}",
          f"Over the last day {{{{ with $labels.phase }}}}the mean {{{{ . }}}} time of a contact{{{{ else }}}}the mean wait for an "
          f"answer{{{{ end }}}} in queue {QUEUE} is {{{{ $value | humanizeDuration }}}}, a quarter or more above the same day a week ago.",
          TRENDS, hold="1h", by_queue=True),
    Alert("VasteChannelSilent", "warning",
          f"{_CONTACTS.format('')} < 0.2 * {_CONTACTS.format(' offset 1w')}\nand {_CONTACTS.format(' offset 1w')} >= 10",
          "{{ $labels.channel }} has gone silent: {{ $value | humanize }} contacts in an hour",
          "In the last hour {{ $labels.channel }} brought {{ $value | humanize }} contacts, less than a fifth of the same hour a week "
          "ago. A dead connector looks like a perfect SLA.", TRENDS, hold="15m"),
]
