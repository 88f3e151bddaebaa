"""A real Kafka, and a real vaste around each pass: start, produce, wait until all is answered, read what came out."""
import contextlib
import json
import random
import signal
import subprocess
import time
from collections import Counter, defaultdict
from pathlib import Path

import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

from outputs import Outputs
from vaste_proto import ROOT, Alert, Conversation, DeadLetter, EnrichedEvent, IdentityRecord, KpiRecord, alert_pb2

QUIET_SECONDS = 4  # no output for so long, and everything answered: it is done
STOP_SECONDS = 30
START_ATTEMPTS = 2
TOPICS = ("core", "changelog", "progress", "enriched", "conversations", "alerts", "dead_letters", "identity", "commands",
          "kpis")
IDENTITY_TOPIC = "identity"
KPI_TOPIC = "kpis"
UNAVAILABLE = 69  # tools/kafka: it cannot be done on this machine
MOST_DELAY_SECONDS = 600  # order delayed: each channel by so much at most


class Failure(Exception):
    """Something went wrong that is not a figure; the text says what."""


class Unavailable(Failure):
    """No Kafka can be had here."""


@contextlib.contextmanager
def kafka(directory):
    """A cluster of one node; yields its bootstrap servers."""
    tool = str(ROOT / "tools/kafka")
    for attempt in range(START_ATTEMPTS):  # Its port may be taken between choosing and binding it.
        started = subprocess.run([tool, "start", "--dir", f"{directory}-{attempt}", "--nodes", "1", "--wait", "180"],
                                 stdout=subprocess.PIPE, text=True)
        if started.returncode in (0, UNAVAILABLE):
            break
    directory = f"{directory}-{attempt}"
    if started.returncode != 0:
        raise (Unavailable if started.returncode == UNAVAILABLE else Failure)("tools/kafka start failed, see above")
    try:
        yield started.stdout.strip().removeprefix("bootstrap.servers=")
    finally:
        subprocess.run([tool, "stop", "--dir", directory], check=False)


def write_config(directory, bootstrap, run, topics, policy, options):
    """vaste's configuration; JSON is YAML. `run`: a name of its own for what shares the Kafka with others."""
    file = directory / "vaste.yaml"
    file.write_text(json.dumps({
        "application": f"real-data-{run}", "instance": "one", "state_directory": str(directory / "state"),
        "policy": str(policy), "kafka": {"bootstrap_servers": bootstrap},
        "sources": [{"topic": topic, "format": "json"} for topic in topics],
        "retention": {"open": "0s", "resolved": "0s", "kpi_quarter_hours": "0s", "kpi_days": "0s"},  # the sets are years old, and their figures are of all that was
        "topics": {**{name: f"{run}.{name}" for name in TOPICS}, "core_partitions": options.core_partitions},
        "engine": {"workers": options.workers, "thread_wait": "1s"}, "http": {"port": 0}}, indent=1) + "\n")
    return file


def create_topics(vaste, config, bootstrap, topics, partitions):
    admin = AdminClient({"bootstrap.servers": bootstrap})  # It must live until the answer is there.
    for created in admin.create_topics([NewTopic(topic, partitions, 1) for topic in topics]).values():
        created.result(30)
    done = subprocess.run([vaste, "topics", "create", "-c", str(config)], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=60)
    if done.returncode != 0:
        raise Failure(f"vaste topics create: exit {done.returncode}\n{done.stdout}")


def arrivals(records, order, seed):
    """(record, when it comes or None = now, in milliseconds), in the order in which they come.

    `order`: event (by event time, which is also the record's time), delayed (each channel, and what a system says of
    identities, so many seconds later than it happened: nought to ten minutes, by the seed), file (as in the files) or
    shuffled (any order, by the seed).
    """
    records = list(records)
    if order == "shuffled":
        random.Random(seed).shuffle(records)
    if order in ("file", "shuffled"):
        return [(record, None) for record in records]
    delays = delays_of(records, seed) if order == "delayed" else defaultdict(int)
    timed = [(record, record.event.time.ToMilliseconds() + 1000 * delays[record.event.source]) for record in records]
    return sorted(timed, key=lambda each: (each[1], *each[0].order()[1:]))


def delays_of(records, seed):
    """By source: a channel's connector is one, whatever it tells of is late together."""
    chosen = random.Random(seed)
    return {source: chosen.randint(0, MOST_DELAY_SECONDS)
            for source in sorted({record.event.source for record in records})}


def produce(bootstrap, prefix, each, order, options):
    """Positions (topic, partition, offset) of all records, in the order of arrivals()."""
    positions, failures = [], []

    def delivered(error, message):
        if error:
            failures.append(error)
        else:
            positions.append((message.topic(), message.partition(), message.offset()))

    producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 20,
                                         "queue.buffering.max.messages": 1_000_000, "log_level": 3})
    for number, (record, at) in enumerate(arrivals(each.records, order, options.seed)):
        where = ({"key": record.key.encode()} if options.keys == "connector"
                 else {"partition": number % options.partitions})
        if at is not None:
            where["timestamp"] = at
        producer.produce(prefix + each.topic_of(record), record.value(), on_delivery=delivered, **where)
        producer.poll(0)
    left = producer.flush(120)
    if left or failures:
        raise Failure(f"{left} records not delivered, {len(failures)} refused: {failures[:1]}")
    return positions


@contextlib.contextmanager
def running(vaste, config, log_file):
    """`vaste run` in the background; yields the process, ends it with SIGTERM."""
    with log_file.open("wb") as log:
        process = subprocess.Popen([vaste, "run", "-c", str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield process
    finally:
        stop(process)


def stop(process):
    """Its exit status; one that does not end is killed."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def log_tail(log_file):
    return "\n".join(log_file.read_text(errors="replace").splitlines()[-30:])


class Reader:
    """Reads vaste's output topics, committed records only, into Outputs."""

    def __init__(self, bootstrap, run):
        self.outputs = Outputs()
        self.answers = Counter()  # (topic, partition, offset) of the input -> how often it was answered
        self.retractions = 0      # records, not alerts: what was said and taken back
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": "real-data-reader", "enable.auto.commit": False,
            "isolation.level": "read_committed", "auto.offset.reset": "earliest"})
        self._take = {f"{run}.enriched": self._enriched, f"{run}.conversations": self._conversation,
                      f"{run}.alerts": self._alert, f"{run}.dead_letters": self._dead}
        topics = self._consumer.list_topics(timeout=30).topics
        if f"{run}.{IDENTITY_TOPIC}" in topics:
            self._take[f"{run}.{IDENTITY_TOPIC}"] = self._identity
        if f"{run}.{KPI_TOPIC}" in topics:
            self.outputs.kpis = {}
            self._take[f"{run}.{KPI_TOPIC}"] = self._kpi
        self._consumer.assign([confluent_kafka.TopicPartition(name, partition, confluent_kafka.OFFSET_BEGINNING)
                               for name in self._take for partition in topics[name].partitions])

    def read(self):
        """Whether anything came within half a second."""
        messages = self._consumer.consume(5000, 0.5)
        for message in messages:
            if message.error():
                raise Failure(f"reading {message.topic()}: {message.error()}")
            self._take[message.topic()](message)
        return bool(messages)

    def read_until(self, positions, process, seconds):
        """Until every input is answered and nothing more comes; the time limit is not an error, the figures show it."""
        wanted, end = set(positions), time.monotonic() + seconds
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            if self.read():
                quiet_since = time.monotonic()
            elif process.poll() is not None:
                raise Failure(f"vaste ended by itself with exit status {process.returncode}")
            elif time.monotonic() - quiet_since > QUIET_SECONDS and wanted <= self.answers.keys():
                return
        print(f"TIME LIMIT of {seconds} s: {len(wanted - self.answers.keys())} inputs are not answered")

    def finish(self):
        """What the last transactions left, after vaste has ended."""
        while self.read():
            pass

    def close(self):
        self._consumer.close()

    def _answered(self, source):
        self.answers[source.topic, source.partition, source.offset] += 1

    def _enriched(self, message):
        enriched = EnrichedEvent.FromString(message.value())
        self._answered(enriched.source)
        self.outputs.enriched.append(enriched)

    def _dead(self, message):
        dead = DeadLetter.FromString(message.value())
        self._answered(dead.source)
        self.outputs.dead.append(dead)

    def _identity(self, message):
        record = IdentityRecord.FromString(message.value())
        if record.WhichOneof("body") == "customer_merged":
            merged = record.customer_merged
            self.outputs.redirects[merged.absorbed_customer_id] = merged.customer_id

    def _conversation(self, message):
        keep_newest(self.outputs.conversations, message, Conversation)

    def _kpi(self, message):
        key = message.key().decode()
        if message.value() is None:
            self.outputs.kpis.pop(key, None)
        else:
            self.outputs.kpis[key] = KpiRecord.FromString(message.value())

    def _alert(self, message):
        alert = keep_newest(self.outputs.alerts, message, Alert)
        self.retractions += alert is not None and alert.status == alert_pb2.ALERT_STATUS_RETRACTED


def keep_newest(table, message, kind):
    """A key's records are in one partition, so the last is the newest; a tombstone takes it away."""
    if message.value() is None:
        table.pop(message.key().decode(), None)
        return None
    value = kind.FromString(message.value())
    table[value.id] = value
    return value


def run_pass(each, order, options, directory, bootstrap):
    """One vaste, one stream: (reader, positions, exit status)."""
    policy = Path(__file__).parent / "policies" / each.policy
    run = f"{each.name}-{order}"
    sources = [f"{run}.{topic}" for topic in each.topics()]
    with contextlib.ExitStack() as stack:
        config = write_config(directory, bootstrap, run, sources, policy, options)
        create_topics(options.vaste, config, bootstrap, sources, options.partitions)
        log_file = directory / "vaste.log"
        reader = Reader(bootstrap, run)
        stack.callback(reader.close)

        def start():
            return stack.enter_context(running(options.vaste, config, log_file))

        # With times of their own the whole history waits when vaste comes, so record times hold deadlines back. Else
        # vaste is there first and lives through it: deadlines of 1999 fire at once, and late answers take them back.
        process = None if order in ("event", "delayed") else start()
        positions = produce(bootstrap, f"{run}.", each, order, options)
        process = process or start()
        began = time.monotonic()
        try:
            reader.read_until(positions, process, options.seconds)
            status = stop(process)
            reader.finish()
        except Failure as failure:
            raise Failure(f"{failure}\n--- end of vaste's log, {log_file}\n{log_tail(log_file)}") from None
        print(f"answered and quiet {time.monotonic() - began:.1f} s after the last record was sent")
        return reader, positions, status
