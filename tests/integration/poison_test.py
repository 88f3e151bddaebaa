#!/usr/bin/python3
"""Records that no connector should send, of every kind, among good ones: each becomes one dead letter that says why and
where from, every good one is enriched with its ids as they were, and nothing stalls."""
import random
import time
from collections import Counter

from google.protobuf import json_format

import support
from support import Failure, dead_letter_pb2, enriched_pb2, event_pb2
from support import text_of as text

FORMATS = {"support.chat": "json", "support.email": "auto", "support.phone": "protobuf", "support.social": "json"}
CHANNELS = {"support.chat": "chat", "support.email": "email", "support.phone": "phone", "support.social": "social"}
BIG = 2**53 + 1  # the first whole number that a double cannot hold
FINISH_SECONDS = 120  # for ten thousand records, on a busy machine with sanitizers
POLICY = {"policy": "poison-test", "version": "1",
          "rules": [{"name": "all", "targets": {"first_response": "1h"}}]}


def good(number, topic):
    """Ids of 64 bits as text, sequence beyond what a double holds."""
    channel = CHANNELS[topic]
    value = {"chat": ("CHAT_VISITOR", str(BIG + number)), "email": ("EMAIL", f"{BIG + number}@example.org"),
             "phone": ("PHONE", f"+{BIG + number}"), "social": ("SOCIAL", str(BIG + number))}[channel]
    body = support.signal_of("QUEUED") if channel == "phone" else support.message(True, "Hei, missä pakettini on? 🚚")
    return support.event(BIG + number, channel, time.time(), [value], [("TICKET", str(2**63 - 1 - number))],
                         sequence=str(BIG + number), **body)


def without(what, *names):
    return {name: value for name, value in what.items() if name not in names}


# In JSON, each from a good event: what it must be called, and how to spoil it.
def json_kinds(chance):
    return {
        "random bytes": ("MALFORMED", lambda e: b"\x00\xff" + chance.randbytes(chance.randint(1, 200))),
        # It may end between the two escapes of a picture: then it is text that is none.
        "truncated": (("MALFORMED", "INVALID_TEXT"), lambda e: text(e)[:chance.randint(1, len(text(e)) - 1)]),
        "not an object": ("MALFORMED", lambda e: text([e])),
        "two events": ("MALFORMED", lambda e: text(e) + text(e)),
        "key twice": ("MALFORMED", lambda e: text(e)[:-1] + b', "id": "other"}'),
        "number for person": ("MALFORMED", lambda e: text({**e, "person": 7})),
        "object for id": ("MALFORMED", lambda e: text({**e, "id": {"value": 1}})),
        "too deep": ("MALFORMED", lambda e: text(e)[:-1] + b', "x": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
        "time no time": ("INVALID_TIME", lambda e: text({**e, "time": "yesterday"})),
        "year 3000": ("INVALID_TIME", lambda e: text({**e, "time": "3000-01-01T00:00:00Z"})),
        "year 1970": ("INVALID_TIME", lambda e: text({**e, "time": "1970-01-01T00:00:00Z"})),
        "unknown channel": ("UNKNOWN_CHANNEL", lambda e: text({**e, "channel": 99})),
        "no channel": ("UNKNOWN_CHANNEL", lambda e: text(without(e, "channel"))),
        "over 1 MiB": ("TOO_LARGE", lambda e: text({**e, "message": {"text": "x" * ((1 << 20) + 1)}})),
        "long text": ("TOO_LARGE", lambda e: text({**without(e, "signal"), **support.message(True, "x" * 300_000)})),
        "long id": ("TOO_LARGE", lambda e: text({**e, "id": "9" * 513})),
        "empty": ("EMPTY", lambda e: b""),
        "null": ("EMPTY", lambda e: None),
        "no id": ("MISSING_FIELD", lambda e: text(without(e, "id"))),
        "no time": ("MISSING_FIELD", lambda e: text(without(e, "time"))),
        "no source": ("MISSING_FIELD", lambda e: text(without(e, "source"))),
        "no body": ("MISSING_FIELD", lambda e: text(without(e, "message", "signal"))),
        "NUL in id": ("INVALID_TEXT", lambda e: text({**e, "id": "a\0b"})),
        "NUL in person": ("INVALID_TEXT", lambda e: text({**e, "person": [
            {"type": "IDENTIFIER_TYPE_EMAIL", "value": "a\0b@example.org"}]})),
        "not UTF-8": ("INVALID_TEXT", lambda e: text({**e, "id": "@@"}).replace(b"@@", b"\xc3\x28\xfe")),
        "half a surrogate": ("INVALID_TEXT", lambda e: text({**e, "id": "@@"}).replace(b"@@", b"\\udc00")),
        "nobody": ("NO_IDENTITY", lambda e: text(without(e, "person", "threadKeys"))),
        "placeholder": ("NO_IDENTITY", lambda e: text({**without(e, "threadKeys"), "person": [
            {"type": "IDENTIFIER_TYPE_PHONE", "value": "anonymous"}]})),
    }


def message_of(value):
    return json_format.ParseDict(value, event_pb2.Event())


def protobuf_kinds(chance):
    def changed(e, change):
        known = message_of(e)
        change(known)
        return known.SerializeToString()
    return {
        "random bytes": ("MALFORMED", lambda e: b"\x00\xff" + chance.randbytes(chance.randint(1, 200))),
        "truncated": ("MALFORMED", lambda e: message_of(e).SerializeToString()[:-1]),
        "JSON": ("MALFORMED", text),
        "wrong wire type": ("MALFORMED", lambda e: b"\x0f" + message_of(e).SerializeToString()),
        "not UTF-8": (("INVALID_TEXT", "MALFORMED"), lambda e: b"\x0a\x03\xc3\x28\xfe" + message_of(
            without(e, "id")).SerializeToString()),
        "year 3000": ("INVALID_TIME", lambda e: changed(e, lambda k: setattr(k.time, "seconds", 32503680000))),
        "milliseconds": ("INVALID_TIME", lambda e: changed(e, lambda k: setattr(k.time, "seconds", 1790000000000))),
        "unknown channel": ("UNKNOWN_CHANNEL", lambda e: changed(e, lambda k: setattr(k, "channel", 99))),
        "NUL in id": ("INVALID_TEXT", lambda e: changed(e, lambda k: setattr(k, "id", "a\0b"))),
        "no id": ("MISSING_FIELD", lambda e: changed(e, lambda k: k.ClearField("id"))),
        "over 1 MiB": ("TOO_LARGE", lambda e: message_of(e).SerializeToString() + b"\xfa\x7f\x81\x80\x40"
                                              + b"x" * ((1 << 20) + 1)),
        "empty": ("EMPTY", lambda e: b""),
        "null": ("EMPTY", lambda e: None),
        "nobody": ("NO_IDENTITY", lambda e: changed(e, lambda k: (k.ClearField("person"), k.ClearField("thread_keys")))),
    }


def test(options, directory):
    chance = random.Random(options.seed)
    kinds = [(topic, name, *rest) for topic in support.SOURCES for name, rest in
             (protobuf_kinds(chance) if FORMATS[topic] == "protobuf" else json_kinds(chance)).items()]
    is_bad = [True] * options.bad + [False] * options.good
    chance.shuffle(is_bad)
    with support.kafka(directory, ["message.max.bytes=2097152"]) as broker:
        config = support.write_config(directory, broker.bootstrap, POLICY, FORMATS)
        vaste = support.Vaste(options.vaste, config, directory)
        feed = support.Feed(broker.bootstrap)
        try:
            vaste.start()
            turn = 0
            for number, bad in enumerate(is_bad):
                if bad:
                    topic, name, reason, spoil = kinds[turn % len(kinds)]
                    turn += 1
                    value = spoil(good(number, topic))
                    feed.send(topic, value, str(number), ("bad", name, reason, value))
                else:
                    topic = support.SOURCES[number % len(support.SOURCES)]
                    value = good(number, topic)
                    as_sent = message_of(value)
                    binary = FORMATS[topic] == "protobuf" or (FORMATS[topic] == "auto" and chance.random() < 0.5)
                    feed.send(topic, as_sent.SerializeToString() if binary else text(value), str(number),
                              ("good", "", "", as_sent))
            feed.flush()
            outputs = support.Outputs(broker.bootstrap)
            took = outputs.wait_for(feed.positions, vaste, FINISH_SECONDS * max(1, len(is_bad) // 10000))
            vaste.terminate()
            while outputs.poll(2):
                pass
            outputs.close()
        finally:
            vaste.kill()
    judge(options, feed.positions, outputs, took)


def judge(options, positions, outputs, took):
    faults, reasons = Counter(), Counter()
    for at, (kind, name, reason, sent) in positions.items():
        enriched, dead = outputs.enriched.get(at, []), outputs.dead.get(at, [])
        if len(enriched) + len(dead) != 1:
            faults[f"{len(enriched) + len(dead)} outputs of one record"] += 1
        elif kind == "good":
            if dead:
                faults[f"a good record is dead: {dead[0].detail}"] += 1
            elif enriched[0].outcome != enriched_pb2.EVENT_OUTCOME_APPLIED:
                faults[f"a good record is not applied: outcome {enriched[0].outcome}"] += 1
            elif (enriched[0].event.id, enriched[0].event.sequence) != (sent.id, sent.sequence):
                faults["an id is not as it was"] += 1
            elif (list(enriched[0].event.person), list(enriched[0].event.thread_keys)) != (
                    list(sent.person), list(sent.thread_keys)):
                faults["a person or thread key is not as it was"] += 1
        elif enriched:
            faults[f"{at[0]}: taken as good: {name}"] += 1
        else:
            letter = dead[0]
            called = dead_letter_pb2.DeadLetterReason.Name(letter.reason).removeprefix("DEAD_LETTER_REASON_")
            reasons[called] += 1
            if called not in (reason if isinstance(reason, tuple) else (reason,)):
                faults[f"{at[0]}: {name}: {called}, not {reason}: {letter.detail}"] += 1
            if not letter.detail:
                faults[f"{name}: no detail"] += 1
            if letter.value != (sent or b"")[:1 << 20] or letter.value_bytes != len(sent or b""):
                faults[f"{name}: the value is not the original's"] += 1
    stray = sum(1 for at in (*outputs.enriched, *outputs.dead) if at not in positions)
    if stray:
        faults["outputs of no source record"] += stray
    print(f"seed {options.seed}: {options.good} good records, {options.bad} bad ones; enriched {len(outputs.enriched)}, "
          f"dead letters {len(outputs.dead)} (" + ", ".join(f"{name} {times}" for name, times in sorted(reasons.items()))
          + f"), all {took:.1f} s after the last was sent")
    if faults:
        raise Failure("\n  ".join(["what is wrong:", *(f"{times} x {what}" for what, times in faults.most_common())]))


if __name__ == "__main__":
    support.main(test, support.options(__doc__, bad=1000, good=10000))
