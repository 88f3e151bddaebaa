"""A cluster, some vaste processes of one application, a load that goes on, readers; at its end everything is checked."""
import contextlib
import json
import random
import re
import threading
import time
from pathlib import Path

import support
from support import Failure

from .proxy import Proxy

ANSWER_SECONDS = 30  # I9: after the last fault was healed nothing is left unanswered for longer
START_SECONDS = 60
STILL_SECONDS, STILL_FOR, STILL = 60, 2, ("vaste_alerts_total", "vaste_events_total")
LATEST_SECONDS = 10  # of an alert behind its due instant, while nothing is wrong; benches measure how soon it is


class Load(threading.Thread):
    """So many events a second, until it is ended."""

    def __init__(self, bootstrap, seed, per_second, customers=300):
        super().__init__(daemon=True)
        self.feed, self.per_second, self.error = support.Feed(bootstrap), per_second, None
        self.generator, self._halt = support.Generator(seed, customers, 0.3), threading.Event()

    def run(self):
        try:
            owed, last = 0.0, time.time()
            while not self._halt.is_set():
                now = time.time()
                owed, last = min(owed + self.per_second * (now - last), self.per_second), now
                while owed >= 1:
                    topic, key, value = self.generator.next(now)
                    self.feed.send(topic, value, key)
                    owed -= 1
                time.sleep(0.02)
        except Exception as error:  # told by finish()
            self.error = error

    def finish(self):
        self._halt.set()
        self.join(30)
        if self.error or self.is_alive():
            raise Failure(f"the load did not end: {self.error or 'too slow'}")
        self.feed.flush()


class World:
    """`members`: processes with an instance name and a state directory each; started by start()."""

    def __init__(self, options, directory, broker, members=1, proxied=False, per_second=150, policy=None, **config):
        self.options, self.directory, self.broker = options, directory, broker
        self.chance = random.Random(options.seed)
        self.policy = policy or support.policy("fire-test")
        self.faults, self._sick, self.proxy = {}, [], None
        if proxied:
            ports = json.loads((Path(broker.directory) / "cluster.json").read_text())["proxied"]
            self.proxy = Proxy(ports)
        self._bootstrap = self.proxy.bootstrap if proxied else broker.bootstrap
        self.config, self.members, self.retired = config, {}, []
        for number in range(members):
            self.member(number)
        self.load = Load(broker.bootstrap, options.seed, per_second)
        self.watcher, self.began_empty = None, True

    def member(self, number, **more):
        """The number-th process, made when it is first asked for."""
        if number not in self.members:
            folder = self.directory / f"member-{number}"
            folder.mkdir()
            values = {"instance": f"member-{number}", **self.config, **more}
            file = support.write_config(folder, self._bootstrap, self.policy, **values)
            self.members[number] = support.Vaste(self.options.vaste, file, folder, name=f"member-{number}")
        return self.members[number]

    def running(self):
        return [each for each in self.members.values() if each.process and each.process.poll() is None]

    def first(self):
        """One that runs; a Failure if nobody does."""
        for each in self.members.values():
            if each.process:
                each.check_alive() if len(self.members) == 1 else None
        if not self.running():
            raise Failure("no process runs any more")
        return self.running()[0]

    def start(self, **hooks):
        for each in self.members.values():
            each.start(**hooks)
        self.watcher = support.Watcher(self.broker.bootstrap)
        self.watcher.start()
        self.load.start()

    def pause(self, seconds):
        """Work without a fault; everybody must live."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for each in self.running():
                each.check_alive()
            if self.load.error:
                raise Failure(f"the load: {self.load.error}")
            time.sleep(0.1)

    @contextlib.contextmanager
    def fault(self, name):
        """Counts it; deadlines of this time and of a while after need not be said in time."""
        self.faults[name] = self.faults.get(name, 0) + 1
        began = time.time()
        try:
            yield
        finally:
            self._sick.append((began, time.time() + ANSWER_SECONDS))

    def healthy(self, from_ms, to_ms):
        """No fault, and none that has just ended. What falls due in the moment before one is said after it."""
        return not any(began * 1000 <= to_ms and from_ms <= end * 1000 for began, end in self._sick)

    def warm(self, seconds=3):
        """Until it works, however slow the machine: the first events are answered."""
        self.pause(seconds)
        self.load.feed.flush()
        self.wait_answered(START_SECONDS)
        self._sick.append((0, time.time()))

    def wait_answered(self, seconds=ANSWER_SECONDS):
        outputs = support.Outputs(self.broker.bootstrap)
        try:
            # A copy: the load may go on.
            return outputs.wait_for(set(self.load.feed.positions), self.first(), support.patience(seconds))
        finally:
            outputs.close()

    def still(self):
        """/metrics of a while in which nothing was counted, and up to where alerts could be read then: what falls due
        later, as when the calendar of minutes opens, stands behind that."""
        seen, ends, since, end = None, [], 0, time.monotonic() + support.patience(STILL_SECONDS)
        while time.monotonic() < end:
            metrics = self.first().get("metrics")
            told = sorted(line for line in metrics[1].splitlines() if line.startswith(STILL)) if metrics else None
            if told is None or told != seen:
                # Long before the counters are looked at again: what can be read is counted then.
                seen, ends = told, support.log_ends(self.broker.bootstrap, "vaste.alerts", "read_committed")
                since = time.monotonic()
            elif time.monotonic() - since > STILL_FOR:
                return metrics, [after for _, after in ends]
            time.sleep(0.2)
        raise Failure(f"alerts went on for {support.patience(STILL_SECONDS):.0f} s after the last event")

    def finish(self, must_answer=True, **asked):
        """Ends the load, waits for every answer (I9), ends everybody, checks. What the checker found."""
        began = time.monotonic()
        self.load.finish()
        unanswered = None
        if must_answer:
            try:
                took = self.wait_answered()
            except Failure as failure:
                took, unanswered = -1, failure  # The checker may know more.
        else:  # of a negative control: what is lost is the checker's to say
            took = support.patience(ANSWER_SECONDS) / 3
            self.pause(took)
        until = support.settle(self.policy)
        did_everything = self.began_empty and len(self.members) == 1 and len(self.members[0].logs) == 1
        metrics, alert_ends = self.still() if did_everything else (self.first().get("metrics"), [])
        for each in self.running():
            each.terminate()
        seen = self.watcher.end()
        names = ", ".join(f"{name} {times}" for name, times in sorted(self.faults.items()))
        print(f"seed {self.options.seed}: faults: {names or 'none'}; {len(self.load.feed.positions)} events, {'all answered' if must_answer else 'looked at'} "
              f"{took:.1f} s after the last was sent", flush=True)
        texts = {name: text for each in [*self.members.values(), *self.retired] for name, text in each.all_logs().items()}
        ahead = [name for name, text in texts.items() if "ahead of what the group committed" in text]
        if ahead:
            raise Failure(f"state ahead of what the group committed: {ahead}")
        if metrics:
            texts["/metrics"] = metrics[1]
        states = [json.loads(each.read_text())["state_directory"] for each in self.directory.glob("member-*/vaste.yaml")]
        found = support.check(self.broker, self.options.seed, states=states, policy=self.policy, until=until, seen=seen,
                              texts=texts, canaries=support.CANARIES, healthy=self.healthy,
                              bound_ms=int(support.patience(LATEST_SECONDS) * 1000),
                              metrics=metrics[1] if did_everything else "", alert_ends=alert_ends, **asked)
        if unanswered:
            raise unanswered
        self.seconds = time.monotonic() - began
        return found

    def close(self):
        for each in [*self.members.values(), *self.retired]:
            each.kill()
        if self.proxy:
            self.proxy.close()


def committed_transactions(log):
    """So often a process said that it gave one up."""
    return len(re.findall(r"transaction given up|outcome unknown", log))


@contextlib.contextmanager
def world(options, directory, nodes=1, settings=(), proxied=False, data=None, seconds=None, **more):
    # The broker looks every ten seconds for transactions that take too long; here it does all the time.
    # The checker wants every transaction that there was: what was written last of a segment is never compacted.
    settings = ["transaction.abort.timed.out.transaction.cleanup.interval.ms=200",
                *(f"{topic}.segment.bytes={1 << 30}" for topic in ("transaction.state.log", "offsets.topic")), *settings]
    with support.kafka(directory, settings, nodes, proxied, data, seconds) as broker:
        one = World(options, directory, broker, proxied=proxied, **more)
        try:
            yield one
        finally:
            one.close()
