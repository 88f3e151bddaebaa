"""Figures read from vaste.kpis alone: the newest record of each window and group of equal dimensions."""
from collections import defaultdict
from dataclasses import dataclass, field

from report import ratio
from vaste_proto import kpi_pb2

DIMENSIONS = ("queue", "segment", "brand", "market", "language", "priority", "team")
QUARTER_HOUR, DAY = kpi_pb2.KPI_WINDOW_QUARTER_HOUR, kpi_pb2.KPI_WINDOW_DAY
OF_CLOCKS = (kpi_pb2.KPI_FACT_SLA, kpi_pb2.KPI_FACT_SLA_SPENT)
OF_CONTACTS = tuple(kpi_pb2.KpiFact.Value(f"KPI_FACT_{name}") for name in (
    "CONTACT", "WAIT", "TALK", "HOLD", "WRAP_UP", "LONGEST_HOLD", "REPEAT_CONTACT"))
# Upper bounds of KpiSum.spread, in seconds; beyond them one more.
BOUNDS = (0, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 3600, 7200, 14400, 28800, 86400,
          172800, 604800)


def fact(name):
    return kpi_pb2.KpiFact.Value(f"KPI_FACT_{name}")


def outcome(name):
    return kpi_pb2.KpiOutcome.Value(f"KPI_OUTCOME_{name}")


@dataclass
class Sum:
    count: int = 0
    value: int = 0  # milliseconds
    spread: list = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, other):
        self.count += other.count
        self.value += other.value
        for place, count in enumerate(other.spread):
            self.spread[place] += count

    def within(self, seconds):
        """How many took at most so long; exact at the bounds."""
        return sum(self.spread[:BOUNDS.index(seconds) + 1])

    def mean_seconds(self, digits=3):
        return ratio(self.value / 1000, self.count, digits)


def total(records, of_fact, *outcomes, window=QUARTER_HOUR, name=None):
    """The sum over records of one fact, of these outcomes or of any."""
    wanted = {outcome(each) for each in outcomes}
    found = Sum()
    for record in records:
        if record.window == window:
            for each in record.sums:
                if each.fact == fact(of_fact) and (not wanted or each.outcome in wanted) and name in (None, each.name):
                    found.add(each)
    return found


def grouped(records, key):
    groups = defaultdict(list)
    for record in records:
        groups[key(record)].append(record)
    return dict(groups)


def compare(outputs, report):
    """The records agree with each other, and with what the summaries of all conversations say."""
    if outputs.kpis is None:
        return
    records = list(outputs.kpis.values())
    print(f"note: {len(records)} records of KPIs, {len({(each.window, each.to.seconds) for each in records})} windows")
    quarters, days = sums_of(records, QUARTER_HOUR), sums_of(records, DAY)
    report.figure("kpis: kinds of sums that differ between quarter hours and days",
                  len([kind for kind in {**quarters, **days} if quarters.get(kind) != days.get(kind)]), 0)
    report.figure("kpis: records with a count below 0", sum(each.count < 0 for record in records
                                                           for each in record.sums), 0)
    said, left_out = contributions(outputs)
    for what in sorted(left_out):
        report.not_applicable(f"kpis against summaries: {what}", "summaries of long conversations list the newest alone")
    wrong = [kind for kind in {**quarters, **said} if kind[0] not in facts_of(left_out)
             and quarters.get(kind) != said.get(kind)]
    report.figure("kpis: kinds of sums, by all dimensions, that differ from the summaries", len(wrong), 0)
    for kind in wrong[:5]:
        print(f"          {kind}: {quarters.get(kind)}, the summaries say {said.get(kind)}")


def sums_of(records, window):
    found = defaultdict(lambda: [0, 0])
    for record in records:
        if record.window != window:
            continue
        group = tuple(getattr(record.attributes, each) for each in DIMENSIONS)
        for each in record.sums:
            kind = found[each.fact, each.outcome, each.name, each.from_channel, record.channel, *group]
            kind[0] += each.count
            kind[1] += each.value
    return {kind: sums for kind, sums in found.items() if sums != [0, 0]}


def contributions(outputs):
    """The same, added up over the newest summaries; and of which lists some are not complete."""
    found, left_out = defaultdict(lambda: [0, 0]), set()
    for conversation in outputs.live():
        if conversation.clocks_dropped:
            left_out.add("clocks")
        if conversation.contacts_dropped:
            left_out.add("contacts")
        for each in conversation.contributions:
            attributes = conversation.kpi_attributes[each.attributes]
            group = tuple(getattr(attributes, dimension) for dimension in DIMENSIONS)
            kind = found[each.fact, each.outcome, each.name, each.from_channel, each.channel, *group]
            kind[0] += 1
            kind[1] += each.value
    return {kind: sums for kind, sums in found.items() if sums != [0, 0]}, left_out


def facts_of(lists):
    return (OF_CLOCKS if "clocks" in lists else ()) + (OF_CONTACTS if "contacts" in lists else ())


def late_answers(records, targets):
    """Of the SLAs first_response_SECONDS, how many stopped with more than their target, by target; exact at BOUNDS."""
    found = {}
    for target in (each for each in targets if each in BOUNDS):
        spent = total(records, "SLA_SPENT", name=f"first_response_{target}")
        found[str(target)] = spent.count - spent.within(target)
    return found
