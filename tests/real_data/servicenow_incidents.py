"""An audit log of incidents (phone): *.csv[.gz] of snapshots -> what each snapshot says that the one before did not.

Each row is the whole incident after an update; sys_mod_count is its version. The connector knows the rows so far:
- Every row is an event at its sys_updated_at with the state of then: PENDING while it waits for the user, ON_HOLD for
  anybody else, CLOSED, ACTIVE in other states. Its id holds the version and a digest of the row, so that a row
  sent twice is one event; its topic is the state as written. Attributes: group, agent, priority, contact type (as
  queue), and made_sla (as segment): the newest wins. The first row also brings OPENED, at opened_at.
- A reassignment_count that rose is an assignment, a reopen_count that rose is REOPENED.
- The first Resolved or Closed row brings RESOLVED. resolved_at and closed_at are filled from the first row on, with
  what was in the future then: resolved_at is taken only from a Resolved or Closed row that is not older than it, and
  is then the time of RESOLVED (else the row's), and the row's claimed_time. Where such a row moves resolved_at without
  a reopening, the resolution that was sent is withdrawn and sent anew.
- The caller is the person: a customer's tickets are conversations of their own.
"""
import hashlib
from collections import Counter, defaultdict
from datetime import datetime, timezone

from events import Pass, identifier, lifecycle_kind, with_assignment, with_lifecycle, with_withdrawal
from report import mean, percentile
from tickets import Connector, by_ticket, expected_figures, record, rows, tables
from vaste_proto import event_pb2 as pb

COLUMNS = ("number", "incident_state", "sys_mod_count", "reassignment_count", "reopen_count", "made_sla", "caller_id",
           "opened_at", "sys_updated_at", "contact_type", "priority", "resolved_at")
STATES = {"Awaiting User Info": "PENDING", "Resolved": "ATTRIBUTES_CHANGED", "Closed": "CLOSED"}
OVER = ("Resolved", "Closed")
UNKNOWN = "?"
CHANNELS = {"Email": pb.CHANNEL_EMAIL, "Self service": pb.CHANNEL_CHAT}
MISSED = "SLA missed"


def recognises(folder):
    return any(tables(folder, COLUMNS))


def passes(folder):
    incidents = defaultdict(Incident)
    connector = Connector("servicenow")
    records = [made for row in rows(folder, COLUMNS) for made in incidents[row["number"]].records(connector, row)]
    expected = expected_figures(folder)
    return [Pass("incidents", "support.incidents", "incidents.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected), by_ticket=True)]


# ---------------------------------------------------------------------------- rows -> events


def instant(text):
    """None where it is not known."""
    if text == UNKNOWN:
        return None
    return int(datetime.strptime(text, "%d-%m-%Y %H:%M").replace(tzinfo=timezone.utc).timestamp())


def state_kind(state):
    return STATES.get(state, "ON_HOLD" if state.startswith("Awaiting") else "ACTIVE")


class Incident:
    """What the connector remembers of one."""

    def __init__(self):
        self._rows = 0
        self._reassignments = 0
        self._reopenings = 0
        self._resolution = None  # (event id, time) of the one that stands

    def records(self, connector, row):
        state, at = row["incident_state"], instant(row["sys_updated_at"])
        digest = hashlib.sha256("\0".join(row.values()).encode()).hexdigest()[:12]
        name = f"{row['sys_mod_count']}/{digest}"
        claimed = instant(row["resolved_at"]) if state in OVER else None
        if claimed is not None and claimed > at:
            claimed = None

        def said(what, when=at, attributes=None):
            return connector.event(row["number"], what, when, CHANNELS.get(row["contact_type"], pb.CHANNEL_PHONE),
                                   person=identifier("CUSTOMER_ID", row["caller_id"]), attributes=attributes)

        def snapshot():
            made = with_lifecycle(said(name, attributes=attributes_of(row)), state_kind(state))
            if claimed is not None:
                made.claimed_time.seconds = claimed
            return record(made)

        def resolved(when):
            made = with_lifecycle(said(f"{name}/resolved", when), "RESOLVED")
            self._resolution = made.id, when
            return record(made)

        if not self._rows:
            yield record(with_lifecycle(said("opened", instant(row["opened_at"])), "OPENED"))
        self._rows += 1
        if int(row["reassignment_count"]) > self._reassignments:
            self._reassignments = int(row["reassignment_count"])
            yield record(with_assignment(said(f"{name}/reassigned")))
        if int(row["reopen_count"]) > self._reopenings:
            self._reopenings = int(row["reopen_count"])
            if self._resolution is None:  # The row that resolved it is missing.
                yield resolved(at)
            self._resolution = None
            yield record(with_lifecycle(said(f"{name}/reopened"), "REOPENED"))
        if state != "Closed":
            yield snapshot()
        if state in OVER:
            if self._resolution and claimed is not None and claimed != self._resolution[1]:
                yield record(with_withdrawal(said(f"{name}/moved"), self._resolution[0]))
                self._resolution = None
            if self._resolution is None:
                yield resolved(at if claimed is None else claimed)
        if state == "Closed":
            yield snapshot()


def attributes_of(row):
    known = {"topic": row["incident_state"], "queue": row["contact_type"], "priority": row["priority"],
             "team": row.get("assignment_group", UNKNOWN), "agent": row.get("assigned_to", UNKNOWN),
             "segment": "SLA made" if row["made_sla"].upper() == "TRUE" else MISSED}
    return {name: value for name, value in known.items() if value != UNKNOWN}


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Ticket:
    """A Conversation with the snapshots that it was told of, in the connector's order."""

    def __init__(self, conversation, events, duplicates):
        self.conversation = conversation
        self.customer = conversation.customer_id
        self.snapshots = [each for each in events if each.attributes.topic]
        self.again = len(duplicates)
        self.opened = next(each.time.seconds for each in events if lifecycle_kind(each) == "OPENED")
        # Of two rows with one version the later changed nothing.
        self.final = max(self.snapshots, key=version)
        self.reassigned = any(each.WhichOneof("body") == "assignment" for each in events)
        self.missed = self.final.attributes.segment == MISSED
        self.resolution = None
        if any(each.HasField("claimed_time") for each in self.snapshots):
            self.resolution = conversation.resolved.seconds - self.opened

    def steps(self):
        return list(zip(self.snapshots, self.snapshots[1:]))

    def newest_is_known(self):
        """Does vaste's summary hold the attributes of the snapshot that is last in time?"""
        last = max(self.snapshots, key=lambda each: (each.time.seconds, each.sequence)).attributes
        known = self.conversation.attributes
        return (known.priority, known.segment, known.topic) == (last.priority, last.segment, last.topic)


def version(snapshot):
    return int(snapshot.id.split("/")[1])


def figures(outputs, report, expected):
    tickets = [Ticket(*found) for found in by_ticket(outputs).values()]
    snapshots = [each for ticket in tickets for each in ticket.snapshots]
    steps = [step for ticket in tickets for step in ticket.steps()]
    times = [ticket.resolution for ticket in tickets if ticket.resolution is not None]
    got = {
        "rows": sum(bool(enriched.event.attributes.topic) for enriched in outputs.enriched),
        "incidents": len(tickets),
        "callers": len({ticket.customer for ticket in tickets}),
        "first_opened": min(ticket.opened for ticket in tickets),
        "last_update": max(each.time.seconds for each in snapshots),
        "states": dict(Counter(enriched.event.attributes.topic for enriched in outputs.enriched
                               if enriched.event.attributes.topic)),
        "resolution_seconds": {
            "n": len(times), "min": min(times, default=None), "p50": percentile(times, 50),
            "p90": percentile(times, 90), "p99": percentile(times, 99), "max": max(times, default=None),
            "mean": mean(times)},
        "no_resolved_at": len(tickets) - len(times),
        "negative_resolution": sum(time < 0 for time in times),
        "made_sla_false_final": sum(ticket.missed for ticket in tickets),
        "reopened": sum(ticket.conversation.reopened > 0 for ticket in tickets),
        "reassigned": sum(ticket.reassigned for ticket in tickets),
        "made_sla_flipped_back_to_true": sum(one.attributes.segment == MISSED and next_.attributes.segment != MISSED
                                             for one, next_ in steps),
        "update_time_goes_back_inside_an_incident": sum(next_.time.seconds < one.time.seconds
                                                        for one, next_ in steps),
        "mod_count_goes_back_inside_an_incident": sum(version(next_) < version(one) for one, next_ in steps),
        "gaps_in_mod_count": sum(version(next_) > version(one) + 1 for one, next_ in steps),
        "rows_equal_to_the_row_before": sum(ticket.again for ticket in tickets),
        "updated_before_opened": sum(each.time.seconds < ticket.opened
                                     for ticket in tickets for each in ticket.snapshots),
        "by_contact_type": groups(tickets, lambda ticket: ticket.final.attributes.queue),
        "by_priority": groups(tickets, lambda ticket: ticket.final.attributes.priority),
        "by_final_state": groups(tickets, lambda ticket: ticket.final.attributes.topic),
    }
    report.table("", got, {name: value for name, value in expected.items() if name != "definitions"})
    report.figure("incidents whose summary holds the newest snapshot",
                  sum(ticket.newest_is_known() for ticket in tickets), expected["incidents"])
    report.complete(expected)


def groups(tickets, key):
    found = defaultdict(list)
    for ticket in tickets:
        found[key(ticket)].append(ticket)
    return {name: {"incidents": len(group), "made_sla_false": sum(ticket.missed for ticket in group),
                   "resolution_p50": percentile([ticket.resolution for ticket in group
                                                 if ticket.resolution is not None], 50)}
            for name, group in found.items()}
