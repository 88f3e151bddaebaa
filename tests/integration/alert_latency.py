#!/usr/bin/python3
"""How long after its due instant a breach can be read under read_committed. Questions that nobody answers, each due at
an instant of its own, on an engine that is idle but for them or that is fed --rate events a second beside them."""
import multiprocessing
import random
import threading
import time

import confluent_kafka

import support
from support import Failure, alert_pb2

TARGET_SECONDS = 3
POLICY = {"policy": "latency", "version": "1", "queues": {"probe": {"channels": ["chat"]}}, "rules": [
    {"name": "probes", "when": {"queue": "probe"}, "targets": {"first_response": f"{TARGET_SECONDS}s"}},
    {"name": "others", "targets": {"first_response": "1h"}}]}


def load(bootstrap, rate, seed, ended):
    """A busy desk beside the probes; a process of its own, so that it does not hold the reader up."""
    feed, generator = support.Feed(bootstrap), support.Generator(seed, customers=20000)
    owed, last = 0.0, time.time()
    while not ended.is_set():
        now = time.time()
        owed, last = min(owed + rate * (now - last), rate), now
        while owed >= 1:
            topic, key, value = generator.next(now)
            feed.send(topic, value, key)
            owed -= 1
        time.sleep(0.005)
    feed.flush()


class Alerts(threading.Thread):
    """When each breach could first be read: conversation -> (due, seen), in seconds since 1970."""

    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self.seen, self.retracted, self.ended = {}, 0, threading.Event()
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": bootstrap, "group.id": "latency", "enable.auto.commit": False,
            "isolation.level": "read_committed", "auto.offset.reset": "earliest", "fetch.wait.max.ms": 10})
        partitions = self._consumer.list_topics("vaste.alerts", timeout=30).topics["vaste.alerts"].partitions
        self._consumer.assign([confluent_kafka.TopicPartition("vaste.alerts", each, confluent_kafka.OFFSET_BEGINNING)
                               for each in partitions])

    def run(self):
        while not self.ended.is_set():
            message = self._consumer.poll(0.1)
            if message is None or message.error():
                continue
            now, alert = time.time(), alert_pb2.Alert.FromString(message.value())
            if alert.status == alert_pb2.ALERT_STATUS_RETRACTED:
                self.retracted += 1
            elif alert.level == alert_pb2.ALERT_LEVEL_BREACHED and alert.sla == "first_response":
                self.seen.setdefault(alert.conversation_id, (alert.due.ToMilliseconds() / 1000, now))
        self._consumer.close()


def test(options, directory):
    with support.kafka(directory) as broker:
        more = {"commit_interval": options.commit} if options.commit else {}
        config = support.write_config(directory, broker.bootstrap, POLICY, engine={"workers": options.workers, **more})
        vaste = support.Vaste(options.vaste, config, directory)
        feed, alerts, ended = support.Feed(broker.bootstrap), Alerts(broker.bootstrap), multiprocessing.Event()
        busy = multiprocessing.Process(target=load, args=(broker.bootstrap, options.rate, options.seed, ended))
        try:
            vaste.start()
            alerts.start()
            while (vaste.readyz() or (0,))[0] != 200:
                vaste.check_alive()
                time.sleep(0.2)
            if options.rate:
                busy.start()
            time.sleep(4)
            before, began = cpu_seconds(vaste), time.time()
            chance = random.Random(options.seed)
            for number in range(options.count):
                what = support.event(f"probe-{number}", "chat", time.time(), [("CHAT_VISITOR", f"probe-{number}")],
                                     [("CHAT_SESSION", f"probe-{number}")], **support.message(True))
                what["attributes"] = {"queue": "probe"}
                feed.send("support.chat", support.text_of(what), f"probe-{number}")
                time.sleep(chance.uniform(0.05, 0.25))  # nothing that beats with an interval of vaste's
            feed.flush()
            deadline = time.time() + TARGET_SECONDS + 20
            while len(alerts.seen) < options.count and time.time() < deadline:
                vaste.check_alive()
                time.sleep(0.2)
            used = (cpu_seconds(vaste) - before) / (time.time() - began)
            vaste.terminate()
        finally:
            ended.set()
            alerts.ended.set()
            vaste.kill()
            if busy.is_alive():
                busy.join(20)
    delays = sorted(1000 * (seen - due) for due, seen in alerts.seen.values())
    if len(delays) < options.count:
        raise Failure(f"{options.count - len(delays)} of {options.count} breaches were never said\n{vaste.tail()}")
    at = [delays[min(len(delays) - 1, int(len(delays) * share))] for share in (0.5, 0.9, 0.99)]
    print(f"{len(delays)} breaches, {options.rate} events/s beside them: due to readable median {at[0]:.0f} ms, "
          f"p90 {at[1]:.0f} ms, p99 {at[2]:.0f} ms, least {delays[0]:.0f} ms, most {delays[-1]:.0f} ms; "
          f"{alerts.retracted} retracted; vaste used {used:.2f} cores")
    if options.most and at[2] > options.most:
        raise Failure(f"p99 is over {options.most} ms")


def cpu_seconds(vaste):
    with open(f"/proc/{vaste.process.pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    support.main(test, support.options(__doc__, count=150, rate=0, workers=2, commit="", most=0))
