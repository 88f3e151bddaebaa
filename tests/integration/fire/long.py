"""Tests 11, 14 and 20: restore of a large state, clocks that jump, hours of faults."""
import re
import sys
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, ConfigResource

import support
from support import Failure

from . import growth
from .group import freeze
from .network import cut
from .snapshot import command
from .world import world

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
# Seconds. A year is left out: what is kept for a year is forgotten then, by brokers and by vaste alike.
JUMPS = (1, -1, 60, -60, 3600, -3600, 86400, -86400)
CHECKED = 100000  # conversations; of more the checker would hold every key of the changelog in memory
UNUSED_SECONDS = 11  # vaste asks for no topic's settings before ten
SOFTWARE = 70  # sysexits.h: the watchdog
RESTART_SECONDS = 5  # RestartSec of our unit
STARTS_A_JUMP = 2
WARM_SHARE = 0.25  # of a soak: caches and allocators fill
AFTERWARDS_SECONDS = 3600  # of a soak: its end, and what the checker reads
REST_SECONDS, LEAST_BETWEEN_RESTS = 40, 180


def clocks(options, directory):
    """The machine's clock jumps by a second to a day, there and back; what steady clocks measure goes on."""
    if not LIBRARY.exists():
        print("*** SKIPPED: no libfaketime (Debian's faketime; tools/deps --test installs it) ***")
        sys.exit(support.SKIPPED)
    with world(options, directory, per_second=options.rate) as one:
        jump = directory / "jump"
        set_clock(jump, "+0")
        hooks = {"LD_PRELOAD": str(LIBRARY), "FAKETIME_TIMESTAMP_FILE": str(jump), "FAKETIME_NO_CACHE": "1",
                 "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_FORCE_MONOTONIC_FIX": "0",
                 "ASAN_OPTIONS": "verify_asan_link_order=0"}
        one.start(**hooks)
        one.warm()
        unit, jumps = Unit(one.members[0], hooks), []
        for number in range(options.times):
            by, before = JUMPS[number % len(JUMPS)], unit.starts
            with one.fault(f"clock {by:+} s"):
                began = time.time()
                set_clock(jump, f"{by:+}")
                unit.run(4)
                set_clock(jump, "+0")
                jumps.append((began * 1000, time.time() * 1000, by * 1000))
                unit.run(4)
                unit.serve()
            if unit.starts - before > STARTS_A_JUMP:
                raise Failure(f"{unit.starts - before} new starts by one jump\n{one.members[0].tail()}")
        one.pause(2)
        print(f"{options.times} jumps there and back; the process ended itself {unit.starts} times and was started again", flush=True)
        one.finish(jumps=jumps)


def set_clock(jump, to):
    """All at once: libfaketime reads the file at each look at the clock, and must not meet half of it."""
    fresh = jump.with_suffix(".new")
    fresh.write_text(to + "\n")
    fresh.rename(jump)


class Unit:
    """A member as systemd runs it by our unit: the watchdog's exit, or Kafka out of reach, is a new start after RestartSec."""

    def __init__(self, member, hooks):
        self.member, self.hooks, self.starts, self._ended = member, hooks, 0, None

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._look()
            time.sleep(0.1)

    def serve(self):
        """Until it serves, after a new start as well."""
        end = time.monotonic() + support.patience(30)
        while not self._look() or (self.member.readyz() or (0,))[0] != 200:
            if time.monotonic() > end:
                raise Failure(f"it does not serve again\n{self.member.tail()}")
            time.sleep(0.1)

    def _look(self):
        """Whether it runs."""
        if self.member.process.poll() is None:
            return True
        if self._ended is None:
            if self.member.process.returncode not in (SOFTWARE, support.UNAVAILABLE):
                self.member.check_alive()
            self._ended = time.monotonic()
        elif time.monotonic() - self._ended >= RESTART_SECONDS:
            print(f"ended by exit status {self.member.process.returncode}, started again", flush=True)
            self.member.start(**self.hooks)
            self._ended, self.starts = None, self.starts + 1
        return False


def usage(member):
    """(KiB held, KiB of that without what waits to be written, KiB resident, open files) of a process; what is held is not known under sanitizers."""
    status, metrics = member.get("metrics") or (0, "no listener")
    if status != 200:
        raise Failure(f"/metrics: {status} {metrics[:200]}\n{member.tail()}")
    kib = {name: sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (.+)$", metrics, re.M)) / 1024 for name in (
        "vaste_memory_allocated_bytes", "vaste_rocksdb_memtable_bytes", "vaste_state_behind_bytes", "process_resident_memory_bytes")}
    held, tables, behind, resident = kib.values()
    return held or resident, held - tables - behind if held else resident, resident, len(list(Path(f"/proc/{member.process.pid}/fd").iterdir()))


def rest(one, stays, other):
    """The least that `stays` uses while it has all partitions to itself: with more or fewer of them it is another figure."""
    with one.fault("rest"):
        other.terminate()
        one.pause(support.SESSION_SECONDS + 10)
    found, end = [], time.monotonic() + REST_SECONDS
    while time.monotonic() < end:
        found.append(usage(stays))
        one.pause(0.5)
    with one.fault("join"):
        other.start()
        one.pause(5)
    held, bare, resident, files = zip(*found)
    return min(held), min(bare), min(resident), max(files)


def soak(options, directory):
    """A fault every 30 s: links, freezes, kills. Now and then memory is looked at, in the process that is not killed."""
    # Small caches are full before the memory is looked at.
    small = {name: "8MiB" for name in ("cache_size", "block_cache_size", "write_buffer_size", "write_behind_size")}
    with world(options, directory, members=2, proxied=True, per_second=options.rate, engine=small,
               seconds=options.minutes * 60 + AFTERWARDS_SECONDS, kafka={
                   "transaction_timeout": "6s", "properties": {"socket.timeout.ms": "3000"}}) as one:
        one.start()
        one.warm()
        stays, other, looked, seen, began = *one.members.values(), [], [], time.monotonic()
        one.load.feed.positions = {}  # The checker reads the topics; here they would only grow.
        rests = max(LEAST_BETWEEN_RESTS, options.minutes * 3)
        while (passed := time.monotonic() - began) < options.minutes * 60:
            what = one.chance.choice(("cut", "freeze", "kill"))
            if what == "cut":
                cut(one, 1, 8)
            elif what == "freeze":
                freeze(one, 1, 8)
            else:
                with one.fault("kill"):
                    other.kill()
                    other.start()
            one.pause(max(0, 30 - (time.monotonic() - began - passed)))
            if passed > WARM_SHARE * options.minutes * 60 + len(seen) * rests:
                seen.append(rest(one, stays, other))
                looked.append(time.monotonic() - began)
        held, bare, resident, files = zip(*seen)
        said = []
        for name, sizes in ("resident", resident), ("held", held), ("held without memtables", bare):
            said.append(f"{name} {growth.text(looked, sizes)}")
        print(f"{options.minutes} minutes, at rest: {'; '.join(said)}; open files {min(files)} to {max(files)}", flush=True)
        one.finish()
        if options.minutes >= 60 and (wrong := growth.wrong(looked, resident, held, files)):
            raise Failure(wrong)


def ready_after(member):
    """Seconds from its start until /readyz says so, and the records of the changelog that it read for it."""
    began = time.monotonic()
    member.start()
    while not (answer := member.readyz()) or answer[0] != 200:
        member.check_alive()
        if time.monotonic() - began > 600:
            raise Failure(f"not ready after 600 s: {answer}\n{member.tail()}")
        time.sleep(0.02)
    return time.monotonic() - began, sum(int(each) for each in re.findall(r"restored (\d+) records", member.log()))


def conversations(one, feed, numbers, member):
    """A message in each; the seconds until `member` has worked them off."""
    now = time.time()
    for number in numbers:
        feed.send("support.chat", support.text_of(support.event(
            number, "chat", now, [("CHAT_VISITOR", f"visitor-{number}")], [("CHAT_SESSION", f"session-{number}")],
            **support.message(True))), f"session-{number}")
    feed.flush(600)
    outputs = support.Outputs(one.broker.bootstrap)
    try:
        return outputs.wait_for(feed.positions, member, 1200)
    finally:
        outputs.close()


def keep_tombstones(bootstrap, ms):
    """Changes the one setting of the changelog; this client can only set all that are not the broker's own at once."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    topic = ConfigResource(ConfigResource.Type.TOPIC, "vaste.core.changelog")
    entries = admin.describe_configs([topic])[topic].result(30)
    settings = {name: entry.value for name, entry in entries.items() if not entry.is_default}
    changed = ConfigResource(topic.restype, topic.name, {**settings, "delete.retention.ms": str(ms)})
    admin.alter_configs([changed])[changed].result(30)


def left_behind(one, feed, before):
    """Another one works while the first is away for longer than the changelog tells what was erased."""
    other = one.member(1)
    other.start()
    conversations(one, feed, range(before, before + 500), other)
    other.terminate()
    keep_tombstones(one.broker.bootstrap, UNUSED_SECONDS * 1000)
    time.sleep(UNUSED_SECONDS)
    took = ready_after(one.members[0])
    if "what was erased since" not in one.members[0].log():
        raise Failure(f"nothing is said of state that is too old\n{one.members[0].tail()}")
    return took


def written(one, member):
    """Waits until RocksDB has what was committed, which takes some seconds after the last of it."""
    end = time.monotonic() + support.patience(30)
    while (left := sum(map(float, re.findall(r"^vaste_state_behind_bytes (.+)$", member.get("metrics")[1], re.M)))) > 0:
        if time.monotonic() > end:
            raise Failure(f"{left:.0f} bytes of committed state are not written though all is quiet\n{member.tail()}")
        one.pause(0.5)


def restore(options, directory):
    """So many open conversations: how long from the start to ready after kill -9, a clean stop, without any state, with a snapshot."""
    policy = support.policy("restore-test")
    policy["rules"][0]["targets"] = {"first_response": {"target": "20d"}}
    with world(options, directory, per_second=0, policy=policy, snapshots={"directory": str(directory / "snapshots")}) as one:
        member, feed = one.members[0], support.Feed(one.broker.bootstrap)
        member.start()
        worked = conversations(one, feed, range(options.conversations), member)
        written(one, member)
        member.kill()
        took = {"after kill -9": ready_after(member)}
        member.terminate()
        took["after a clean stop"] = ready_after(member)
        member.terminate()
        member.forget_state()
        took["from the changelog alone"] = ready_after(member)
        began = time.monotonic()
        command(one, "create")
        made = time.monotonic() - began
        member.kill()
        member.forget_state()
        took["from a snapshot"] = ready_after(member)
        member.terminate()
        took["long unused"] = left_behind(one, feed, options.conversations)
        member.terminate()
        size = sum(each.stat().st_size for each in (member.folder / "state").rglob("*") if each.is_file()) >> 20
        print(f"seed {options.seed}: {options.conversations} conversations, {size} MiB of state, worked off in {worked:.0f} s; ready "
              + ", ".join(f"{name} {seconds:.2f} s ({records} records)" for name, (seconds, records) in took.items()) + f"; the snapshot was made in {made:.2f} s", flush=True)
        if options.conversations <= CHECKED:
            support.check(one.broker, options.seed, states=[str(member.folder / "state")])
        short, nothing, everything, tail, unused = (records for _, records in took.values())
        if unused < everything:
            raise Failure("state that may keep what was erased was taken up as it is")
        if nothing > 0 or max(short, tail) * 4 > everything or everything < options.conversations:
            raise Failure("what was on the disk was not taken up as it is, or not all of the changelog was read")
