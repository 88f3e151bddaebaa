"""The log of a help desk (tickets): *.csv of CaseID, ActivityID, CompleteTimestamp -> messages and resolutions.

- A case is a conversation of its own by its CaseID; nobody is named. Its first row is the customer's, who begins to
  wait; each later one is something the desk did and told, so the second ends the wait for a first response.
- Activity 6 ends cases (each case of the log ends with it), so it is also RESOLVED, unless it is a case's first row.
  What comes after it shows that it was not the end: the connector then withdraws that resolution, because the case's
  duration by the expected file goes from its first row to its last.
- The log has no event ids. The rule: case, activity and second are the id, so an exact duplicate is the same event sent
  again. vaste answers it as a duplicate and counts it nowhere; the figures that count rows add them.
- Every row's own event has its ActivityID as topic; resolutions and their withdrawals have none.
"""
from collections import Counter, defaultdict
from datetime import datetime, timezone

from events import Pass, with_lifecycle, with_message, with_withdrawal
from outputs import seconds
from report import mean, percentile
from tickets import Connector, by_ticket, clock, expected_figures, late_conversations, record, rows, tables
from vaste_proto import enriched_pb2, event_pb2 as pb

COLUMNS = ("CaseID", "ActivityID", "CompleteTimestamp")
ENDS_A_CASE = "6"
DAY = 86400


def recognises(folder):
    return any(tables(folder, COLUMNS))


def passes(folder):
    desk = Desk()
    records = [made for row in rows(folder, COLUMNS) for made in desk.records(row)]
    expected = expected_figures(folder)
    return [Pass("tickets", "support.tickets", "helpdesk.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected), by_ticket=True)]


# ---------------------------------------------------------------------------- rows -> events


class Desk:
    """Knows of each case what it sent already."""

    def __init__(self):
        self._connector = Connector("helpdesk")
        self._sent = {}                    # (case, what) -> its record
        self._cases = defaultdict(Counter)  # case -> resolutions and so on
        self._resolution = {}              # case -> id of the resolution that stands

    def records(self, row):
        case, activity = row["CaseID"], row["ActivityID"]
        at = int(datetime.fromisoformat(row["CompleteTimestamp"]).replace(tzinfo=timezone.utc).timestamp())
        what = f"{activity}/{row['CompleteTimestamp']}"
        if (case, what) in self._sent:
            yield self._sent[case, what]
            return
        first = not self._cases[case]
        self._cases[case]["rows"] += 1

        def said(suffix="", **more):
            return self._connector.event(case, what + suffix, at, pb.CHANNEL_EMAIL, **more)

        self._sent[case, what] = record(with_message(said(attributes={"topic": activity}),
                                                     "CUSTOMER" if first else "AGENT"))
        yield self._sent[case, what]
        if case in self._resolution:
            yield record(with_withdrawal(said("/goes-on"), self._resolution.pop(case)))
        if activity == ENDS_A_CASE and not first:
            resolved = with_lifecycle(said("/resolved"), "RESOLVED")
            self._resolution[case] = resolved.id
            yield record(resolved)


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Case:
    """A Conversation with its rows, duplicates too. Seconds."""

    def __init__(self, conversation, events, duplicates):
        self.id = conversation.id
        self.rows = [each for each in [*events, *duplicates] if each.attributes.topic]
        self.duplicates = len(duplicates)
        self.opened = conversation.opened.seconds
        self.ended = conversation.last_activity.seconds
        self.duration = self.ended - self.opened
        own = [each for each in events if each.attributes.topic]
        self.goes_back = sum(later.time.seconds < each.time.seconds for each, later in zip(own, own[1:]))
        seen = Counter(each.time.seconds for each in self.rows)
        self.shares_a_second = any(count > 1 for count in seen.values())
        self.second = None
        if len(self.rows) > 1:
            times = sorted(each.time.seconds for each in self.rows)
            self.second = times[1] - times[0]
            # The clock's, unless it cannot know: a duplicate in the first second, or a first row that came too late.
            if times[1] > times[0] and not conversation.agent_started:
                self.second = seconds(clock(conversation, "first_response_24h").elapsed_ms)


def figures(outputs, report, expected):
    cases = [Case(*found) for found in by_ticket(outputs).values()]
    sizes = [len(case.rows) for case in cases]
    durations = [case.duration for case in cases]
    answered_late = late_conversations(outputs, "first_response_24h")
    seconds_later = [case.second for case in cases if case.second is not None]
    got = {
        "events": sum(bool(enriched.event.attributes.topic) for enriched in outputs.enriched),
        "cases": len(cases),
        "first": min(case.opened for case in cases),
        "last": max(case.ended for case in cases),
        "events_per_case": distribution(sizes),
        "case_duration_seconds": distribution(durations),
        "time_to_second_event_seconds": distribution(seconds_later),
        "cases_over_7_days": over(outputs, cases, "resolution_7d"),
        "cases_over_30_days": over(outputs, cases, "resolution_30d"),
        "second_event_later_than_24h": sum(bool(case.second) and case.id in answered_late for case in cases),
        "events_before_the_previous_event_of_their_case": sum(case.goes_back for case in cases),
        "cases_with_two_events_in_one_second": sum(case.shares_a_second for case in cases),
        "exact_duplicate_events": sum(enriched.outcome == enriched_pb2.EVENT_OUTCOME_DUPLICATE
                                      for enriched in outputs.enriched),
        "activities": dict(Counter(row.attributes.topic for case in cases for row in case.rows)),
        "peak_open_cases": peak(cases),
    }
    report.table("", got, {name: value for name, value in expected.items() if name != "definitions"})
    report.complete(expected)


def distribution(values):
    return {"n": len(values), "min": min(values, default=None), "p50": percentile(values, 50),
            "p90": percentile(values, 90), "p99": percentile(values, 99), "max": max(values, default=None),
            "mean": mean(values)}


def over(outputs, cases, sla):
    """Cases that went on after their breach, whose alert stands."""
    due = late_conversations(outputs, sla)
    return sum(case.id in due and due[case.id] < case.ended for case in cases)


def peak(cases):
    """Most that were open at once; what ends in a second makes room for what begins in it."""
    changes = sorted(change for case in cases for change in ((case.opened, 1), (case.ended, -1)))
    highest = now = 0
    for _, step in changes:
        now += step
        highest = max(highest, now)
    return highest
