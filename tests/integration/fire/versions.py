"""Test 22: state and topics that another version of vaste wrote, to and fro and from archives of long ago."""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import support
from support import Failure

from .world import world

CLOCK = Path(__file__).with_name("shifted_clock.c")
# Of a database: what is not its own, and would tell of the machine that it was on.
NOT_KEPT = re.compile(r"LOG(\.old\..*)?|LOCK|IDENTITY|OPTIONS-.*|\.lock")
# A broker of today must not find the archive's records, offsets and transactions too old to keep, nor tidy them up.
AGELESS = ("log.cleaner.enable=false", "log.initial.task.delay.ms=86400000", f"offsets.retention.minutes={2**31 - 1}",
           "offsets.retention.check.interval.ms=86400000")
GAP_SECONDS = 5  # from the end of one version to the start of the next, as its clock has it
WORK_SECONDS = 6
NEAR_SECONDS = 60
LEFT_SECONDS = 2  # of events that nobody has served when the archive is made


def program_of(before, directory):
    """A program as it is, or that of a commit, built in a folder that goes away."""
    if Path(before).is_file():
        return before
    source = directory / "before"
    subprocess.run(["git", "-C", str(support.ROOT), "worktree", "add", "--detach", str(source), before], check=True)
    subprocess.run(["cmake", "--preset", "dev"], cwd=source, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", "dev", "--target", "vaste"], cwd=source, check=True,
                   stdout=subprocess.DEVNULL)
    return str(source / "build/dev/src/vaste")


def upgrade(options, directory):
    """State and topics of an older version are taken up by this one, and given back to it; to and fro under load."""
    before = program_of(options.before, directory)
    # A key that an older version does not know would be refused.
    with world(options, directory, per_second=options.rate, engine={"purge_interval": None}) as one:
        member, now = one.members[0], options.vaste
        one.start()
        one.warm()
        for number in range(options.times):
            with one.fault("older version" if number % 2 == 0 else "newer version"):
                member.terminate() if number % 3 else member.kill()
                member.program = before if number % 2 == 0 else now
                member.start()
                one.pause(6)
        member.terminate()
        member.program = now
        member.start()
        one.finish(purged=True)


def keep(options, directory):
    """What `--before` leaves when it has worked for a while, is killed and then missed: its topics and state, as --archive.
    --plain 1: of a program that does not know purge_interval yet."""
    options.vaste = program_of(options.before, directory)
    engine = {"purge_interval": None} if options.plain else {}
    with world(options, directory, settings=AGELESS, per_second=options.rate, engine=engine) as one:
        member = one.members[0]
        one.start()
        one.warm()
        one.pause(options.seconds)
        member.terminate()  # What it held in memory is in files now; what comes next stays in logs.
        member.start()
        one.pause(options.seconds)
        member.kill()
        one.pause(LEFT_SECONDS)
        one.load.finish()
        one.watcher.end()
        ended = {"ended": time.time(), "load": one.load.generator.left(), "policy": one.policy, "plain": bool(options.plain)}
        with tarfile.open(options.archive, "w:xz", preset=9) as archive:
            (directory / "ended.json").write_text(json.dumps(ended))
            for name, path in ("ended.json", directory / "ended.json"), ("data", one.broker.leave()), ("state", member.folder / "state"):
                archive.add(path, name, filter=nobodys)
        print(f"{len(one.load.feed.positions)} events; {options.archive}: {Path(options.archive).stat().st_size >> 10} KiB", flush=True)


def nobodys(member):
    """Without what only tells whose machine it was; None leaves the file out."""
    if member.isfile() and NOT_KEPT.fullmatch(Path(member.name).name):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def taken_up(options, directory):
    """An archive of keep(): this version goes on with its topics and state, then with its topics alone."""
    with tarfile.open(options.archive) as archive:
        archive.extractall(directory / "kept")
    ended = json.loads((directory / "kept/ended.json").read_text())
    live_at(ended["ended"] + GAP_SECONDS, directory)
    engine = {"purge_interval": None} if ended["plain"] else {}
    with world(options, directory, settings=AGELESS, data=directory / "kept/data", per_second=options.rate,
               policy=ended["policy"], engine=engine) as one:
        member, one.began_empty = one.members[0], False
        shutil.copytree(directory / "kept/state", member.folder / "state")
        one.load.generator.go_on(ended["load"])
        with one.fault("newer version"):
            one.start()
            one.warm()
            deadlines_pass(one)
            one.pause(WORK_SECONDS)
        with one.fault("without its state"):
            member.terminate()
            member.forget_state()
            member.start()
            one.pause(WORK_SECONDS)
        one.finish(purged=ended["plain"])
        read = [sum(int(each) for each in re.findall(r"restored (\d+) records", member.log(number))) for number in (0, 1)]
        print(f"records of the changelog read: {read[0]} with the state, {read[1]} without", flush=True)
        if read[0] * 4 > read[1]:
            raise Failure("the state was not taken up as it is, or not all of the changelog was read")


def deadlines_pass(one):
    """Until something is said that falls due from here on. A topic that only this version reads has no owner at first: its
    members are static, and were given what they had; vaste sees to it within three sessions."""
    began, outputs = time.time(), support.Outputs(one.broker.bootstrap)
    try:
        while not any(alert.due.seconds > began for alert in outputs.alerts.values()):
            one.pause(0.1)
            outputs.poll()
            if time.time() - began > support.patience(10 * support.SESSION_SECONDS):
                raise Failure(f"no deadline passes\n{one.members[0].tail()}")
        print(f"deadlines pass {time.time() - began:.0f} s after all was answered", flush=True)
    finally:
        outputs.close()


def live_at(instant, directory):
    """All of this but the broker once more at that time of the wall clock, unless it is that time already."""
    shifted, near = "SHIFT_SECONDS" in os.environ, abs(time.time() - instant) < NEAR_SECONDS
    if shifted:
        os.environ["LD_PRELOAD"] = shutil.move(os.environ["LD_PRELOAD"], directory)  # which goes away
    if shifted and not near:
        raise Failure(f"{CLOCK} does not change this program's clock")
    if near:
        return
    library = Path(tempfile.gettempdir()) / f"vaste-clock-{os.getpid()}.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(CLOCK)], check=True)
    shutil.rmtree(directory)
    os.execve(sys.executable, sys.orig_argv, {**os.environ, "LD_PRELOAD": str(library), "SHIFT_SECONDS": f"{instant - time.time():.0f}",
                                              "ASAN_OPTIONS": "verify_asan_link_order=0"})
