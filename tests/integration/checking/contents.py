"""Topics read to their end, each partition in its order, and what the records say."""
import time
from collections import defaultdict
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, OFFSET_BEGINNING, TopicPartition

from .oracle import Happening
from .wire import alert_pb2, conversation_pb2, core_pb2, dead_letter_pb2, enriched_pb2, event_pb2

OPEN_SECONDS = 60  # for transactions that a killed process left open
QUIET_SECONDS = 60


class Unreadable(Exception):
    """It cannot be told whether anything is wrong."""


def consumer(bootstrap, isolation):
    return Consumer({"bootstrap.servers": bootstrap, "group.id": "vaste-checker", "enable.auto.commit": False,
                     "isolation.level": isolation, "enable.partition.eof": True, "auto.offset.reset": "error",
                     "log_level": 2, "check.crcs": True})


def partitions_of(client, topic):
    found = client.list_topics(topic, timeout=30).topics[topic]
    if found.error or not found.partitions:
        raise Unreadable(f"topic {topic}: {found.error or 'no partitions'}")
    return [TopicPartition(topic, number) for number in sorted(found.partitions)]


def wait_for_open_transactions(bootstrap, topic):
    """Until committed readers see the log to its end."""
    committed, raw = consumer(bootstrap, "read_committed"), consumer(bootstrap, "read_uncommitted")
    end = time.monotonic() + OPEN_SECONDS
    for partition in partitions_of(raw, topic):
        while True:
            stable = committed.get_watermark_offsets(partition, timeout=30)[1]
            high = raw.get_watermark_offsets(partition, timeout=30)[1]
            if stable == high:
                break
            if time.monotonic() > end:
                raise Unreadable(f"{topic}[{partition.partition}]: a transaction is open, {stable} of {high} can be read")
            time.sleep(0.5)
    committed.close()
    raw.close()


def read(bootstrap, topic, isolation="read_committed"):
    """All records of a topic."""
    if isolation == "read_committed":
        wait_for_open_transactions(bootstrap, topic)
    client = consumer(bootstrap, isolation)
    partitions = partitions_of(client, topic)
    client.assign([TopicPartition(each.topic, each.partition, OFFSET_BEGINNING) for each in partitions])
    ended, heard = set(), time.monotonic()
    while len(ended) < len(partitions):
        batch = client.consume(2000, 0.2)  # It waits so long for a full batch.
        heard = time.monotonic() if batch else heard
        if time.monotonic() - heard > QUIET_SECONDS:
            raise Unreadable(f"{topic}: nothing came for {QUIET_SECONDS} s")
        for message in batch:
            if message.error() is None:
                yield message
            elif message.error().code() == KafkaError._PARTITION_EOF:
                ended.add(message.partition())
            else:
                raise Unreadable(f"{topic}: {message.error()}")
    client.close()


def position(source):
    return source.topic, source.partition, source.offset


def place_of(message):
    return message.topic(), message.partition(), message.offset()


def ms(timestamp):
    return timestamp.seconds * 1000 + timestamp.nanos // 1_000_000


SIGNALS = {event_pb2.SIGNAL_KIND_QUEUED: "queued", event_pb2.SIGNAL_KIND_CONNECTED: "connected",
           event_pb2.SIGNAL_KIND_ENDED: "ended", event_pb2.SIGNAL_KIND_ABANDONED: "abandoned",
           event_pb2.SIGNAL_KIND_STARTED: "nothing", event_pb2.SIGNAL_KIND_WRAP_UP_ENDED: "nothing"}
LIFECYCLE = {event_pb2.LIFECYCLE_KIND_RESOLVED: "resolved"}
CONTACT_KEYS = (event_pb2.THREAD_KEY_KIND_CALL, event_pb2.THREAD_KEY_KIND_CHAT_SESSION)


def happening_of(event):
    """What an event means to clocks; what is not told apart here becomes a word that the oracle does not know."""
    body = event.WhichOneof("body")
    contact = next((key.value for key in event.thread_keys if key.kind in CONTACT_KEYS), "")
    kind = f"event {body}"
    if body == "message" and event.message.author == event_pb2.AUTHOR_KIND_CUSTOMER:
        kind = "customer"
    elif body == "message" and event.message.author == event_pb2.AUTHOR_KIND_AGENT:
        kind = "agent"
    elif body == "signal":
        kind = SIGNALS.get(event.signal.kind, f"signal {event.signal.kind}")
    elif body == "lifecycle":
        kind = LIFECYCLE.get(event.lifecycle.kind, f"lifecycle {event.lifecycle.kind}")
    return Happening(ms(event.time), kind, contact, event.sequence)


@dataclass
class Contents:
    """Everything that committed readers see."""
    sources: set = field(default_factory=set)
    answers: list = field(default_factory=list)        # (source position, where it stands)
    outcomes: dict = field(default_factory=lambda: defaultdict(int))  # name -> how many
    happenings: dict = field(default_factory=lambda: defaultdict(list))  # conversation -> Happening
    alerts: list = field(default_factory=list)         # as they came
    alert_places: list = field(default_factory=list)   # where each of them stands
    conversations: dict = field(default_factory=lambda: defaultdict(list))  # id -> revisions
    merged: dict = field(default_factory=dict)
    envelopes: list = field(default_factory=list)      # (origin, where) of events on their way
    changelog: dict = field(default_factory=dict)      # partition -> [(offset, key, value)]
    read: dict = field(default_factory=lambda: defaultdict(list))  # (topic, partition) -> offsets

    def root(self, conversation):
        seen = set()
        while self.merged.get(conversation) and conversation not in seen:
            seen.add(conversation)
            conversation = self.merged[conversation]
        return conversation


APPLIED = (enriched_pb2.EVENT_OUTCOME_APPLIED, enriched_pb2.EVENT_OUTCOME_LATE_APPLIED)


class Reading:
    """Reads the topics of one vaste into Contents."""

    def __init__(self, bootstrap, prefix="vaste."):
        self._bootstrap, self._prefix, self.contents = bootstrap, prefix, Contents()

    def _committed(self, name):
        for message in read(self._bootstrap, self._prefix + name):
            self.contents.read[message.topic(), message.partition()].append(message.offset())
            yield message

    def sources(self, topics):
        for topic in topics:
            self.contents.sources |= {place_of(each) for each in read(self._bootstrap, topic, "read_uncommitted")}

    def answers(self):
        out = self.contents
        for message in self._committed("enriched"):
            record = enriched_pb2.EnrichedEvent.FromString(message.value())
            out.answers.append((position(record.source), place_of(message)))
            out.outcomes[enriched_pb2.EventOutcome.Name(record.outcome)[len("EVENT_OUTCOME_"):].lower()] += 1
            if record.conversation_id and record.outcome in APPLIED:
                out.happenings[record.conversation_id].append(happening_of(record.event))
        for message in self._committed("dead-letters"):
            record = dead_letter_pb2.DeadLetter.FromString(message.value())
            out.answers.append((position(record.source), place_of(message)))
            out.outcomes["dead_lettered"] += 1

    def alerts(self):
        for message in self._committed("alerts"):
            if message.value() is not None:
                self.contents.alerts.append(alert_pb2.Alert.FromString(message.value()))
                self.contents.alert_places.append(place_of(message))

    def conversations(self):
        for message in self._committed("conversations"):
            if message.value() is None:
                continue
            record = conversation_pb2.Conversation.FromString(message.value())
            self.contents.conversations[record.id].append(record.revision)
            self.contents.merged[record.id] = record.merged_into

    def core(self):
        for message in self._committed("core"):
            for envelope in core_pb2.Packed.FromString(message.value()).envelopes:
                if envelope.WhichOneof("body") == "routed":
                    self.contents.envelopes.append((position(envelope), place_of(message)))

    def changelog(self):
        for message in self._committed("core.changelog"):
            self.contents.changelog.setdefault(message.partition(), []).append(
                (message.offset(), message.key(), message.value()))

    def progress(self):
        for _ in self._committed("progress"):
            pass

    def all(self, topics):
        self.sources(topics)
        for each in (self.answers, self.alerts, self.conversations, self.core, self.changelog, self.progress):
            each()
        return self.contents
