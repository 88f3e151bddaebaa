"""Everything that stands around one measurement: a Kafka, a vaste, the programs that feed and read."""
import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("support.chat", "support.email", "support.phone", "support.social")
ENRICHED = "vaste.enriched"
UNAVAILABLE = 69  # tools/kafka: it cannot be done here
SAMPLE_MS = 100
# Targets that no conversation of the load misses, and one for questions that nobody answers.
OFFICE = {"office": {"zone": "Europe/Helsinki", "week": {"mon-fri": "08:00-17:00"},
                     "holidays": ["2026-12-24", "2026-12-25", "2027-01-01", "2027-01-06"]}}
TARGETS = {"first_response": {"target": "4h", "at_risk": "1h left"},
           "next_response": {"target": "8h", "at_risk": "75%"},
           "resolution": {"target": "36h", "at_risk": "75%"}}
QUEUES = {"chat-support": "chat", "email-support": "email", "phone-main": "phone", "social-care": "social",
          "unanswered": "chat"}


class Failure(Exception):
    """The bench could not measure, or what it measured was wrong; the text says how."""


class Unavailable(Failure):
    """No Kafka can be had here."""


def policy(target_ms):
    return {"policy": "bench", "version": "1", "calendars": OFFICE,
            "queues": {name: {"channels": [channel]} for name, channel in QUEUES.items()},
            "rules": [{"name": "unanswered", "when": {"queue": "unanswered"}, "calendar": "24x7",
                       "targets": {"first_response": f"{target_ms}ms"}},
                      *({"name": channel, "when": {"channel": channel}, "calendar": "office", "targets": TARGETS}
                        for channel in ("chat", "email", "phone", "social"))]}


def check_binary(vaste):
    """Only the build that is shipped is measured."""
    contents = vaste.read_bytes()
    for mark, what in ((b"__asan_init", "AddressSanitizer"), (b"__tsan_init", "ThreadSanitizer"),
                       (b"__ubsan_handle", "UBSan"), (b"VASTE_CRASH_AT", "test hooks")):
        if mark in contents:
            raise Failure(f"{vaste} is built with {what}: figures of it mean nothing; build the preset `release`")


class Kafka:
    """One broker."""

    def __init__(self, directory, heap_mib):
        self._directory, self._log = directory, directory.with_suffix(".log")
        try:
            started = self._tool("start", "--nodes", "1", "--optimised", "--heap", str(heap_mib))
            if started.returncode != 0:
                raise (Unavailable if started.returncode == UNAVAILABLE else Failure)(
                    f"tools/kafka start: exit {started.returncode}\n{self._log.read_text()}")
            status = self._tool("status").stdout
            self.bootstrap = re.search(r"bootstrap\.servers=(\S+)", started.stdout)[1]
            self.pid = int(re.search(r"node 1 +pid (\d+)", status)[1])
            self.version = re.search(r"Kafka (\S+)", status)[1]
        except BaseException:
            self.stop()
            raise

    def _tool(self, command, *arguments):
        with self._log.open("ab") as log:
            return subprocess.run([str(ROOT / "tools/kafka"), command, "--dir", str(self._directory), *arguments],
                                  stdout=subprocess.PIPE, stderr=log, text=True, timeout=180)

    def stop(self):
        self._tool("stop")


class Desk:
    """A Kafka with vaste's topics and the programs of one build; ends everything that it began."""

    def __init__(self, options, directory):
        self.options, self.directory = options, directory
        directory.mkdir(parents=True)
        build = options.build
        self.vaste, self.loadgen = build / "src/vaste", build / "tools/loadgen/loadgen"
        self.client = build / "tests/bench/bench_client"
        self.state, self.process, self._runs = directory / "state", None, 0
        self.kafka = Kafka(directory / "kafka", options.heap)
        try:
            self.config = self._write_config()
            done = subprocess.run([self.vaste, "topics", "create", "-c", self.config, "--sources",
                                   str(options.source_partitions)], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=120)
            if done.returncode != 0:
                raise Failure(f"vaste topics create: exit {done.returncode}\n{done.stdout}")
        except BaseException:
            self.kafka.stop()
            raise

    def _write_config(self):
        (self.directory / "policy.yaml").write_text(json.dumps(policy(self.options.target_ms), indent=1) + "\n")
        config = {"application": "bench", "instance": "one", "state_directory": str(self.state),
                  "policy": "policy.yaml", "kafka": {"bootstrap_servers": self.kafka.bootstrap},
                  "sources": [{"topic": topic, "format": "protobuf"} for topic in SOURCES],
                  "engine": {"workers": self.options.workers}, "http": {"port": 0},
                  # As README.md advises for one machine: each partition of each topic costs every transaction.
                  "topics": {"core_partitions": 2 * self.options.workers}}
        for setting in self.options.set:  # section.key=value, as in the configuration; a map as JSON
            name, _, value = setting.partition("=")
            section, _, key = name.partition(".")
            plain = not (value.isdigit() or value.startswith("{"))
            config.setdefault(section, {})[key] = value if plain else json.loads(value)
        file = self.directory / "vaste.yaml"
        file.write_text(json.dumps(config, indent=1) + "\n")
        return file

    # ------------------------------------------------------------------ vaste

    def start(self):
        """Starts `vaste run`; does not wait for it to be ready."""
        return self.run([self.vaste, "run", "-c", self.config])

    def run(self, command):
        """What is measured; its process id."""
        self._runs += 1
        with self.log().open("wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, **dict(one.split("=", 1) for one in self.options.env)})
        return self.process.pid

    def log(self):
        return self.directory / f"run-{self._runs}.log"

    def tail(self):
        return f"--- end of {self.log()}\n" + "\n".join(self.log().read_text().splitlines()[-20:])

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"it ended by itself, exit status {self.process.returncode}\n{self.tail()}")

    def wait_ready(self, seconds=60):
        """Seconds that it took."""
        began = time.monotonic()
        while not self._is_ready():
            self.check_alive()
            if time.monotonic() - began > seconds:
                raise Failure(f"vaste is not ready after {seconds} s\n{self.tail()}")
            time.sleep(0.05)
        return time.monotonic() - began

    def _is_ready(self):
        address = re.search(r"http://([0-9.]+:\d+)/", self.log().read_text())
        if not address:
            return False
        try:
            with urllib.request.urlopen(f"http://{address[1]}/readyz", timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False  # 503 while it starts

    def finish(self, seconds=60):
        """SIGTERM; it must end with 0."""
        self.check_alive()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"vaste did not end within {seconds} s of SIGTERM\n{self.tail()}") from None
        if status != 0:
            raise Failure(f"vaste: exit status {status} after SIGTERM\n{self.tail()}")

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.kafka.stop()

    # ------------------------------------------------------------------ what feeds and reads

    def produce(self, count, customers, events, seed=1):
        """`loadgen --flat | vaste produce` into each source; a source has customers of its own."""
        share = count // len(SOURCES)
        start_ms = int(time.time() * 1000) - share  # 1 ms apart, so the newest are of now
        began = time.monotonic()
        for number, topic in enumerate(SOURCES):
            with subprocess.Popen([self.loadgen, "--flat", "--seed", str(seed + number), "--count", str(share),
                                   "--customers", str(customers // len(SOURCES)), "--events", str(events),
                                   "--start-ms", str(start_ms), "--text-bytes", str(self.options.text_bytes)],
                                  stdout=subprocess.PIPE) as writer:
                try:
                    done = subprocess.run([self.vaste, "produce", "-c", self.config, "--topic", topic, "-"],
                                          stdin=writer.stdout, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                          text=True, timeout=self.options.seconds)
                except BaseException:
                    writer.kill()
                    raise
                writer.stdout.close()
                if done.returncode != 0 or writer.wait(30) != 0:
                    raise Failure(f"vaste produce: exit {done.returncode}\n{done.stdout[-2000:]}")
        return time.monotonic() - began

    def call_client(self, command, *arguments, seconds=600):
        """The JSON that a command of bench_client prints."""
        done = subprocess.run([self.client, command, "--bootstrap", self.kafka.bootstrap, "--sources",
                               ",".join(SOURCES), *map(str, arguments)],
                              stdout=subprocess.PIPE, text=True, timeout=seconds)
        if done.returncode != 0:
            raise Failure(f"bench_client {command}: exit {done.returncode}, see above")
        return json.loads(done.stdout)

    def check(self, events, alerts, since=0.0):
        """Each of `events` inputs has exactly one enriched output, and the alerts are `alerts`."""
        found = self.call_client("check", "--since-ms", int(since * 1000))
        wrong = [name for name in ("dead", "missing", "doubled", "strange") if found[name] != 0]
        if wrong or found["source_records"] != events or found["enriched"] != events or found["alerts"] != alerts:
            raise Failure(f"wrong results, {events} events and alerts {alerts} expected: {json.dumps(found)}")
        return found

    @contextlib.contextmanager
    def ends(self):
        """Yields a function that gives the next sample of where vaste.enriched ends: (seconds, offsets)."""
        process = subprocess.Popen([self.client, "ends", "--bootstrap", self.kafka.bootstrap, "--topics", ENRICHED,
                                    "--every-ms", str(SAMPLE_MS)], stdout=subprocess.PIPE, text=True)

        def sample():
            line = process.stdout.readline()  # It ends by itself when brokers are silent for 10 s.
            if not line:
                raise Failure("bench_client ends: it ended, see above")
            told = json.loads(line)
            return told["ms"] / 1000, told[ENRICHED]
        try:
            yield sample
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    def wait_all(self, events, meter, quiet=2.0, on_first=lambda: None):
        """Until vaste.enriched holds `events` and is quiet. The meter's readings when it grew first and last."""
        limit = time.monotonic() + self.options.seconds
        first = last = grew_at = offsets = None
        with self.ends() as sample:
            while True:
                at, now = sample()
                self.check_alive()
                if now != offsets:
                    grew_at, last = at, meter.read()
                    if offsets is not None and first is None:
                        first = last
                        on_first()
                    offsets = now
                elif now >= events and at - grew_at > quiet:  # Markers count as well; check() knows exactly.
                    return first, last
                if time.monotonic() > limit:
                    raise Failure(f"{now} of {events} enriched events after {self.options.seconds} s\n{self.tail()}")


@contextlib.contextmanager
def desk(options, directory):
    made = Desk(options, directory)
    try:
        yield made
    finally:
        made.close()
