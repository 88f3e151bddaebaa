"""What the process tests share: a Kafka of their own, a vaste process, a generator of events, readers of the output."""
import argparse
import contextlib
import heapq
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone
from pathlib import Path

import confluent_kafka
from confluent_kafka import OFFSET_BEGINNING, TopicPartition

from checking import verdict as checking
from checking.wire import alert_pb2, dead_letter_pb2, enriched_pb2, event_pb2  # noqa: F401, used by the tests

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SOURCES = ("support.chat", "support.email", "support.phone", "support.social")
SKIPPED = 77      # ctest: it cannot be done on this machine
UNAVAILABLE = 69  # the same from tools/kafka
SESSION_SECONDS = 6  # of a member of the group, unless a test says otherwise
START_WAIT = "240"  # seconds for a broker, on a machine that builds beside it


class Failure(Exception):
    """The test failed; the text says how."""


def options(description, **defaults):
    """Command line: --vaste, --seed, --keep and one option a keyword."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--vaste", default=str(ROOT / "build/dev/src/vaste"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave logs and state where they are, and say where")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    return parser.parse_args()


def main(test, options_):
    """Runs test(options, directory); exit status 0, 1 (failed) or 77 (no Kafka here)."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Kafka is stopped in every case
    directory = Path(tempfile.mkdtemp(prefix="vaste-test-"))
    keep = options_.keep
    try:
        test(options_, directory)
        status = 0
    except Failure as failure:
        print(f"FAILED (seed {options_.seed}): {failure}")
        keep, status = True, 1
    except Exception:
        keep = True
        raise
    finally:
        if keep:
            print(f"logs are in {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    sys.exit(status)


class Kafka:
    """One broker, or three, under `directory`."""

    def __init__(self, directory, settings=(), nodes=1, proxied=False, data=None, seconds=None):
        """`data`: what another one left, see leave(). `seconds`: after which it ends by itself, if not tools/kafka's."""
        self._directory = self.directory = str(directory)
        self._log = open(f"{directory}.log", "wb")
        self.nodes = range(1, nodes + 1)
        self.data = [f"{directory}/node-{node}/data" for node in self.nodes]
        try:
            done = self._tool("start", "--wait", START_WAIT, "--nodes", str(nodes), *(["--proxied"] if proxied else []),
                              *(["--data", str(data)] if data else []),
                              *(["--max-seconds", str(seconds)] if seconds else []),
                              *(part for each in settings for part in ("--set", each)))
        except BaseException:
            self.stop()
            raise
        if done.returncode == UNAVAILABLE:
            print("no Kafka can be had here, see " + self._log.name)
            sys.exit(SKIPPED)
        if done.returncode != 0:
            raise Failure(f"tools/kafka start: exit {done.returncode}, see {self._log.name}")
        self.bootstrap = re.search(r"bootstrap\.servers=(\S+)", done.stdout.decode()).group(1)

    def _tool(self, command, *arguments):
        """At the machine's own clock, whatever this program's is."""
        environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
        return subprocess.run([str(ROOT / "tools/kafka"), command, "--dir", self._directory, *arguments],
                              stdout=subprocess.PIPE, stderr=self._log, env=environment)

    def node(self, command, number=1):
        patience_ = ["--wait", START_WAIT] if "start" in command else []
        done = self._tool(command, *patience_, str(number))
        if done.returncode != 0:
            raise Failure(f"tools/kafka {command}: exit {done.returncode}, see {self._log.name}")

    def keep_data(self):
        """What the brokers have, beside their folder, which goes when they stop: links, so it costs no space."""
        for node, data in zip(self.nodes, self.data):
            subprocess.run(["cp", "-al", data, f"{self._directory}-data-{node}"], stdout=self._log, stderr=self._log)

    def leave(self):
        """Ends it; the one node's data, which stop() removes."""
        if self._tool("stop", "--keep").returncode != 0:
            raise Failure(f"tools/kafka stop --keep, see {self._log.name}")
        return Path(self.data[0])

    def stop(self):
        self._tool("stop")
        self._log.close()


@contextlib.contextmanager
def kafka(directory, *arguments, **more):
    broker = Kafka(directory / "kafka", *arguments, **more)
    try:
        yield broker
    except Failure:
        broker.keep_data()
        raise
    finally:
        broker.stop()


def write_config(directory, bootstrap, policy, formats=None, **more):
    """vaste.yaml and policy.yaml in `directory`; JSON is YAML."""
    (directory / "policy.yaml").write_text(json.dumps(policy, indent=1) + "\n")
    config = {
        "application": "process-test", "instance": "one", "state_directory": str(directory / "state"),
        "policy": "policy.yaml",
        "kafka": {"bootstrap_servers": bootstrap, "session_timeout": f"{SESSION_SECONDS}s"},
        "sources": [{"topic": topic, "format": (formats or {}).get(topic, "json")} for topic in SOURCES],
        "topics": {"core_partitions": 6}, "http": {"port": 0},
        # The checker reads every record that there ever was.
        "engine": {"workers": 2, "purge_interval": "0s"}}
    for section, values in more.items():
        merged = {**config.get(section, {}), **values} if isinstance(values, dict) else values
        # None: not written, so that it is the default.
        config[section] = ({key: value for key, value in merged.items() if value is not None}
                           if isinstance(merged, dict) else merged)
    file = directory / "vaste.yaml"
    file.write_text(json.dumps(config, indent=1) + "\n")
    return file


def secret_file(directory, text):
    """A secret as configurations name it: a file that only its owner may read."""
    file = directory / "desk.secret"
    file.write_text(text)
    file.chmod(0o600)
    return file


# Words of the generator's people: they may stand in topics and state, never in logs, metrics or pages.
CANARIES = ("@example.org", "visitor-", "+35840", "handle-", "up with my order")


def policy(name):
    """Targets of seconds; the last on a calendar that is open every other minute."""
    minutes = [(hour, minute) for hour in range(24) for minute in range(0, 60, 2)]
    now = time.gmtime(time.time() - 600)
    first = now.tm_hour * 30 + now.tm_min // 2
    chosen = sorted(minutes[(first + step) % len(minutes)] for step in range(OPEN_MINUTES))
    return {"policy": name, "version": "1",
            "calendars": {"minutes": {"zone": "UTC", "week": {"mon-sun": [
                f"{hour:02}:{minute:02}-{hour:02}:{minute + 1:02}" for hour, minute in chosen]}}},
            "rules": [{"name": "all", "targets": {
                "speed_of_answer": {"target": "2s", "at_risk": "50%"},
                "first_response": {"target": "3s", "at_risk": "50%"},
                "next_response": {"target": "4s", "at_risk": "1s left"},
                "resolution": {"target": "8s", "at_risk": "50%", "calendar": "minutes"}}}]}


OPEN_MINUTES = 60  # two hours


def patience(seconds):
    """So long on a machine of its own; sanitizers, a broker and readers beside, and others' work, make it longer."""
    return seconds * min(10.0, max(3.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


def settle(policy_):
    """Waits until what was due before now has been said; the instant (ms) before which everything has."""
    until = int(time.time() * 1000)
    time.sleep(patience(SETTLE_SECONDS) / 3)
    return until


SETTLE_SECONDS = 5


class Vaste:
    """The program under test with one configuration; each start has a log of its own."""

    def __init__(self, binary, config, directory, prefix=(), name="vaste"):
        if not os.access(binary, os.X_OK):
            raise Failure(f"{binary} is not there: build it, or say --vaste")
        self.program, self._config, self._directory = str(Path(binary).resolve()), str(config), directory
        self.logs, self.process, self._prefix, self._name, self.folder = [], None, list(prefix), name, directory
        done = subprocess.run([self.program, "topics", "create", "-c", self._config, "--sources", "4"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        if done.returncode != 0:
            raise Failure(f"vaste topics create: exit {done.returncode}\n{done.stdout.decode(errors='replace')}")

    def limit(self, prefix):
        """A program that starts it, like prlimit."""
        self._prefix = prefix

    def start(self, crash_at=None, **hooks):
        """hooks: VASTE_... variables of a build with test hooks."""
        environment = {name: value for name, value in os.environ.items() if name != "VASTE_CRASH_AT"} | hooks
        if crash_at:
            environment["VASTE_CRASH_AT"] = crash_at
        environment.setdefault("LSAN_OPTIONS", f"suppressions={ROOT / 'tools/lsan.supp'}:print_suppressions=0")
        self.logs.append(self._directory / f"{self._name}-{len(self.logs)}.log")
        with self.logs[-1].open("wb") as log:
            self.process = subprocess.Popen([*self._prefix, self.program, "run", "-c", self._config],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        return self.process

    @contextlib.contextmanager
    def standing_still(self):
        """As in a machine that is suspended: nothing of the process runs until the block is over."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def all_logs(self):
        return {str(log): log.read_text(errors="replace") for log in self.logs}

    def log(self, number=-1):
        return self.logs[number].read_text(errors="replace")

    def tail(self):
        return f"--- end of {self.logs[-1]}\n" + "\n".join(self.log().splitlines()[-25:]) + f"\nreadyz: {self.readyz()}"

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"vaste ended by itself, exit status {self.process.returncode}\n{self.tail()}")

    def readyz(self):
        """(status, text) of /readyz; None while there is no listener yet."""
        return self.get("readyz")

    def get(self, what):
        found = re.search(r"http://([0-9.]+:\d+)/", self.log())
        if not found:
            return None
        try:
            with urllib.request.urlopen(f"http://{found.group(1)}/{what}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def terminate(self, seconds=60):
        """SIGTERM; the exit status must be 0."""
        self.check_alive()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"vaste did not end within {seconds} s of SIGTERM\n{self.tail()}") from None
        if status != 0:
            raise Failure(f"vaste: exit status {status} after SIGTERM\n{self.tail()}")

    def forget_state(self):
        """As on a new machine; nothing may run."""
        shutil.rmtree(self.folder / "state", ignore_errors=True)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()


class Feed:
    """Produces records without transactions; knows where each of them stands."""

    def __init__(self, bootstrap):
        self.positions = {}  # (topic, partition, offset) -> what was given as `mark`
        self._errors = []
        self._producer = confluent_kafka.Producer({
            "bootstrap.servers": bootstrap, "enable.idempotence": True, "max.in.flight": 1, "linger.ms": 5, "log_level": 2,
            "queue.buffering.max.messages": 500000, "message.max.bytes": 2000000, "reconnect.backoff.max.ms": 500})

    def send(self, topic, value, key=None, mark=None, timestamp=None):
        def delivered(error, message):
            if error:
                self._errors.append(str(error))
            elif message.offset() is not None:  # one that was there when it was sent again has none
                self.positions[message.topic(), message.partition(), message.offset()] = mark
        more = {} if timestamp is None else {"timestamp": timestamp}
        until = None
        while True:
            try:
                self._producer.produce(topic, value, key, on_delivery=delivered, **more)
                break
            except BufferError:
                until = until or time.monotonic() + patience(60)
                if time.monotonic() > until:
                    raise Failure("the queue of source records stays full") from None
                self._producer.poll(0.1)
        self._producer.poll(0)

    def flush(self, seconds=None):
        left = self._producer.flush(seconds or patience(60))
        if left or self._errors:
            raise Failure(f"{left} source records not delivered, refused: {self._errors[:3]}")


class Reader:
    """Committed records of the output topics, from the beginning on."""

    def __init__(self, bootstrap, topics):
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": "process-test-reader", "enable.auto.commit": False,
            "isolation.level": "read_committed", "auto.offset.reset": "earliest", "log_level": 2,
            "reconnect.backoff.max.ms": 500})
        known = self._consumer.list_topics(timeout=30).topics
        self._consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING)
                               for topic in topics for partition in known[topic].partitions])

    def poll(self, seconds=0.5):
        return [message for message in self._consumer.consume(2000, seconds) if not message.error()]

    def close(self):
        self._consumer.close()


def log_ends(bootstrap, topic, isolation="read_uncommitted"):
    """(first offset that is still there, end that such a reader may reach) of each partition."""
    client = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "ends", "log_level": 2,
                                       "isolation.level": isolation})
    try:
        numbers = sorted(client.list_topics(topic, timeout=30).topics[topic].partitions)
        return [client.get_watermark_offsets(TopicPartition(topic, number), timeout=30) for number in numbers]
    finally:
        client.close()


class Outputs:
    """Enriched, dead letters and alerts as they come."""

    def __init__(self, bootstrap):
        self.enriched, self.dead, self.alerts = {}, {}, {}  # by source position; the newest by id
        self._reader = Reader(bootstrap, ("vaste.enriched", "vaste.dead-letters", "vaste.alerts"))

    def poll(self, seconds=0.5):
        messages = self._reader.poll(seconds)
        for message in messages:
            if message.value() is None:
                continue
            if message.topic() == "vaste.alerts":
                alert = alert_pb2.Alert.FromString(message.value())
                self.alerts[alert.id] = alert
                continue
            kind, table = ((enriched_pb2.EnrichedEvent, self.enriched) if message.topic() == "vaste.enriched" else
                           (dead_letter_pb2.DeadLetter, self.dead))
            record = kind.FromString(message.value())
            table.setdefault((record.source.topic, record.source.partition, record.source.offset), []).append(record)
        return len(messages)

    def missing(self, positions):
        return [at for at in positions if at not in self.enriched and at not in self.dead]

    def wait_for(self, positions, vaste, seconds):
        """Until every position has an output; the seconds it took."""
        began = time.monotonic()
        while self.missing(positions):
            vaste.check_alive()
            if time.monotonic() - began > seconds:
                missing = sorted(self.missing(positions))
                raise Failure(f"{len(missing)} of {len(positions)} source records have no output after {seconds} s, "
                              f"e.g. {missing[:5]}\n{vaste.tail()}")
            self.poll()
        return time.monotonic() - began

    def close(self):
        self._reader.close()


class Watcher(threading.Thread):
    """Reads vaste's committed output all the time while faults happen (I12)."""
    TOPICS = ("vaste.enriched", "vaste.dead-letters", "vaste.alerts", "vaste.core")

    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self._reader, self._halt, self.seen, self.error = Reader(bootstrap, self.TOPICS), threading.Event(), {}, None

    def run(self):
        try:
            quiet = False
            while not (self._halt.is_set() and quiet):
                messages = self._reader.poll(0.5)
                quiet = not messages
                for message in messages:
                    self.seen.setdefault((message.topic(), message.partition()), []).append(message.offset())
        except Exception as error:  # told by end()
            self.error = error

    def end(self, seconds=120):
        self._halt.set()
        self.join(seconds)
        if self.error or self.is_alive():
            raise Failure(f"the reader during the faults: {self.error or 'it does not come to an end'}")
        self._reader.close()
        return self.seen


def check(broker, seed, group="process-test", **asked):
    """All invariants, see checking/verdict.py; prints the figures, a Failure names the faults."""
    began = time.monotonic()
    found = checking.judge(checking.Asked(broker.bootstrap, list(SOURCES), group, broker.data, **asked))
    print(f"checker (seed {seed}, {time.monotonic() - began:.0f} s): {found.text()}", flush=True)
    if found.wrong():
        raise Failure(f"checker:\n{found.details()}")
    return found


def rfc3339(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(number, channel, at, person=(), keys=(), **more):
    """One event as a dict, in canonical JSON; person: (type, value), keys: (kind, value)."""
    return {"id": str(number), "source": f"{channel}-connector", "time": rfc3339(at),
            "channel": f"CHANNEL_{channel.upper()}",
            "person": [{"type": f"IDENTIFIER_TYPE_{kind}", "value": value} for kind, value in person],
            "threadKeys": [{"kind": f"THREAD_KEY_KIND_{kind}", "value": value} for kind, value in keys],
            "attributes": {"queue": f"{channel}-main"}, **more}


def text_of(what):
    return json.dumps(what).encode()


def message(from_customer, text="What is up with my order?"):
    return {"message": {"direction": "DIRECTION_INBOUND" if from_customer else "DIRECTION_OUTBOUND",
                        "author": "AUTHOR_KIND_CUSTOMER" if from_customer else "AUTHOR_KIND_AGENT", "text": text}}


def signal_of(kind):
    return {"signal": {"kind": f"SIGNAL_KIND_{kind}", "direction": "DIRECTION_INBOUND"}}


class Generator:
    """A small service desk that never ends: what comes next was either due by now or begins a new conversation."""

    def __init__(self, seed, customers=300, resolved=0.0):
        """resolved: the share of chats and mails whose end is said."""
        self._random, self._resolved = random.Random(seed), resolved
        self._customers, self._due, self._events, self._conversations = customers, [], 0, 0

    def left(self):
        """What another one needs to go on, as JSON."""
        return {"due": self._due, "events": self._events, "conversations": self._conversations}

    def go_on(self, left):
        self._events, self._conversations = left["events"], left["conversations"]
        self._due = [tuple(each) for each in left["due"]]

    def next(self, now):
        """(topic, key, value) of the next event."""
        if not self._due or self._due[0][0] > now:
            self._begin(now)
        _, _, channel, key, what = heapq.heappop(self._due)
        self._events += 1
        return f"support.{channel}", key, text_of(event(f"{channel}-{self._events}", channel, now, **what))

    def _plan(self, at, channel, key, **what):
        self._conversations += 1  # also keeps the heap from comparing dicts
        heapq.heappush(self._due, (at, self._conversations, channel, key, what))

    def _begin(self, now):
        roll, customer = self._random.random(), self._random.randrange(self._customers)
        number, at = self._conversations, now
        pause = self._random.uniform
        if roll < 0.45:
            person, session = [("CHAT_VISITOR", f"visitor-{customer}")], [("CHAT_SESSION", f"session-{number}")]
            if self._random.random() < 0.3:
                person.append(("CUSTOMER_ID", f"customer-{customer}"))
            for turn in range(self._random.randint(1, 6)):
                from_customer = turn == 0 or self._random.random() < 0.5
                self._plan(at, "chat", f"session-{number}", person=person, keys=session, **message(from_customer))
                at += pause(0.2, 6)
            if self._resolved and self._random.random() < self._resolved:
                self._plan(at, "chat", f"session-{number}", person=person, keys=session,
                           lifecycle={"kind": "LIFECYCLE_KIND_RESOLVED"})
        elif roll < 0.7:
            person, earlier = [("EMAIL", f"customer{customer}@example.org")], []
            if self._random.random() < 0.3:
                person.append(("CUSTOMER_ID", f"customer-{customer}"))
            for turn in range(self._random.randint(1, 4)):
                keys = [("MAIL_MESSAGE", f"<{number}.{turn}@example.org>")]
                keys += [("MAIL_REFERENCE", reference) for reference in earlier]
                self._plan(at, "email", f"customer{customer}@example.org", person=person, keys=keys,
                           **message(turn % 2 == 0))
                earlier.append(keys[0][1])
                at += pause(0.5, 9)
        elif roll < 0.88:
            person, call = [("PHONE", f"+35840{customer:07}")], [("CALL", f"call-{number}")]
            answered = self._random.random() < 0.75
            for kind in (("STARTED", "QUEUED", "CONNECTED", "ENDED", "WRAP_UP_ENDED") if answered else
                         ("STARTED", "QUEUED", "ABANDONED")):
                self._plan(at, "phone", f"call-{number}", person=person, keys=call, **signal_of(kind))
                at += pause(0.1, 4)
        else:
            person = [("SOCIAL", f"handle-{customer}")]
            for turn in range(self._random.randint(1, 3)):
                keys = [("SOCIAL_POST", f"post-{number}-{turn}")]
                keys += [("SOCIAL_PARENT", f"post-{number}-{turn - 1}")] if turn else []
                self._plan(at, "social", f"handle-{customer}", person=person, keys=keys, **message(turn % 2 == 0))
                at += pause(0.3, 7)
