"""Kafka's log as it lies on the broker's disk: who wrote which offsets, and what became of each transaction.

The transactions are put together from the coordinator's own log (`__transaction_state`) and the markers in each
partition, so a transaction that was committed in one partition and not in another, or that took up records of its
neighbour, shows as what it is. Values are read here only where Kafka itself writes them, without compression.
"""
import struct
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

COMMIT, ABORT = "commit", "abort"
PREPARED = {2: COMMIT, 3: ABORT}  # states of TransactionLogValue that decide
HEADER = struct.Struct(">qiibIhiqqqhii")
TRANSACTIONAL, CONTROL, COMPRESSION = 0x10, 0x20, 0x07


@dataclass
class Batch:
    first: int
    last: int
    producer: int = -1
    epoch: int = -1
    transactional: bool = False
    control: str = ""     # COMMIT or ABORT
    count: int = 0
    transaction: object = None  # a Transaction, once known
    at: int = 0           # ms, when it was written; brokers of one machine have one clock

    def __len__(self):
        return self.last - self.first + 1


@dataclass
class Transaction:
    """One transaction as the coordinator decided it."""
    producer: int
    number: int
    verdict: str
    partitions: frozenset
    name: str = ""
    decided: int = 0  # ms
    batches: dict = field(default_factory=lambda: defaultdict(list))  # (topic, partition) -> data batches

    def __str__(self):
        return f"transaction {self.number} of {self.name or self.producer} ({self.verdict})"


# ---------------------------------------------------------------------------- bytes


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at
        shift += 7


def unsigned(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def records_of(payload, count):
    """(offset delta, key, value) of each record of an uncompressed batch."""
    at = 0
    for _ in range(count):
        length, at = varint(payload, at)
        end = at + length
        _, at = varint(payload, at + 1)  # attributes, time
        delta, at = varint(payload, at)
        parts = []
        for _ in range(2):
            size, at = varint(payload, at)
            parts.append(None if size < 0 else bytes(payload[at:at + size]))
            at += max(size, 0)
        yield delta, parts[0], parts[1]
        at = end


def batches_in(data):
    """(Batch, records) of one segment; records only where they are not compressed. A cut tail is left out."""
    at = 0
    while at + HEADER.size <= len(data):
        base, length, _, magic, _, attributes, last, _, newest, producer, epoch, _, count = HEADER.unpack_from(data, at)
        end = at + 12 + length
        if length <= 0 or end > len(data) or magic != 2:
            return
        batch = Batch(base, base + last, producer, epoch, bool(attributes & TRANSACTIONAL), "", count, at=newest)
        records = None
        if not attributes & COMPRESSION:
            records = [(base + delta, key, value) for delta, key, value in
                       records_of(memoryview(data)[at + HEADER.size:end], count)]
        if attributes & CONTROL:
            kind = struct.unpack(">hh", records[0][1][:4])[1]
            batch.control = {0: ABORT, 1: COMMIT}.get(kind, "")
        yield batch, records
        at = end


def partition_logs(data):
    """(topic, partition) -> segment files of one broker's data folder, in order."""
    for folder in sorted(Path(data).iterdir()):
        topic, _, number = folder.name.rpartition("-")
        if folder.is_dir() and number.isdigit() and topic:
            yield (topic, int(number)), sorted(folder.glob("*.log"))


# ---------------------------------------------------------------------------- Kafka's own records


def transaction_of(key, value):
    """(transactional id, producer, state, partitions) of a record of __transaction_state."""
    length = struct.unpack_from(">h", key, 2)[0]
    name = key[4:4 + length].decode()
    if value is None:
        return name, -1, 0, frozenset()
    version, producer = struct.unpack_from(">hq", value)
    if version == 0:
        state, count, at = struct.unpack_from(">bi", value, 16)[0], struct.unpack_from(">i", value, 17)[0], 21
        partitions = set()
        for _ in range(max(count, 0)):
            size = struct.unpack_from(">h", value, at)[0]
            topic, at = value[at + 2:at + 2 + size].decode(), at + 2 + size
            many = struct.unpack_from(">i", value, at)[0]
            partitions |= {(topic, each) for each in struct.unpack_from(f">{many}i", value, at + 4)}
            at += 4 + 4 * many
        return name, producer, state, frozenset(partitions)
    # Flexible: the tagged fields stand at the end of each structure, arrays are one longer than they say.
    state = value[16]
    count, at = unsigned(value, 17)
    partitions = set()
    for _ in range(max(count - 1, 0)):
        size, at = unsigned(value, at)
        topic, at = value[at:at + size - 1].decode(), at + size - 1
        many, at = unsigned(value, at)
        partitions |= {(topic, each) for each in struct.unpack_from(f">{many - 1}i", value, at)}
        at += 4 * (many - 1)
        _, at = unsigned(value, at)
    return name, producer, state, frozenset(partitions)


def note_of(value):
    """The metadata that came with a committed offset."""
    version = struct.unpack_from(">h", value)[0]
    at = 14 if version >= 3 else 10  # behind the leader's epoch
    if version >= 4:
        size, at = unsigned(value, at)
        return value[at:at + size - 1].decode()
    size = struct.unpack_from(">h", value, at)[0]
    return value[at + 2:at + 2 + max(size, 0)].decode()


def offset_of(key, value):
    """((group, topic, partition), offset, note) of a record of __consumer_offsets; None if it is something else."""
    version = struct.unpack_from(">h", key)[0]
    if version > 1 or value is None:
        return None
    parts, at = [], 2
    for _ in range(2):
        size = struct.unpack_from(">h", key, at)[0]
        parts.append(key[at + 2:at + 2 + size].decode())
        at += 2 + size
    return (*parts, struct.unpack_from(">i", key, at)[0]), struct.unpack_from(">q", value, 2)[0], note_of(value)


# ---------------------------------------------------------------------------- all of it


class Log:
    """Batches of every partition, transactions with their batches, committed offsets; faults found on the way."""

    def __init__(self):
        self.batches = {}       # (topic, partition) -> [Batch]
        self.transactions = []  # as decided, in the order of each coordinator
        self.offsets = []       # (group, topic, partition), offset, note, Batch: what was sent as committed
        self.faults = []
        self._firsts = {}

    def position(self, at):
        """The batch that holds an offset."""
        place = at[:2]
        if place not in self._firsts:
            self._firsts[place] = [batch.first for batch in self.batches.get(place, ())]
        index = bisect_right(self._firsts[place], at[2]) - 1
        batch = self.batches[place][index] if index >= 0 else None
        return batch if batch and at[2] <= batch.last else None

    def transaction_of(self, at):
        batch = self.position(at)
        return batch.transaction if batch else None

    def finish(self, decided):
        """`decided`: (name, producer, verdict, partitions, ms) in order. Joins them with the markers."""
        by_producer = defaultdict(list)
        for name, producer, verdict, partitions, at in decided:
            mine = by_producer[producer]
            mine.append(Transaction(producer, len(mine) + 1, verdict, partitions, name, at))
        self.transactions = [each for mine in by_producer.values() for each in mine]
        for place, batches in self.batches.items():
            self._join(place, batches, by_producer)

    def _join(self, place, batches, by_producer):
        waiting = {producer: [each for each in mine if place in each.partitions]
                   for producer, mine in by_producer.items()}
        data, last = defaultdict(list), {}
        for batch in batches:
            if not batch.transactional and not batch.control:
                continue
            if not batch.control:
                data[batch.producer].append(batch)
                continue
            mine, found = waiting.get(batch.producer, []), data.pop(batch.producer, [])
            # A coordinator that did not hear the answer, or is a new one, writes its marker again: before the next
            # transaction was decided.
            if not found and last.get(batch.producer) == batch.control and (
                    not mine or mine[0].verdict != batch.control or batch.at < mine[0].decided):
                continue
            last[batch.producer] = batch.control
            if not mine:
                if found:
                    self.faults.append(f"{place[0]}[{place[1]}]@{batch.first}: a marker ({batch.control}) of producer "
                                       f"{batch.producer} that no transaction led to")
                continue
            transaction = mine.pop(0)
            batch.transaction = transaction
            if transaction.verdict != batch.control:
                self.faults.append(f"{place[0]}[{place[1]}]@{batch.first}: {batch.control}, but {transaction}")
            for each in found:
                each.transaction = transaction
                transaction.batches[place].append(each)


class Decisions:
    """What a coordinator's log says of transactions. A decision that it could not replicate in time is in the log once more
    after the client asked again; between two of different transactions stands that the later one is going on."""

    def __init__(self):
        self.made, self._state = [], {}  # for Log.finish(); the newest by transactional id

    def record(self, name, producer, state, partitions, at):
        if state in PREPARED and self._state.get(name) != (producer, state):
            self.made.append((name, producer, PREPARED[state], partitions, at))
        self._state[name] = (producer, state)


def read(data_folders):
    """The Log of a cluster whose brokers keep their data there; of each partition the longest copy."""
    files = {}
    for folder in data_folders:
        for place, segments in partition_logs(folder):
            size = sum(each.stat().st_size for each in segments)
            if place not in files or size > files[place][0]:
                files[place] = (size, segments)
    log, decisions = Log(), Decisions()
    for place, (_, segments) in sorted(files.items()):
        batches = log.batches.setdefault(place, [])
        for segment in segments:
            for batch, records in batches_in(segment.read_bytes()):
                batches.append(batch)
                if place[0] == "__transaction_state" and records and not batch.control:
                    for _, key, value in records:
                        decisions.record(*transaction_of(key, value), batch.at)
                if place[0] == "__consumer_offsets" and records and not batch.control:
                    log.offsets += [(*found, batch) for _, key, value in records if (found := offset_of(key, value))]
    log.finish(decisions.made)
    return log
