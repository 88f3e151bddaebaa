"""Cases of San Francisco's 311 (all channels): *.csv[.gz] of cases -> OPENED, CLOSED and a note of the status.

- A case is a conversation of its own: its CaseID is its only key, nobody is named.
- OPENED at Opened with what was known then: how it came (Source, as topic), where. CLOSED at Closed, where that is
  written, by the agency (as queue) that had it last. At Updated a note tells the Status; it moves no clock.
- Times are San Francisco's local clock without a zone; of an hour that comes twice, the first.
- A case that was closed before it was opened is sent as it is written. vaste's conversation then begins with the
  closing, so its clocks stand at zero; the negative duration is that of the two events.
- Sources that have no channel here (letters, other agencies) are written ones: email.
"""
from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from events import Pass, lifecycle_kind, with_lifecycle, with_note
from outputs import seconds
from report import mean, percentile
from tickets import (Connector, by_ticket, clock, expected_figures, late_conversations, record, rows, tables)
from vaste_proto import event_pb2 as pb

COLUMNS = ("CaseID", "Opened", "Closed", "Updated", "Status", "Source")
ZONE = ZoneInfo("America/Los_Angeles")
CHANNELS = {"Voice In": pb.CHANNEL_PHONE, "Twitter": pb.CHANNEL_SOCIAL, "e-mail In": pb.CHANNEL_EMAIL,
            "Web Self Service": pb.CHANNEL_CHAT, "Open311": pb.CHANNEL_CHAT}
STATUS = "Status: "


def recognises(folder):
    return any(tables(folder, COLUMNS))


def passes(folder):
    connector = Connector("sf311")
    records = [made for row in rows(folder, COLUMNS) for made in case_records(connector, row)]
    expected = expected_figures(folder)
    return [Pass("cases", "support.cases", "cases.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected), by_ticket=True)]


# ---------------------------------------------------------------------------- rows -> events


def instant(text):
    return int(datetime.strptime(text, "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=ZONE).timestamp())


def case_records(connector, row):
    case = row["CaseID"]
    channel = CHANNELS.get(row["Source"], pb.CHANNEL_EMAIL)
    arrived = {"topic": row["Source"], "market": row.get("Neighborhood") or ""}
    yield record(with_lifecycle(connector.event(case, "opened", instant(row["Opened"]), channel, attributes=arrived),
                                "OPENED"))
    if row["Updated"]:
        yield record(with_note(connector.event(case, "updated", instant(row["Updated"]), channel),
                               STATUS + row["Status"]))
    if row["Closed"]:
        agency = {"queue": row.get("Responsible.Agency") or ""}
        yield record(with_lifecycle(connector.event(case, "closed", instant(row["Closed"]), channel,
                                                    attributes=agency), "CLOSED"))


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Case:
    """A Conversation with what the events said. Seconds."""

    def __init__(self, conversation, events):
        self.id = conversation.id
        self.source = conversation.attributes.topic
        self.opened = next(each.time.seconds for each in events if lifecycle_kind(each) == "OPENED")
        self.closed = conversation.resolved.seconds if conversation.HasField("resolved") else None
        notes = [each for each in events if each.message.text.startswith(STATUS)]
        self.status = notes[-1].message.text.removeprefix(STATUS) if notes else None
        self.updated = notes[-1].time.seconds if notes else None
        self.duration = None
        if self.closed is not None:
            # The clock's, unless it was closed before it was opened: no clock runs backwards.
            begins_with_opening = conversation.opened.seconds == self.opened
            self.duration = (seconds(clock(conversation, "resolution_24h").elapsed_ms) if begins_with_opening else
                             self.closed - self.opened)

    def duration_by_the_wall(self):
        """As it looks to who takes local times for times."""
        return int((local(self.closed).replace(tzinfo=None) - local(self.opened).replace(tzinfo=None)).total_seconds())


def local(at):
    return datetime.fromtimestamp(at, ZONE)


def is_ambiguous(at):
    return local(at).replace(fold=0).utcoffset() != local(at).replace(fold=1).utcoffset()


def figures(outputs, report, expected):
    tickets = by_ticket(outputs)
    cases = [Case(conversation, events) for conversation, events, _ in tickets.values()]
    late = {hours: late_conversations(outputs, f"resolution_{hours}") for hours in ("24h", "7d")}
    by_source = defaultdict(list)
    for case in cases:
        by_source[case.source].append(case)
    ended = [case for case in cases if case.closed is not None]
    got = {
        "cases": sum(lifecycle_kind(each.event) == "OPENED" for each in outputs.enriched),
        "case_ids": len(cases),
        "first_opened_utc": min(case.opened for case in cases),
        "last_update_utc": max(case.updated for case in cases if case.updated is not None),
        "all": group_figures(cases, late),
        "by_source": {source: group_figures(group, late) for source, group in by_source.items()},
        "zero_duration": sum(case.duration == 0 for case in ended),
        "closed_before_opened": sum(case.duration < 0 for case in ended),
        "duration_wrong_by_an_hour_when_dst_is_ignored": sum(case.duration != case.duration_by_the_wall()
                                                             for case in ended),
        "opened_or_closed_in_an_ambiguous_hour": sum(is_ambiguous(case.opened) or
                                                     case.closed is not None and is_ambiguous(case.closed)
                                                     for case in cases),
        "updated_missing": sum(case.updated is None for case in cases),
        "closed_status_without_closed_time": sum(case.status == "Closed" and case.closed is None for case in cases),
        "open_status_with_closed_time": sum(case.status == "Open" and case.closed is not None for case in cases),
        "opened_exactly_at_midnight": sum(local(case.opened).strftime("%H%M%S") == "000000" for case in cases),
    }
    report.table("", got, {name: value for name, value in expected.items() if name != "definitions"})
    report.complete(expected)


def group_figures(cases, late):
    """The figures that the expected file gives of any group of cases; what was too late is what vaste alerted."""
    ended = [case for case in cases if case.closed is not None]
    durations = [case.duration for case in ended]
    return {
        "cases": len(cases),
        "closed": len(ended),
        "duration_seconds": {
            "n": len(durations), "min": min(durations, default=None), "p50": percentile(durations, 50),
            "p90": percentile(durations, 90), "p99": percentile(durations, 99), "max": max(durations, default=None),
            "mean": mean(durations)},
        "closed_later_than_24h": sum(case.id in late["24h"] for case in ended),
        "closed_later_than_7d": sum(case.id in late["7d"] for case in ended),
        "open_at_end": len(cases) - len(ended),
    }
