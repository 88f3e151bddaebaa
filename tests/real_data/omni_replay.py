"""Four channels of one desk and a table of who is who (all channels): events.csv.gz + identity.csv -> two passes.

Pass `persons`: the table's word is trusted. Each row after a person's first says that its identifier and the first one
are one person's, by a verified profile of the CRM, at the instant when that became known: mostly before the stream, for
some in the middle of it. Pass `strangers`: the same stream under a policy that trusts nobody, so nothing is joined.

Definitions that had to be chosen:
- A person's ids are a CUSTOMER_ID (phone: callers are known by the bank's customer number, C02578), an EMAIL, a SOCIAL
  and a CHAT_VISITOR id inside their network. No two of a kind belong to one person. The mail archive's ids are no
  addresses: they get the domain of an example, since nobody ever has one under .invalid.
- No thread keys: the expected conversations are of persons and of time alone. The native conversation is in the
  event's id, where no engine looks.
- phone: `in` QUEUED, `out` CONNECTED, `end` ENDED; an `end` without an agent is a caller who hung up unanswered. The
  expected figures let such a caller wait on, until somebody answers on whatever channel: CALLBACK_REQUESTED, by which
  a caller leaves the queue and waits on. ABANDONED, which DOMAIN.md takes for a missed call, would end the wait.
- "On another channel" is one that the conversation did not begin on, whoever began it.
- `sequence` is the row of the file, which is the expected figures' order inside a second.
"""
import csv
import gzip
import json
from collections import Counter, defaultdict
from pathlib import Path

import model
from events import Pass, Record, event, identifier, with_message, with_signal
from outputs import seconds
from report import percentile
from vaste_proto import event_pb2 as pb

CHANNELS = {"chat": pb.CHANNEL_CHAT, "email": pb.CHANNEL_EMAIL, "phone": pb.CHANNEL_PHONE, "social": pb.CHANNEL_SOCIAL}
NAMES = {number: name for name, number in CHANNELS.items()}
TARGETS = (20, 60, 900, 3600, 14400)
POLICIES = Path(__file__).resolve().parent / "policies"
TABLE = "identity.csv"
CONVERSATIONS = "expected-conversations.csv"
STRANGERS = "omni-strangers.yaml"


def recognises(folder):
    return (folder / TABLE).exists() and (folder / "events.csv.gz").exists()


def passes(folder):
    with gzip.open(folder / "events.csv.gz", "rt", encoding="utf-8", newline="") as text:
        records = [event_record(number, row) for number, row in enumerate(csv.DictReader(text), 1)]
    with (folder / TABLE).open(encoding="utf-8", newline="") as text:
        table = list(csv.DictReader(text))
    records.extend(evidence_records(table))
    persons = {name_of(person_of(row["channel"], row["customer"])): row["person"] for row in table}
    expected = json.loads((folder / "expected.json").read_text())
    with (folder / CONVERSATIONS).open(encoding="utf-8", newline="") as text:
        rows = {(row["person"], row["start"]): row for row in csv.DictReader(text)}
    yield Pass("persons", "support.omni", "omni.yaml", records,
               lambda outputs, report: figures(outputs, report, expected, rows, persons))
    yield Pass("strangers", "support.omni", STRANGERS, records,
               lambda outputs, report: figures_of_strangers(outputs, report, expected, records))


# ---------------------------------------------------------------------------- rows -> events


def person_of(channel, customer):
    """The identifier of a native id."""
    if channel == "phone":
        return identifier("CUSTOMER_ID", customer)
    if channel == "email":
        return identifier("EMAIL", f"{customer}@r-package-devel.example")
    return identifier("SOCIAL", customer, "twitter") if channel == "social" else \
        identifier("CHAT_VISITOR", customer, "stripe")


def name_of(person):
    return person.type, person.network, person.value


def event_record(number, row):
    channel, kind = row["channel"], row["kind"]
    made = event(f"{channel}-connector", f"{row['conversation']}#{number}", int(row["time"]), CHANNELS[channel],
                 person=person_of(channel, row["customer"]), attributes={"agent": row["agent"]}, sequence=number)
    if channel != "phone":
        with_message(made, "CUSTOMER" if kind == "in" else "AGENT")
    elif kind == "end":
        with_signal(made, "ENDED" if row["agent"] else "CALLBACK_REQUESTED")
    else:
        with_signal(made, "QUEUED" if kind == "in" else "CONNECTED")
    return Record(row["customer"], made, f"support.{channel}")


def evidence_records(table):
    """The first row of a person joins nothing yet; each later one is joined to it when it becomes known."""
    firsts = {}
    for row in table:
        named = person_of(row["channel"], row["customer"])
        if row["person"] not in firsts:
            firsts[row["person"]] = named
            continue
        made = event("crm", f"{row['person']}/{row['channel']}", int(row["known_at"]), CHANNELS[row["channel"]],
                     person=firsts[row["person"]])
        made.person.append(named)
        made.identity.action = pb.IdentityEvidence.ACTION_SAME_PERSON
        made.identity.method = "verified_profile"
        yield Record(row["person"], made, "support.profiles")


# ---------------------------------------------------------------------------- vaste's outputs -> figures


def kind_of(made):
    """The row's word."""
    if made.WhichOneof("body") == "message":
        return "in" if made.message.direction == pb.DIRECTION_INBOUND else "out"
    return {pb.SIGNAL_KIND_QUEUED: "in", pb.SIGNAL_KIND_CONNECTED: "out"}.get(made.signal.kind, "end")


def is_evidence(made):
    return made.WhichOneof("body") == "identity"


class Stretch:
    """A Conversation, with its events in the order of time."""

    def __init__(self, conversation, events, customer):
        self.clocks = {clock.sla: clock for clock in conversation.clocks}  # the newest of each
        self.customer = customer
        self.events = sorted(events, key=lambda made: (made.time.seconds, made.sequence))
        self.kinds = [kind_of(made) for made in self.events]
        self.channels = list(dict.fromkeys(NAMES[made.channel] for made in self.events))
        self.first_in = next((made for made, kind in zip(self.events, self.kinds) if kind == "in"), None)
        clock = self.clocks.get("first_response_900")
        stopped = clock is not None and clock.HasField("stopped")
        self.first_response = seconds(clock.elapsed_ms) if stopped else None
        self.answered_at = clock.stopped.seconds if stopped else None

    def path(self):
        return ">".join(self.channels)

    def answer_channels(self):
        """By which the first answer may have come: those of all answers of its instant."""
        return {made.channel for made, kind in zip(self.events, self.kinds)
                if kind == "out" and made.time.seconds == self.answered_at}

    def row(self, person):
        """As expected-conversations.csv has it."""
        clock = self.clocks.get("first_response_900")
        return {"person": person, "start": str(self.events[0].time.seconds), "last": str(self.events[-1].time.seconds),
                "events": str(len(self.events)), "inbound": str(self.kinds.count("in")),
                "outbound": str(self.kinds.count("out")), "channels_in_order": self.path(),
                "native_conversations": str(len({made.id.split("#")[0] for made in self.events})),
                "first_in": "" if clock is None else str(clock.started.seconds),
                "first_response_seconds": "" if self.first_response is None else str(self.first_response)}


def stretches(outputs):
    events = outputs.events()
    found = []
    for conversation in outputs.live():
        said = [made for made in events.get(conversation.id, []) if not is_evidence(made)]
        if said:
            found.append(Stretch(conversation, said, outputs.customer_home(conversation.customer_id)))
    return found


def figures(outputs, report, expected, rows, persons):
    found = stretches(outputs)
    every = [made for stretch in found for made in stretch.events]
    asked = [stretch for stretch in found if stretch.first_in is not None]
    answered = [stretch for stretch in asked if stretch.first_response is not None]
    waits = [stretch.first_response for stretch in answered]
    watermark = max(made.time.seconds for made in every)
    crossing = [stretch for stretch in found if len(stretch.channels) > 1]
    got = {
        "events": len(every),
        "by_channel_and_kind": dict(Counter(f"{NAMES[made.channel]}.{kind_of(made)}" for made in every)),
        "watermark": watermark,
        "conversations": len(found),
        "cross_channel_conversations": len(crossing),
        "channel_paths": dict(Counter(stretch.path() for stretch in found)),
        "conversations_starting_without_inbound": sum(stretch.kinds[0] != "in" for stretch in found),
        "answered": len(answered),
        "unanswered": len(asked) - len(answered),
        "answered_on_another_channel": sum(stretch.events[0].channel not in stretch.answer_channels()
                                           for stretch in answered),
        "first_response_seconds": {"p50": percentile(waits, 50), "p90": percentile(waits, 90),
                                   "max": max(waits, default=None)},
        "first_response_sla": {},
        **customer_figures(found),
        **evidence_figures(outputs, every),
    }
    for target in TARGETS:
        late, due = outputs.breaches_by_deadline(f"first_response_{target}", watermark)
        got["first_response_sla"][str(target)] = {"answered_late": late, "unanswered_due_before_end": due}
    elsewhere = ("definitions", "conversations_if_identities_were_never_joined")  # the other pass
    report.table("", got, {name: value for name, value in expected.items() if name not in elsewhere})
    compare_rows(found, report, rows, persons)
    report.complete(expected, elsewhere)


def customer_figures(found):
    """A person is a customer, as vaste's conversations name it in the end."""
    channels = defaultdict(set)
    for stretch in found:
        channels[stretch.customer].update(stretch.channels)
    sizes = Counter(str(len(used)) for used in channels.values())
    return {"persons": len(channels), "persons_by_number_of_channels": dict(sizes)}


def evidence_figures(outputs, every):
    """What the table says comes out again, event by event, whatever became of it."""
    evidence = {each.event.id: each.event for each in outputs.enriched if is_evidence(each.event)}.values()
    since = {name_of(made.person[1]): made.time.seconds for made in evidence}
    start = min(made.time.seconds for made in every)
    return {"links": len({name_of(person) for made in evidence for person in made.person}),
            "links_learnt_mid_stream": sum(made.time.seconds > start for made in evidence),
            "events_before_their_link_was_known": sum(
                made.time.seconds < since.get(name_of(made.person[0]), 0) for made in every)}


def compare_rows(found, report, rows, persons):
    """Every column of every row. A customer who is several of the table's persons is none of them."""
    owners = defaultdict(set)
    for stretch in found:
        owners[stretch.customer].update(persons[name_of(made.person[0])] for made in stretch.events)
    got = {}
    for stretch in found:
        person = "+".join(sorted(owners[stretch.customer]))
        row = stretch.row(person)
        while (person, row["start"]) in got:  # two where there should be one
            person += "'"
        got[person, row["start"]] = row
    report.rows(CONVERSATIONS, got, rows)


def figures_of_strangers(outputs, report, expected, records):
    """Evidence that nobody trusts joins nothing: each id is a customer of its own. Nobody computed their conversations
    but the naive model."""
    found = stretches(outputs)
    report.rows("conversations as the model has them", rows_of_strangers(found),
                rows_of_strangers(stretches(model.predict(records, POLICIES / STRANGERS))))
    name = "conversations_if_identities_were_never_joined"
    report.figure(name, len(found), expected[name])
    report.figure("customers", len({stretch.customer for stretch in found}), expected["links"])
    report.figure("events", sum(len(stretch.events) for stretch in found), expected["events"])


def rows_of_strangers(found):
    """By their first event; two events of the stream have one id never."""
    return {stretch.events[0].id: stretch.row(name_of(stretch.events[0].person[0])) for stretch in found}
