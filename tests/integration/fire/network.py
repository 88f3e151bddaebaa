"""Tests 2 and 3: links that are cut, brokers that restart, in a cluster of three behind the proxy."""
import time

import confluent_kafka

from support import Failure

from .world import world

QUICK = ["broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500", "leader.imbalance.check.interval.seconds=5",
         "leader.imbalance.per.broker.percentage=0"]
CONFIG = {"kafka": {"properties": {"socket.timeout.ms": "3000"}, "transaction_timeout": "6s"}}
BETWEEN = 4  # seconds of quiet between two faults
COORDINATORS = ("__consumer_offsets", "__transaction_state")


def cut(one, times, longest):
    """Both ways and one way, all nodes and one: the one may be the group's or a transaction's coordinator."""
    nodes = list(one.broker.nodes)
    kinds = [(way, scope) for way in ("both", "up", "down") for scope in ("all", "one")]
    for number in range(times):
        way, scope = kinds[number % len(kinds)]
        chosen = nodes if scope == "all" else [one.chance.choice(nodes)]
        name = f"cut {way if way == 'both' else 'one way, ' + way}, {scope}"
        with one.fault(name):
            one.proxy.cut(chosen, way)
            one.pause(one.chance.uniform(2, longest))
            one.proxy.heal()
        one.pause(BETWEEN)


class Coordinators:
    """Counts how often the leader of a partition that coordinates something changed."""

    def __init__(self, bootstrap):
        self._admin = confluent_kafka.Consumer({"bootstrap.servers": bootstrap, "group.id": "coordinators", "log_level": 2})
        self._known, self.moves = {}, 0

    def look(self):
        for topic in COORDINATORS:
            try:
                found = self._admin.list_topics(topic, timeout=5).topics[topic]
            except confluent_kafka.KafkaException:
                return  # Nobody answers right now; the next look sees what changed.
            for number, partition in found.partitions.items():
                if partition.leader < 0:
                    continue
                before = self._known.setdefault((topic, number), partition.leader)
                self.moves += before != partition.leader
                self._known[topic, number] = partition.leader

    def watch(self, one, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            one.pause(0.5)


def restart(one, times):
    """Each node in turn, every second time without a warning, while everything goes on."""
    coordinators = Coordinators(one.broker.bootstrap)
    coordinators.look()
    for number in range(times):
        node = number % len(one.broker.nodes) + 1
        hard = number % 2 == 1
        with one.fault("broker killed" if hard else "broker restarted"):
            one.broker.node("kill-node" if hard else "stop-node", node)
            coordinators.watch(one, one.chance.uniform(1, 6))
            one.broker.node("start-node", node)
            coordinators.watch(one, BETWEEN)
    coordinators.watch(one, 6)
    one.faults["coordinator moves"] = coordinators.moves


def cuts(options, directory):
    with world(options, directory, nodes=3, settings=QUICK, proxied=True, per_second=options.rate, **CONFIG) as one:
        one.start()
        one.warm()
        cut(one, options.times, options.longest)
        one.finish()


def brokers(options, directory):
    with world(options, directory, nodes=3, settings=QUICK, proxied=True, per_second=options.rate, **CONFIG) as one:
        one.start()
        one.warm()
        restart(one, options.times)
        one.finish()


def network(options, directory):
    """The small sizes of both on one cluster."""
    with world(options, directory, nodes=3, settings=QUICK, proxied=True, per_second=options.rate, **CONFIG) as one:
        one.start()
        one.warm()
        cut(one, options.cuts, options.longest)
        restart(one, options.restarts)
        one.finish()
        if one.faults["coordinator moves"] == 0:
            raise Failure("no coordinator moved: the restarts showed nothing")
