#!/usr/bin/python3
"""Kills vaste at each point of the commit path and at any moment, again and again, under load: nothing is lost, nothing
doubled. All that is random comes from --seed but the moments that the machine decides."""
import random
import shutil
import subprocess
import threading
import time
from collections import Counter

import support
from support import Failure

# Named points of the commit path, and how often at most they are passed before the end comes.
POINTS = {"before_begin": 40, "after_begin": 40, "after_produce": 4000, "before_commit": 40, "after_offsets": 40,
          "after_commit": 40, "after_apply": 40, "in_restore": 3}
CRASH_SECONDS = 60   # for a point to be reached, start and restore included
FINISH_SECONDS = 120
FIRST_CYCLE = 6.0    # seconds from one kill to the next; measured as it goes on
POLICY = support.policy("kill-test")


class Load(threading.Thread):
    """Produces all the time, so fast that the events last for all kills."""

    def __init__(self, bootstrap, options):
        super().__init__(daemon=True)
        self.feed, self.rate, self.left, self.error = support.Feed(bootstrap), 0.0, options.events, None
        self._generator, self._halt = support.Generator(options.seed, options.customers, 0.3), threading.Event()
        self.pace(options.kills * FIRST_CYCLE)

    def pace(self, seconds):
        self.rate = self.left / max(seconds, 0.1)

    def run(self):
        try:
            owed, last = 0.0, time.time()
            while self.left > 0 and not self._halt.is_set():
                now = time.time()
                owed, last = min(owed + self.rate * (now - last), 5000), now
                while owed >= 1 and self.left > 0:
                    topic, key, value = self._generator.next(now)
                    self.feed.send(topic, value, key)
                    owed, self.left = owed - 1, self.left - 1
                time.sleep(0.02)
            self.feed.flush()
        except Exception as error:
            self.error = error

    def finish(self, seconds=60):
        self.pace(5)
        self.join(seconds)
        if self.is_alive() or self.error:
            self._halt.set()
            raise Failure(f"the load did not end: {self.error or 'too slow'}")


def kill_once(vaste, kind, chance):
    """What ended it: the name of the point, or outside."""
    if kind == "outside":
        process = vaste.start()
        try:
            process.wait(chance.uniform(0.3, 6))
        except subprocess.TimeoutExpired:
            vaste.kill()
            return kind
    else:
        if kind == "in_restore":  # from nothing, so that there is something to restore
            shutil.rmtree(vaste.folder / "state", ignore_errors=True)
        process = vaste.start(f"{kind}:{chance.randint(1, POINTS[kind])}")
        try:
            process.wait(CRASH_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"{kind} was not passed often enough in {CRASH_SECONDS} s: was this vaste built with VASTE_TEST_HOOKS?") from None
    if process.returncode != -9:
        raise Failure(f"vaste ended by itself, exit status {process.returncode}\n{vaste.tail()}")
    return kind


def test(options, directory):
    chance = random.Random(options.seed)
    with support.kafka(directory) as broker:
        config = support.write_config(directory, broker.bootstrap, POLICY)
        vaste = support.Vaste(options.vaste, config, directory)
        load = Load(broker.bootstrap, options)
        try:
            load.start()
            watcher = support.Watcher(broker.bootstrap)
            watcher.start()
            began, ends = time.monotonic(), Counter()
            kinds = (*POINTS, "outside")
            for number in range(options.kills):
                ends[kill_once(vaste, kinds[number % len(kinds)], chance)] += 1
                done = number + 1
                load.pace((options.kills - done) * (time.monotonic() - began) / done)
            under_fire, rest = time.monotonic() - began, load.left
            vaste.start()
            load.finish()
            outputs = support.Outputs(broker.bootstrap)
            took = outputs.wait_for(load.feed.positions, vaste, FINISH_SECONDS)
            outputs.close()
            until = support.settle(POLICY)
            vaste.terminate()
            seen = watcher.end()
        finally:
            vaste.kill()

        ahead = [str(log) for log in vaste.logs if "ahead of what the group committed" in log.read_text(errors="replace")]
        print(f"seed {options.seed}: {sum(ends.values())} kills in {under_fire:.0f} s ("
              + ", ".join(f"{kind} {times}" for kind, times in sorted(ends.items()))
              + f"), {len(load.feed.positions)} events, {rest} of them after the last kill; all answered {took:.1f} s "
              f"after the last event; runs that found their state ahead: {len(ahead)}", flush=True)
        if ahead:
            raise Failure(f"state ahead of what the group committed: {ahead}")
        support.check(broker, options.seed, states=[str(directory / "state")], policy=POLICY, until=until, seen=seen,
                      texts=vaste.all_logs(), canaries=support.CANARIES)


if __name__ == "__main__":
    support.main(test, support.options(__doc__, kills=27, events=30000, customers=300))
