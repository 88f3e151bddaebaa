"""Tests 8 and 9: disks that are full, have no inodes, are read-only; bits that flip, files that are cut or gone."""
import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path

import support
from support import Failure

from .world import world

MIB = 1 << 20
RESUME_SECONDS = 10
BETWEEN = 3
REVERSED_TRIES = 6


@contextlib.contextmanager
def small_disk(place, mib, inodes):
    place.mkdir(parents=True)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mib}m,nr_inodes={inodes}", "vaste-test", str(place)],
                          capture_output=True, text=True)
    if done.returncode != 0:
        print(f"*** SKIPPED: no small disk can be mounted here ({done.stderr.strip()}): run as root ***")
        sys.exit(support.SKIPPED)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place, chance):
    """Takes all space but a little; what is freed meanwhile is taken as well by the caller's next write."""
    free = os.statvfs(place)
    left = chance.choice((0, 4096, 65536, MIB // 2))
    size = max(free.f_bavail * free.f_frsize - left, 0)
    # Where vaste's own files left nothing, it is full already.
    with contextlib.suppress(OSError), open(place / "ballast", "wb") as file:
        block = b"\0" * 65536
        while size > 0:
            size -= file.write(block[:size])


def use_up_inodes(place):
    folder = place / "files"
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        for number in range(1 << 20):
            (folder / str(number)).touch()


def free(place):
    (place / "ballast").unlink(missing_ok=True)
    for file in (place / "files").glob("*"):
        file.unlink()


def own_mib(place):
    """What vaste's own files take of it."""
    known = os.statvfs(place)
    return (known.f_blocks - known.f_bavail) * known.f_frsize / MIB


def answered_after(one, since):
    """Seconds from `since` until everything sent before it is answered."""
    one.load.feed.flush()
    sent = set(one.load.feed.positions)
    outputs = support.Outputs(one.broker.bootstrap)
    try:
        outputs.wait_for(sent, one.first(), support.patience(RESUME_SECONDS))
    except Failure as failure:
        print(f"{failure}\nThe checker knows more:", flush=True)
        one.finish(must_answer=False)
        raise
    finally:
        outputs.close()
    return time.monotonic() - since


def disk(options, directory):
    """`times` fillings, then inodes, then a file system that is read-only for a while; with 256 file handles."""
    place = directory / "disk"
    # The small write buffers make RocksDB write tables all the time, where a full disk hurts most.
    config = {"engine": {"write_buffer_size": "1MiB", "workers": 2}, "state_directory": str(place / "state")}
    with small_disk(place, 64, 2000), world(options, directory, members=0, per_second=options.rate) as one:
        member = one.member(0, **config)
        member.limit(["prlimit", "--nofile=256"])
        one.start()
        one.warm()
        resumed, own = [], []
        for number in range(options.times + 2):
            how, spoil = ("no inodes", use_up_inodes) if number >= options.times else ("disk full", None)
            with one.fault(how):
                spoil(place) if spoil else fill(place, one.chance)
                one.pause(one.chance.uniform(1, 4))
                free(place)
                own.append(own_mib(place))
                resumed.append(answered_after(one, time.monotonic()))
            one.pause(1)
        member.terminate()
        with one.fault("read-only"):
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
            member.start()
            one.pause(4)
            ready = member.readyz()
            if not ready or ready[0] == 200:
                raise Failure(f"/readyz with a read-only state directory: {ready}")
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)
            resumed.append(answered_after(one, time.monotonic()))
        print(f"resumed by itself after {', '.join(f'{each:.1f}' for each in resumed)} s; vaste's own files took "
              f"{', '.join(f'{each:.0f}' for each in own)} MiB; read-only: {ready[1].strip()[:200]}",
              flush=True)
        one.finish()


class Damage:
    """One fault in one file of a database that nobody has open."""

    def __init__(self, chance):
        self._chance = chance

    def flip(self, file):
        data = bytearray(file.read_bytes())
        if data:
            at = self._chance.randrange(len(data))
            data[at] ^= 1 << self._chance.randrange(8)
            file.write_bytes(data)

    def cut(self, file):
        os.truncate(file, self._chance.randrange(max(file.stat().st_size, 1)))

    def remove(self, file):
        file.unlink()

    def some(self, database):
        """What was done to which kind of file."""
        files = [each for each in database.iterdir() if each.is_file() and not each.name.startswith(("LOCK", "LOG", "vaste"))]
        kinds = {}
        for each in files:
            kinds.setdefault(each.suffix or each.name.split("-")[0], []).append(each)
        kind = self._chance.choice(sorted(kinds))
        name, act = self._chance.choices((("flip", self.flip), ("cut", self.cut), ("remove", self.remove)), (8, 1, 1))[0]
        act(self._chance.choice(sorted(kinds[kind])))
        return f"{name} {kind}"


def flips(options, directory):
    """In each round every database is damaged once, after a kill or a clean stop in turn; `times` counts the damages."""
    with world(options, directory, per_second=options.rate, engine={"write_buffer_size": "1MiB"}) as one:
        one.start()
        member, damage, state = one.members[0], Damage(one.chance), one.directory / "member-0/state"
        one.warm()
        done = told = 0
        while done < options.times:
            member.kill() if done // 6 % 2 else member.terminate()
            for database in sorted(state.glob("core-?")):
                with one.fault(damage.some(database)):
                    done += 1
            member.start()
            answered_after(one, time.monotonic())
            one.pause(1)
            told += member.log().count("set aside and restored")
        print(f"{done} damages, {told} databases were set aside and restored", flush=True)
        one.finish(damaged=True)
        if told == 0:
            raise Failure("no damage was found: this showed nothing")


def reversed_commit(options, directory):
    """Negative control: with the database written before the commit, the checker must find it ahead; so must vaste."""
    for number in range(REVERSED_TRIES):
        place = directory / f"try-{number}"
        place.mkdir()
        if is_found_ahead(options, place, 30 + number):
            return
    raise Failure(f"in {REVERSED_TRIES} tries no database was ahead: this showed nothing")


def is_found_ahead(options, directory, point):
    """False: it has what was never committed, but no offset moved: what a worker gives its own core partitions at once."""
    # Nothing kept in memory: what a dead process kept is not ahead of anything.
    with world(options, directory, per_second=options.rate, engine={"write_behind_size": "0MiB"}) as one:
        member = one.members[0]
        member.start()
        one.load.start()
        one.warm()
        member.kill()
        member.start(f"after_apply:{point}", VASTE_SPOIL="apply_before_commit")
        member.process.wait(60)
        one.load.finish()
        try:
            support.check(one.broker, options.seed, states=[str(Path(member.folder) / "state")], incomplete=True)
        except Failure as failure:
            found = str(failure).splitlines()
            if not any("state ahead" in line for line in found):
                if any("state differs" in line for line in found):
                    return False
                raise
            print("as it must be when the order is reversed: " +
                  next(line for line in found if "state ahead" in line), flush=True)
        else:
            raise Failure("the database was written before the commit and nothing was found")
        member.start()
        one.pause(8)
        if "ahead of what the group committed" not in member.log():
            raise Failure(f"vaste did not notice that its state is ahead\n{member.tail()}")
        return True
