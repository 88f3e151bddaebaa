#!/usr/bin/python3
"""Operators' commands through the command line and a real Kafka: two identifiers are linked, parted, a conversation is split and
merged again; the same id twice is answered the same and does nothing; a dry run changes nothing; bytes that are no command
are a dead letter; a restart forgets nothing."""
import json
import subprocess
import time

import confluent_kafka

import support
from support import Failure

PATIENCE_SECONDS = 60
ANN, CHAT = "email:ann@example.org", "chat:web:17"


def policy():
    return {"policy": "commands-test", "version": 1, "rules": [{"name": "all", "targets": {"first_response": "1h"}}]}


def run(options, *words, status=0):
    done = subprocess.run([options.vaste, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    if done.returncode != status:
        raise Failure(f"vaste {words}: exit {done.returncode} instead of {status}\n{done.stdout.decode(errors='replace')}"
                      f"{done.stderr.decode(errors='replace')}")
    return done.stdout.decode()


def order(options, config, *words, status=0, more=()):
    """The CommandResult, as JSON."""
    text = run(options, *words, "-c", config, "--operator", "kim", "--reason", "a test", "--format", "json",
               "--timeout", PATIENCE_SECONDS, *more, status=status)
    return json.loads(text)["command_result"]


def expect(result, status, *changes):
    if result["status"] != "COMMAND_STATUS_" + status:
        raise Failure(f"not {status} but {json.dumps(result, indent=1)}")
    got = [key for change in result.get("changes", []) for key in change]
    if sorted(got) != sorted(changes):
        raise Failure(f"changes {got} instead of {list(changes)}")
    return result


def mail(number, *references):
    keys = [("MAIL_MESSAGE", f"<{number}@x>")] + [("MAIL_REFERENCE", f"<{one}@x>") for one in references]
    return support.text_of(support.event(f"mail-{number}", "email", time.time(), [("EMAIL", "ann@example.org")], keys,
                                         **support.message(True)))


def conversation_of(feed, outputs, vaste, topic, event, key):
    known = set(feed.positions)
    feed.send(topic, event, key)
    feed.flush()
    outputs.wait_for(feed.positions, vaste, PATIENCE_SECONDS)
    (at,) = set(feed.positions) - known
    return outputs.enriched[at][0].conversation_id


def answers(broker):
    """Ids of the answered commands, one for each answer, from the whole of vaste.identity."""
    reader = confluent_kafka.Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "audit",
                                       "auto.offset.reset": "earliest", "enable.partition.eof": True})
    reader.assign([confluent_kafka.TopicPartition("vaste.identity", 0, confluent_kafka.OFFSET_BEGINNING)])
    keys = []
    while True:
        message = reader.poll(30)
        if message is None:
            raise Failure("vaste.identity has no end")
        if message.error():
            break
        keys.append(message.key().decode())
    reader.close()
    return keys


def test(options, directory):
    with support.kafka(directory) as broker:
        config = support.write_config(directory, broker.bootstrap, policy())
        vaste = support.Vaste(options.vaste, config, directory)
        feed, outputs = support.Feed(broker.bootstrap), support.Outputs(broker.bootstrap)
        try:
            vaste.start()
            first = conversation_of(feed, outputs, vaste, "support.email", mail(1), "ann")
            second = conversation_of(feed, outputs, vaste, "support.email", mail(2, 1), "ann")
            chat = support.event("chat-1", "chat", time.time(), [("CHAT_VISITOR", "17")], [("CHAT_SESSION", "s1")],
                                 **support.message(True))
            chat["person"][0]["network"] = "web"
            if first != second:
                raise Failure("a reply is not in its thread")

            # Split off, and what answers it comes after it.
            split = ("conversation", "split", first, "--key", "mail_message:<2@x>")
            expect(order(options, config, *split, more=("--dry-run",)), "WOULD_CHANGE", "conversation_divided")
            done = expect(order(options, config, *split, more=("--id", "split-1")), "DONE", "conversation_divided")
            new = done["changes"][0]["conversation_divided"]["new_conversation_id"]
            again = expect(order(options, config, *split, more=("--id", "split-1")), "DONE", "conversation_divided")
            if again["changes"] != done["changes"]:
                raise Failure("the same id is answered otherwise")
            if conversation_of(feed, outputs, vaste, "support.email", mail(3, 1, 2), "ann") != new:
                raise Failure("the answer to what was split off did not follow it")
            if conversation_of(feed, outputs, vaste, "support.email", mail(4, 1), "ann") != first:
                raise Failure("the answer to what stayed did not stay")
            vaste.terminate()
            vaste.start()
            if conversation_of(feed, outputs, vaste, "support.email", mail(5, 1, 2, 3), "ann") != new:
                raise Failure("a restart forgot the split")
            expect(order(options, config, "conversation", "merge", first, new), "DONE", "conversation_merged")
            if conversation_of(feed, outputs, vaste, "support.email", mail(6, 1, 2), "ann") != first:
                raise Failure("merged conversations are not one")

            # People, by commands alone.
            feed.send("support.chat", support.text_of(chat), "s1")
            feed.flush()
            outputs.wait_for(feed.positions, vaste, PATIENCE_SECONDS)
            pair = (ANN, CHAT)
            expect(order(options, config, "identity", "split", *pair, status=65), "REFUSED")
            expect(order(options, config, "identity", "link", *pair, more=("--dry-run",)), "WOULD_CHANGE", "customer_merged",
                   "edge_added")
            expect(order(options, config, "identity", "link", *pair), "DONE", "customer_merged", "edge_added")
            shown = json.loads(run(options, "identity", "show", ANN, "-c", config, "--format", "json"))
            if {one["identifier"] for one in shown["identifiers"]} != set(pair) or not shown["evidence"][0]["by_operator"]:
                raise Failure(f"identity show: {shown}")
            expect(order(options, config, "identity", "split", *pair), "DONE", "customer_split", "edge_forgotten")
            expect(order(options, config, "conversation", "move", first, "--to", "email:bea@example.org"), "DONE",
                   "conversation_moved")
            expect(order(options, config, "conversation", "move", "0" * 31 + "1", "--to", ANN, status=66), "REFUSED")

            # Bytes that are no command.
            producer = confluent_kafka.Producer({"bootstrap.servers": broker.bootstrap})
            producer.produce("vaste.commands", b"{\"id\": 5")
            if producer.flush(30):
                raise Failure("not delivered")
            began = time.time()
            while not [at for at in outputs.dead if at[0] == "vaste.commands"]:
                outputs.poll()
                vaste.check_alive()
                if time.time() > began + PATIENCE_SECONDS:
                    raise Failure("no dead letter")
            vaste.terminate()
            state = run(options, "identity", "show", ANN, "--state", directory / "state")
            if "is not chat:web:17" not in state:
                raise Failure(f"identity show --state: {state}")
            twice = [key for key in answers(broker) if key == "split-1"]
            if len(twice) != 2:
                raise Failure(f"split-1 was given twice and answered {len(twice)} times")
        finally:
            vaste.kill()
            outputs.close()
    print("linked, parted, split, merged and moved through Kafka; each command answered once, a bad one refused")


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
