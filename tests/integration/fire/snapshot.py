"""Tests 6, 9 and 11 once more, of snapshots: taken under load, killed while one is made, state lost, bits that flip in them."""
import json
import re
import subprocess
import time

import support
from support import Failure

from .disk import Damage, answered_after
from .world import world

POINTS = ("in_checkpoint", "before_manifest")
CRASH_SECONDS, COMMAND_SECONDS = 60, 120
SHARE = 0.5  # of the whole changelog: less than this is read behind a snapshot


def command(one, *words, expect=0):
    """`vaste snapshot WORDS` as an operator would; its output."""
    member = one.members[0]
    done = subprocess.run([member.program, "snapshot", words[0], "-c", str(member.folder / "vaste.yaml"), *words[1:]],
                          capture_output=True, text=True, timeout=COMMAND_SECONDS)
    if done.returncode != expect:
        raise Failure(f"vaste snapshot {' '.join(words)}: exit {done.returncode} instead of {expect}\n"
                      f"{done.stdout[-2000:]}{done.stderr[-2000:]}\n{member.tail()}")
    return done.stdout


def restored(log):
    """Records of the changelog that were read, by partition."""
    return {int(partition): int(records) for partition, records in re.findall(r"core\[(\d+)\]: restored (\d+) records", log)}


def held(member):
    """How long workers waited for a checkpoint, by the process's own metrics."""
    told = dict(re.findall(r"^vaste_snapshot_hold_seconds_(sum|count) (\S+)$", member.get("metrics")[1], re.M))
    return f"{1000 * float(told['sum']) / max(float(told['count']), 1):.1f} ms the mean of {told['count']} checkpoints"


def ready(one, member):
    end = support.patience(60)
    while not (answer := member.readyz()) or answer[0] != 200:
        one.pause(0.2)
        if (end := end - 0.2) < 0:
            raise Failure(f"not ready: {answer}\n{member.tail()}")


def without_state(one, member, name):
    """Killed, its state gone, started; the log from then on when all is served and answered."""
    with one.fault(name):
        member.kill()
        member.forget_state()
        member.start()
        ready(one, member)
    one.wait_answered()
    return member.log()


def kill_inside(one, member, times):
    """At each point of making one, so many times; what is left half done is no snapshot."""
    for point in POINTS * times:
        with one.fault(point):
            member.kill()
            process = member.start(f"{point}:{one.chance.randint(1, 6)}")
            try:
                process.wait(support.patience(CRASH_SECONDS))
            except subprocess.TimeoutExpired:
                raise Failure(f"{point} was not reached\n{member.tail()}") from None
            if process.returncode != -9:
                raise Failure(f"exit status {process.returncode} at {point}\n{member.tail()}")
            member.start()
            ready(one, member)
    for row in json.loads(command(one, "list", "--verify", "--format", "json")):
        if not row["verified"]:
            raise Failure(f"after the kills: {row}")


def flip_everywhere(one, folder, partition):
    """A bit of the largest file of each snapshot of one partition."""
    damage, files = Damage(one.chance), []
    for snapshot in sorted(folder.glob(f"*/core-{partition}/manifest.json")):
        names = [each for each in snapshot.parent.iterdir() if each.name != "manifest.json"]
        files.append(max(names, key=lambda each: each.stat().st_size))
        damage.flip(files[-1])
    return files


def snapshot(options, directory):
    folder = directory / "snapshots"
    # The small write buffers make RocksDB write tables: log files alone would show little.
    with world(options, directory, per_second=options.rate, engine={"write_buffer_size": "1MiB"},
               snapshots={"directory": str(folder), "every": "5s", "keep": 2}) as one:
        member = one.members[0]
        one.start()
        one.warm()
        kill_inside(one, member, options.times)
        one.pause(options.seconds)

        made = json.loads(command(one, "create", "--format", "json"))
        if len(made["taken"]) != 6 or made["failed"]:
            raise Failure(f"asked while it runs: {made}")
        waited = held(member)
        command(one, "restore", expect=69)  # while it runs
        log = without_state(one, member, "state lost")
        taken = {int(number): int(offset) for number, offset in re.findall(
            r"core-(\d+): snapshot \S+ is taken; the changelog is read from offset (\d+) on", log)}
        tail = restored(log)
        if len(taken) != 6:
            raise Failure(f"from snapshots: {sorted(taken)}\n{member.tail()}")

        # Of one partition no snapshot is any good, and it has to be said which file; of another the database itself is damaged.
        member.kill()
        files = flip_everywhere(one, folder, 0)
        bad = [row["problem"] for row in json.loads(command(one, "list", "--verify", "--format", "json", expect=70))
               if not row["verified"]]
        if sorted(bad) != sorted(f"{file}: its hash is not that of the manifest" for file in files):
            raise Failure(f"list --verify, with a bit flipped in each of {files}: {bad}")
        log = without_state(one, member, "bits flipped in snapshots")
        for file in files:
            if f"{file}: its hash is not that of the manifest" not in log:
                raise Failure(f"{file} was not refused by its name\n{member.tail()}")
        if "core-0: no snapshot to begin with: the whole changelog is read" not in log:
            raise Failure(f"what was read instead of core-0's snapshots?\n{member.tail()}")
        whole = restored(log).get(0, 0)
        if not tail.get(0, 0) < SHARE * whole:
            raise Failure(f"core-0: {tail.get(0, 0)} records behind a snapshot, {whole} in the whole changelog")

        with one.fault("database damaged"):
            member.kill()
            for file in (member.folder / "state/core-1").glob("MANIFEST-*"):
                Damage(one.chance).remove(file)
            member.start()
            ready(one, member)
        answered_after(one, time.monotonic())
        if not re.search(r"core-1: .*set aside and restored", log := member.log()) or "core-1: snapshot" not in log:
            raise Failure(f"a damaged database was not replaced by a snapshot\n{member.tail()}")

        # As an operator, by hand.
        member.terminate()
        command(one, "restore", expect=64)  # there is a state
        good = json.loads(command(one, "create", "--format", "json"))  # nobody runs: from the databases
        back = command(one, "restore", "--id", good["id"], "--force")
        member.start()
        ready(one, member)
        if back.count("the changelog follows") != 6 or sum(restored(member.log()).values()) > 0:
            raise Failure(f"restored by hand: {back}\n{member.tail()}")
        print(f"core-0: {tail.get(0, 0)} records behind its snapshot, {whole} without; all six: {sum(tail.values())}; "
              f"a worker waited {waited}", flush=True)
        one.finish(damaged=True)
