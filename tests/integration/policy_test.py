#!/usr/bin/python3
"""A version of the policy with a shorter target is applied while a question waits: its alert comes at the new due instant, what
was before is named by the old version; a bad version replaces nothing; a restart keeps all of it."""
import json
import subprocess
import time

import confluent_kafka

import support
from support import Failure, alert_pb2

EFFECTIVE_SECONDS = 15
TARGET_SECONDS = 5
PATIENCE_SECONDS = 60


def policy(version, target):
    return {"policy": "policy-test", "version": version,
            "rules": [{"name": "all", "targets": {"first_response": {"target": target}}}]}


def question(number):
    return support.text_of(support.event(f"question-{number}", "chat", time.time(), [("CHAT_VISITOR", f"visitor-{number}")],
                                         [("CHAT_SESSION", f"session-{number}")], **support.message(True)))


def run(options, *words, status=0):
    done = subprocess.run([options.vaste, "policy", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60)
    text = done.stdout.decode(errors="replace")
    if done.returncode != status:
        raise Failure(f"vaste policy {words}: exit {done.returncode} instead of {status}\n{text}")
    return text


def ask(number, feed, outputs, vaste):
    """Its enriched event."""
    known = set(feed.positions)
    feed.send("support.chat", question(number), f"session-{number}")
    feed.flush()
    outputs.wait_for(feed.positions, vaste, PATIENCE_SECONDS)
    (at,) = set(feed.positions) - known
    return outputs.enriched[at][0]


def names(record, version, what):
    if record.policy_version != version:
        raise Failure(f"{what} names version {record.policy_version!r}, not {version!r}")


def breach_of(conversation, outputs, vaste, seconds):
    """The breach alert of a conversation, once it is there."""
    began = time.time()
    while True:
        for alert in outputs.alerts.values():
            if alert.conversation_id == conversation and alert.level == alert_pb2.ALERT_LEVEL_BREACHED:
                return alert
        vaste.check_alive()
        if time.time() > began + seconds:
            raise Failure(f"{conversation} did not breach within {seconds} s\n{vaste.tail()}")
        outputs.poll()


def wait_for_log(vaste, words):
    began = time.time()
    while words not in vaste.log():
        vaste.check_alive()
        if time.time() > began + PATIENCE_SECONDS:
            raise Failure(f"the log never said {words!r}\n{vaste.tail()}")
        time.sleep(0.2)


def test(options, directory):
    with support.kafka(directory) as broker:
        config = support.write_config(directory, broker.bootstrap, policy("long", "1h"))
        short, bad = directory / "short.yaml", directory / "bad.yaml"
        short.write_text(json.dumps(policy("short", f"{TARGET_SECONDS}s")))
        bad.write_text(json.dumps({**policy("bad", "5s"), "rules": [{"name": "all", "targets": {"no_such_clock": "5s"}}]}))
        vaste = support.Vaste(options.vaste, config, directory)
        feed, outputs = support.Feed(broker.bootstrap), support.Outputs(broker.bootstrap)
        try:
            vaste.start()
            before = ask(1, feed, outputs, vaste)
            names(before, "long", "the event before")

            run(options, "apply", bad, "-c", config, status=78)
            said = run(options, "apply", short, "-c", config, "--effective-from", f"+{EFFECTIVE_SECONDS}s")
            effective = time.time() + EFFECTIVE_SECONDS
            if "1h -> 5s" not in said:
                raise Failure(f"apply does not show the difference:\n{said}")
            wait_for_log(vaste, "is short from")
            names(ask(2, feed, outputs, vaste), "long", "the event after it was applied, before it begins")

            # The first question has waited longer than the new target when it begins: late from then on.
            alert = breach_of(before.conversation_id, outputs, vaste, PATIENCE_SECONDS)
            if time.time() < effective - 1:
                raise Failure("the alert came before the version that it goes by")
            names(alert, "short", "the alert")
            if alert.target_ms != TARGET_SECONDS * 1000:
                raise Failure(f"the alert's target is {alert.target_ms} ms")
            third = ask(3, feed, outputs, vaste)
            names(third, "short", "the event afterwards")
            asked = time.time()
            names(breach_of(third.conversation_id, outputs, vaste, PATIENCE_SECONDS), "short", "its alert")
            on_time = time.time() - asked - TARGET_SECONDS

            # Bytes that are no policy, past `vaste policy apply`: refused, named, what runs goes on.
            producer = confluent_kafka.Producer({"bootstrap.servers": broker.bootstrap})
            producer.produce("vaste.policies", b"not a version", b"policy-test@1", partition=0)
            if producer.flush(30):
                raise Failure("the bad version was not delivered")
            wait_for_log(vaste, "not a policy version; what runs goes on as it is")
            names(ask(4, feed, outputs, vaste), "short", "the event after the bad version")

            vaste.terminate()
            vaste.start()
            names(ask(5, feed, outputs, vaste), "short", "the event after the restart")
            history = run(options, "history", "-c", config)
            if "short" not in history or "passed over: vaste.policies[0]@" not in history:
                raise Failure(f"history after the restart:\n{history}")
            explained = subprocess.run([options.vaste, "explain", before.conversation_id, "-c", str(config)],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120).stdout.decode()
            if "version short" not in explained:
                raise Failure(f"explain names no version:\n{explained}")
            vaste.terminate()
        finally:
            vaste.kill()
            outputs.close()
    print(f"switched at the instant that was said, a bad version refused twice, history kept; "
          f"the next alert was read {on_time:.1f} s after its due instant")


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
