#!/usr/bin/python3
"""What readers of our topics rest on, with a real Kafka: every output is a CloudEvent, the trace context of an input goes on to
what came of it, and the examples of deploy/examples read it."""
import hashlib
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import confluent_kafka

import parts

sys.path.insert(0, str(parts.ROOT / "tests/integration"))
import support  # noqa: E402
from support import Failure  # noqa: E402

PATIENCE = 90
TOPICS = {"vaste.enriched": "vaste.v1.EnrichedEvent", "vaste.conversations": "vaste.v1.Conversation",
          "vaste.alerts": "vaste.v1.Alert", "vaste.identity": "vaste.v1.IdentityRecord",
          "vaste.dead-letters": "vaste.v1.DeadLetter"}
ALWAYS = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"}
POLICY = {"policy": "contract", "identity": {"trust": ["crm"]},
          "rules": [{"name": "all", "targets": {"first_response": {"target": "2s"}}}]}
EXAMPLES = parts.ROOT / "deploy/examples"


def trace(number):
    return f"00-{number:032x}-{number:016x}-01"


class Desk:
    """Sends records with headers."""

    def __init__(self, bootstrap):
        self._producer = confluent_kafka.Producer({"bootstrap.servers": bootstrap, "linger.ms": 0})
        self.sent = {}  # id -> position as our outputs name it
        self._errors = []

    def send(self, topic, name, value, headers=()):
        def delivered(error, record):
            if error:
                self._errors.append(str(error))
            self.sent[name] = f"{record.topic()}/{record.partition()}/{record.offset()}"
        self._producer.produce(topic, value, name, headers=list(headers), on_delivery=delivered)
        if self._producer.flush(30) or self._errors:
            raise Failure(f"not delivered: {self._errors}")

    def say(self, name, channel, person, keys=(), number=None, headers=None, **more):
        event = support.event(name, channel, time.time(), person, keys, **more)
        event["source"] = more.pop("source", event["source"])
        if headers is None:
            headers = [("traceparent", trace(number))] if number else [("other", b"\xff")]
        self.send(f"support.{channel}", name, support.text_of(event), headers)


class Outputs:
    """Every output record with its headers."""

    def __init__(self, bootstrap):
        self._reader = support.Reader(bootstrap, TOPICS)
        self.records = []  # (topic, headers, value)

    def until(self, vaste, condition, what):
        began = time.monotonic()
        while not condition():
            vaste.check_alive()
            if time.monotonic() - began > PATIENCE:
                raise Failure(f"not within {PATIENCE} s: {what}\n{vaste.tail()}")
            for message in self._reader.poll(0.2):
                headers = message.headers() or []
                names = [name for name, _ in headers]
                if len(names) != len(set(names)):
                    raise Failure(f"{message.topic()}: headers twice: {names}")
                self.records.append((message.topic(), {name: (value or b"").decode() for name, value in headers},
                                     message.value()))

    def of(self, topic, number=None):
        return [headers for at, headers, _ in self.records
                if at == topic and (number is None or headers.get("traceparent") == trace(number))]


def tell(desk, outputs, vaste):
    ann, session = [("CHAT_VISITOR", "ann")], [("CHAT_SESSION", "s1")]
    desk.say("question", "chat", ann, session, 1, **support.message(True))
    outputs.until(vaste, lambda: outputs.of("vaste.alerts"), "a breach")
    desk.say("answer", "chat", ann, session, 2, **support.message(False))
    outputs.until(vaste, lambda: outputs.of("vaste.alerts", 2), "the breach recovers, by the answer's trace")
    both = [("EMAIL", "bea@example.org"), ("PHONE", "+358401234567")]
    desk.say("mail", "email", both[:1], [("MAIL_MESSAGE", "<1@example.org>")], 3, **support.message(True))
    desk.say("call", "phone", both[1:], [("CALL", "c1")], 4, **support.signal_of("STARTED"))
    desk.say("evidence", "email", both, number=5, source="crm",
             identity={"action": "ACTION_SAME_PERSON", "method": "login"})
    desk.send("support.social", "broken", b"\x00\x01no event", [("traceparent", trace(6))])
    desk.say("untraced", "social", [("SOCIAL", "cid")], [("SOCIAL_POST", "p1")], **support.message(True))
    desk.say("mistraced", "social", [("SOCIAL", "dan")], [("SOCIAL_POST", "p2")],
             headers=[("traceparent", "00-" + "0" * 32 + "-00f067aa0ba902b7-01")], **support.message(True))
    outputs.until(vaste, lambda: outputs.of("vaste.identity", 5), "the identity record, by its evidence's trace")
    outputs.until(vaste, lambda: outputs.of("vaste.dead-letters", 6), "the dead letter, by its record's trace")
    outputs.until(vaste, lambda: len(outputs.of("vaste.enriched")) >= 7, "enriched events")


def check_events(outputs):
    seen = set()
    for topic, headers, value in outputs.records:
        missing = ALWAYS - headers.keys()
        if value is not None and (missing or headers["ce_type"] != TOPICS[topic]):
            raise Failure(f"{topic}: no CloudEvent: {headers}")
        if headers["ce_specversion"] != "1.0" or headers["content-type"] != "application/protobuf":
            raise Failure(f"{topic}: {headers}")
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", headers["ce_time"]):
            raise Failure(f"{topic}: {headers}")
        name = headers["ce_source"], headers["ce_id"]
        if name in seen:
            raise Failure(f"{topic}: two events are {name}")
        seen.add(name)
    print(f"{len(seen)} records are CloudEvents, each with an id of its own")


def check_traces(desk, outputs):
    by_id = {headers["ce_id"]: headers for headers in outputs.of("vaste.enriched")}
    expected = {"question": 1, "answer": 2, "mail": 3, "call": 4, "evidence": 5, "untraced": None, "mistraced": None}
    for name, number in expected.items():
        headers = by_id.get(desk.sent[name])
        if headers is None:
            raise Failure(f"{name}: no enriched event {desk.sent[name]} among {sorted(by_id)}")
        if headers.get("traceparent") != (trace(number) if number else None):
            raise Failure(f"{name}: trace {headers.get('traceparent')}")
    for number in (1, 2, 3, 4):
        if not outputs.of("vaste.conversations", number):
            raise Failure(f"no summary by the trace of {number}")
    # Nobody's event: time passed.
    if not any("traceparent" not in headers for headers in outputs.of("vaste.alerts")):
        raise Failure("an alert of the passing of time has a trace")
    subjects = {headers["ce_subject"] for headers in outputs.of("vaste.alerts")}
    if not subjects <= {headers["ce_subject"] for headers in outputs.of("vaste.conversations")}:
        raise Failure(f"alerts about no conversation: {subjects}")


def check_monitor(vaste):
    """The listener for those who watch from outside has these pages and no other."""
    port = re.search(r"http://0\.0\.0\.0:(\d+)/", vaste.log()).group(1)
    for page, expected in (("metrics", "vaste_ready 1"), ("livez", "true"), ("readyz", "true"), ("", None), ("api", None)):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=30) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            text = None if error.code == 404 else str(error)
        if (text is None) != (expected is None) or (expected and expected not in text):
            raise Failure(f"/{page} of the monitor listener: {text}")
    print("metrics and probes are served to the network, and nothing else")


def read_along(command, expected, log):
    """Runs an example until it has printed every id."""
    with open(log, "wb") as errors:
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=errors, text=True)
    guard = subprocess.Popen(["sh", "-c", f"sleep 90; kill {process.pid}"], stdout=subprocess.DEVNULL)
    seen, lines = set(), []
    try:
        for line in process.stdout:
            lines.append(line)
            seen.add(line.split()[0])
            if expected <= seen:
                return
        raise Failure(f"{command[0]} ended, or took 90 s, without {expected - seen}\n{''.join(lines)}{Path(log).read_text()}")
    finally:
        guard.kill()
        process.kill()
        guard.wait()
        process.wait()


def java_classes(directory):
    """The class path of the Java example, or None where it cannot be had."""
    if not all(map(shutil.which, ("java", "javac", "mvn", "protoc"))):
        print("*** NOT RUN: the Java example; it needs java, javac, mvn and protoc ***")
        return None
    source = EXAMPLES / "java"
    jars = parts.cache() / ("example-java-" + hashlib.sha256((source / "pom.xml").read_bytes()).hexdigest()[:12])
    if not jars.is_dir():
        partial = f"{jars}.partial-{directory.name}"
        fetched = subprocess.run(["mvn", "-q", "-B", "-f", str(source / "pom.xml"), "dependency:copy-dependencies",
                                  f"-DoutputDirectory={partial}"], stdout=subprocess.PIPE, text=True, timeout=300)
        if fetched.returncode != 0:
            shutil.rmtree(partial, ignore_errors=True)
            print(f"*** NOT RUN: the Java example; mvn cannot fetch its libraries\n{fetched.stdout[-1500:]} ***")
            return None
        shutil.move(partial, jars)
    generated, classes = directory / "java", directory / "classes"
    generated.mkdir()
    protos = [file for file in (parts.ROOT / "proto/vaste/v1").glob("*.proto") if file.stem not in ("core", "state")]
    parts.run("protoc", f"--proto_path={parts.ROOT / 'proto'}", f"--java_out={generated}", *protos)
    parts.run("javac", "-nowarn", "-cp", f"{jars}/*", "-d", classes, source / "Consume.java",
              *(generated / "vaste/v1").glob("*.java"), timeout=300)
    return f"{jars}/*:{classes}"


def check_examples(options, kafka, desk, directory):
    expected = {desk.sent[name] for name in ("question", "answer", "mail", "call")}
    for file, most in ((EXAMPLES / "python/consume.py", 25), (EXAMPLES / "java/Consume.java", 30)):
        if len(file.read_text().splitlines()) > most:
            raise Failure(f"{file.name} is long for an example")
    read_along(["/usr/bin/python3", EXAMPLES / "python/consume.py", kafka.bootstrap, f"{options.build}/proto/vaste.binpb"],
               expected, directory / "python.log")
    print("the Python example reads vaste.enriched")
    classes = java_classes(directory)
    if classes:
        read_along(["java", "-cp", classes, "Consume", kafka.bootstrap], expected, directory / "java.log")
        print("the Java example reads vaste.enriched")


def test(options, directory):
    with support.kafka(directory) as kafka:
        config = support.write_config(directory, kafka.bootstrap, POLICY,
                                      http={"monitor_listen": "0.0.0.0", "monitor_port": 0})
        vaste = support.Vaste(options.vaste, config, directory)
        vaste.start()
        try:
            desk, outputs = Desk(kafka.bootstrap), Outputs(kafka.bootstrap)
            tell(desk, outputs, vaste)
            check_events(outputs)
            check_traces(desk, outputs)
            check_monitor(vaste)
            check_examples(options, kafka, desk, directory)
            vaste.terminate()
        finally:
            vaste.kill()


if __name__ == "__main__":
    options_ = parts.options(__doc__)
    options_.seed, options_.keep = 0, False
    support.main(test, options_)
