"""Canonical events, and what a data set turns into: passes of records for Kafka.

All instants are whole seconds since 1970, UTC. A converter looks at one row of its file at a time, with what earlier
rows said at most: what a connector would have known when it sent the event.
"""
from dataclasses import dataclass, field
from typing import Callable

from google.protobuf import json_format
from vaste_proto import Event, event_pb2 as pb


@dataclass(frozen=True)
class Record:
    """One record of a source topic. `key` is what a real connector would choose; `topic`, if not the pass's."""
    key: str
    event: Event
    topic: str = ""

    def value(self):
        return json_format.MessageToJson(self.event, indent=None, ensure_ascii=False).encode()

    def order(self):
        return self.event.time.seconds, self.event.sequence, self.event.id


@dataclass
class Pass:
    """One run of vaste over one stream.

    `figures(outputs, report)` compares; `notes` is said aloud; `records` are in the order of the files.
    """
    name: str
    topic: str
    policy: str  # a file's name in policies/
    records: list
    figures: Callable
    notes: list = field(default_factory=list)
    by_ticket: bool = False  # each conversation has one ticket: compared with the model's, one by one

    def topic_of(self, record):
        return record.topic or self.topic

    def topics(self):
        return sorted({self.topic_of(record) for record in self.records})


def event(source, identifier, at, channel, *, person=None, keys=(), attributes=None, sequence=0):
    """`person` is an Identifier; `keys` are ThreadKeys; `attributes` a dict, empty values left out."""
    made = Event(id=identifier, source=source, channel=channel, sequence=sequence)
    made.time.seconds = at
    if person:
        made.person.append(person)
    made.thread_keys.extend(keys)
    for name, value in (attributes or {}).items():
        setattr(made.attributes, name, value)
    return made


def identifier(kind, value, network=""):
    return pb.Identifier(type=pb.IdentifierType.Value(f"IDENTIFIER_TYPE_{kind}"), value=value, network=network)


def thread_key(kind, value, scope=""):
    return pb.ThreadKey(kind=pb.ThreadKeyKind.Value(f"THREAD_KEY_KIND_{kind}"), value=value, scope=scope)


def with_signal(made, kind):
    made.signal.kind = pb.SignalKind.Value(f"SIGNAL_KIND_{kind}")
    made.signal.direction = pb.DIRECTION_INBOUND
    return made


def with_message(made, author, **fields):
    """`author`: CUSTOMER, AGENT or MEMBER. What an agent writes goes out, everything else comes in."""
    made.message.author = pb.AuthorKind.Value(f"AUTHOR_KIND_{author}")
    made.message.direction = pb.DIRECTION_OUTBOUND if author == "AGENT" else pb.DIRECTION_INBOUND
    for name, value in fields.items():
        setattr(made.message, name, value)
    return made


def with_note(made, text):
    """A line of the system's own log: among us, so no answer."""
    made.message.author = pb.AUTHOR_KIND_SYSTEM
    made.message.visibility = pb.VISIBILITY_INTERNAL
    made.message.text = text
    return made


def with_lifecycle(made, kind):
    made.lifecycle.kind = pb.LifecycleKind.Value(f"LIFECYCLE_KIND_{kind}")
    return made


def with_assignment(made):
    made.assignment.unassigned = False
    return made


def with_withdrawal(made, target):
    """`target`, the id of an earlier event of the same source, never was."""
    made.revision.kind = pb.Revision.KIND_DELETED
    made.revision.target_id = target
    return made


def lifecycle_kind(made):
    """"OPENED" and so on; "" of any other event."""
    if made.WhichOneof("body") != "lifecycle":
        return ""
    return pb.LifecycleKind.Name(made.lifecycle.kind).removeprefix("LIFECYCLE_KIND_")


def key_values(made, kind):
    wanted = pb.ThreadKeyKind.Value(f"THREAD_KEY_KIND_{kind}")
    return [key.value for key in made.thread_keys if key.kind == wanted]
