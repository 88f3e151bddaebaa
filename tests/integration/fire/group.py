"""Tests 4 and 7: members that stand still and come back as zombies, members that come and go, or die in between."""
import subprocess
import time

import support
from support import Failure

from .world import committed_transactions, world

CONFIG = {"kafka": {"transaction_timeout": "3s", "commit_patience": "3s",
                    "properties": {"socket.timeout.ms": "3000"}},
          "engine": {"workers": 1}}
BETWEEN = 4
HANDOVER_SECONDS = 60


def freeze(one, times, longest):
    """SIGSTOP beyond the session and the transaction, or just beyond one of them; every third time with timers alone."""
    rate = one.load.per_second
    for number in range(times):
        member = one.chance.choice(one.running())
        seconds = one.chance.uniform(1, longest) if number % 2 else one.chance.uniform(7, max(8, longest))
        quiet = number % 3 == 2
        with one.fault("freeze, timers alone" if quiet else "freeze"):
            if quiet:
                one.load.per_second = 0  # what waits has deadlines of seconds
            with member.standing_still():
                time.sleep(seconds)
            one.pause(1)
            one.load.per_second = rate
        one.pause(BETWEEN)


def zombies(options, directory):
    with world(options, directory, members=2, per_second=options.rate, **CONFIG) as one:
        one.start()
        one.warm()
        freeze(one, options.times, options.longest)
        given_up = sum(committed_transactions(text) for each in one.members.values() for text in each.all_logs().values())
        one.finish()
        print(f"transactions that were given up: {given_up}", flush=True)
        if given_up == 0:
            raise Failure("no transaction was given up: this showed nothing")


def thaws(options, directory):
    """One process with all its workers stands still for longer than its session: when it wakes up the group knows none of
    them, and they come back one after the other, each still holding what the others are given."""
    with world(options, directory, members=1, per_second=options.rate) as one:
        one.start()
        one.warm()
        for _ in range(options.times):
            with one.fault("freeze of all workers"), one.members[0].standing_still():
                time.sleep(support.SESSION_SECONDS + 1.5)
            one.pause(BETWEEN / 2)
        one.finish()


def membership(one, wanted):
    """What a member's configuration says of it; `mixed`: every second one is static."""
    kind = one.chance.choice(("static", "dynamic")) if wanted == "mixed" else wanted
    return {"kafka": {**one.config["kafka"], "membership": kind}}


def storm(one, times, most, wanted):
    """Members join, leave in order and are killed; of those that come, half never were there before."""
    free = list(range(1, most))
    fresh = 100
    for _ in range(times):
        running = {number: each for number, each in one.members.items() if each.process and each.process.poll() is None}
        joins = len(running) < 2 or (len(running) < most and one.chance.random() < 0.5)
        if joins:
            known = [number for number in free if number not in running]
            number = one.chance.choice(known) if known and one.chance.random() < 0.5 else (fresh := fresh + 1)
            with one.fault("join, known" if number < 100 else "join, new"):
                one.member(number, **membership(one, wanted)).start()
                one.pause(one.chance.uniform(1, 5))
        else:
            number = one.chance.choice(sorted(running))
            leaves = one.chance.random() < 0.5
            with one.fault("leave" if leaves else "crash"):
                if leaves:
                    running[number].terminate()
                else:
                    running[number].kill()
                one.pause(one.chance.uniform(1, 5))
    # Whoever is left must be enough; a member that left for good holds its partitions for a session.
    one.pause(8)


def handover(options, directory):
    """The first member dies while it hands over to a second one, which dies with it; both are back before the group notices."""
    with world(options, directory, per_second=options.rate, **CONFIG) as one:
        first = one.members[0]
        one.start(crash_at="in_handover:1")
        one.warm()
        second = one.member(1)
        with one.fault("kill in a hand-over"):
            second.start()
            try:
                first.process.wait(HANDOVER_SECONDS)
            except subprocess.TimeoutExpired:
                raise Failure(f"nothing was handed over\n{first.tail()}") from None
            second.kill()
            first.start()
            second.start()
            one.wait_answered()
        one.finish()
        if not any("leaves for a session" in each.log() for each in one.members.values()):
            raise Failure("everybody had partitions: this showed nothing")


def rebalances(options, directory):
    config = {**CONFIG, "kafka": {**CONFIG["kafka"], "group_protocol": options.protocol},
              "topics": {"core_partitions": options.partitions}}
    settings = ["group.consumer.session.timeout.ms=6000", "group.consumer.min.session.timeout.ms=3000",
                "group.consumer.heartbeat.interval.ms=1000", "group.consumer.min.heartbeat.interval.ms=500"]
    with world(options, directory, members=2, settings=settings, per_second=options.rate, **config) as one:
        one.start()
        one.warm()
        storm(one, options.times, options.most, options.membership)
        one.finish()
