"""What the sets of tickets have in common: tables as files, events of a ticket, vaste's answers by ticket."""
import csv
import gzip
import json
from collections import defaultdict

from events import Record, event, key_values, thread_key
from vaste_proto import conversation_pb2, enriched_pb2

ENDED = (conversation_pb2.CLOCK_STATE_MET, conversation_pb2.CLOCK_STATE_BREACHED, conversation_pb2.CLOCK_STATE_VOID)


# ---------------------------------------------------------------------------- files


def opened(file):
    open_file = gzip.open if file.suffix == ".gz" else open
    return open_file(file, "rt", encoding="utf-8", newline="")


def tables(folder, columns):
    """The csv files, packed or not, that have these columns: known by their heading, whatever their names are."""
    for file in sorted(folder.iterdir()):
        if file.name.endswith((".csv", ".csv.gz")) and not file.name.startswith("expected"):
            with opened(file) as text:
                if set(columns) <= set(next(csv.reader(text), [])):
                    yield file


def rows(folder, columns):
    for file in tables(folder, columns):
        with opened(file) as text:
            yield from csv.DictReader(text)


def expected_figures(folder):
    """Of all expected*.json: one file in every set so far."""
    figures = {}
    for file in sorted(folder.glob("expected*.json")):
        figures.update(json.loads(file.read_text()))
    return figures


# ---------------------------------------------------------------------------- events


class Connector:
    """Numbers what it says of each ticket in the order in which it says it."""

    def __init__(self, source):
        self.source = source
        self._said = defaultdict(int)

    def event(self, ticket, what, at, channel, **more):
        """An event of the ticket with the id TICKET/WHAT, to be given a body."""
        self._said[ticket] += 1
        return event(self.source, f"{ticket}/{what}", at, channel, keys=[thread_key("TICKET", ticket, self.source)],
                     sequence=self._said[ticket], **more)


def record(made):
    """A help desk keys its records by ticket."""
    return Record(ticket_of(made), made)


def ticket_of(made):
    return key_values(made, "TICKET")[0]


# ---------------------------------------------------------------------------- vaste's outputs


def by_ticket(outputs):
    """ticket -> (its Conversation, all its events in the connector's order, those that were duplicates).

    Each ticket has one conversation of its own; anything else raises, and is a figure that differs.
    """
    homes, events, duplicates, tickets = {}, defaultdict(list), defaultdict(list), {}
    for enriched in outputs.enriched:
        ticket, home = ticket_of(enriched.event), outputs.home(enriched.conversation_id)
        if homes.setdefault(ticket, home) != home:
            raise ValueError(f"ticket {ticket} is in two conversations")
        if tickets.setdefault(home, ticket) != ticket:
            raise ValueError(f"conversation {home} holds the tickets {tickets[home]} and {ticket}")
        again = enriched.outcome == enriched_pb2.EVENT_OUTCOME_DUPLICATE
        (duplicates if again else events)[ticket].append(enriched.event)
    for found in events.values():
        found.sort(key=lambda made: made.sequence)
    return {ticket: (outputs.conversations[home], events[ticket], duplicates[ticket])
            for ticket, home in homes.items()}


def late_conversations(outputs, sla):
    """Conversation id -> the due instant of the breach that stands, in seconds."""
    return {outputs.home(alert.conversation_id): alert.due.seconds for alert in outputs.breaches(sla)}


def clock(conversation, sla):
    found = [each for each in conversation.clocks if each.sla == sla]
    if len(found) != 1:
        raise ValueError(f"{conversation.id}: {len(found)} runs of {sla}, expected one")
    return found[0]


def compare_with_model(outputs, predicted, report):
    """Each ticket's summary as the naive model has it: state, instants, every clock and every breach."""
    report.rows("tickets as in the model", {ticket: summary(found[0], outputs)
                                            for ticket, found in by_ticket(outputs).items()},
                {ticket: summary(found[0], predicted) for ticket, found in by_ticket(predicted).items()})


def summary(conversation, outputs):
    return {"state": conversation.state, "opened": conversation.opened.seconds,
            "resolved": conversation.resolved.seconds, "reopened": conversation.reopened,
            "priority": conversation.attributes.priority, "segment": conversation.attributes.segment,
            "messages": (conversation.customer_messages, conversation.agent_messages),
            "clocks": sorted((each.sla, each.cycle, each.state, each.started.seconds, each.stopped.seconds,
                              each.elapsed_ms if each.state in ENDED else None, each.target_ms, each.late)
                             for each in conversation.clocks),
            "breaches": sorted((alert.sla, alert.cycle, alert.due.seconds, alert.status)
                               for alert in outputs.alerts_of(conversation.id))}
