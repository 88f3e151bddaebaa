"""Test 5: requests of transactions that come late, twice, or whose answer is lost, in one of a hundred transactions."""
import threading
import time

from support import Failure

from .proxy import ADD_PARTITIONS, END_TXN, NAMES, OFFSET_COMMIT, PRODUCE, Delay, Hold, LoseReply, Twice
from .world import world

SOCKET_SECONDS = 1.0  # socket.timeout.ms of vaste here: what takes longer is asked again
# While the broker lists who may write, and vaste writes to a partition a second time, is when a late verdict hurts.
AFTER_TIMEOUT = (0.0, 0.35)


class Hazards:
    """Decides, in the proxy's thread, what becomes of a request; each hazard's turn comes after `every` transactions."""

    def __init__(self, chance, kinds, every):
        self._chance, self._kinds, self._every = chance, kinds, every
        self._lock, self._armed, self.transactions, self.done = threading.Lock(), None, 0, {}
        self._queue, self.story = [], []

    def decide(self, request):
        with self._lock:
            if request.key == END_TXN:
                self.transactions += 1
                if self.transactions % self._every == 0 and self._armed is None:
                    if not self._queue:
                        self._queue = list(self._kinds)
                        self._chance.shuffle(self._queue)
                    self._armed = self._queue.pop()
            if self._armed is None or request.key != self._armed[0]:
                return None
            (key, kind), self._armed = self._armed, None
            name = f"{NAMES[key]} {kind}"
            self.done[name] = self.done.get(name, 0) + 1
            self.story.append(f"{time.strftime('%H:%M:%S', time.gmtime())} {name}")
            after = SOCKET_SECONDS + self._chance.uniform(*AFTER_TIMEOUT)
            return {"late": Hold(after), "twice": Twice(after), "lost reply": LoseReply(),
                    "slow": Delay(self._chance.uniform(0.05, 0.9 * SOCKET_SECONDS))}[kind]


ALL = [(key, kind) for key in (END_TXN, PRODUCE, ADD_PARTITIONS, OFFSET_COMMIT)
       for kind in ("late", "twice", "lost reply", "slow")]
WORST = [(END_TXN, "late")]


def run(options, directory, kinds, must_answer=True, **hooks):
    """The World after its end, and what the checker found; options.times transactions, or what fits into options.seconds."""
    with world(options, directory, proxied=True, per_second=options.rate, engine={"workers": options.workers,
               "commit_interval": "50ms", "progress_interval": "50ms"},
               kafka={"properties": {"socket.timeout.ms": str(int(SOCKET_SECONDS * 1000))}}) as one:
        hazards = Hazards(one.chance, kinds, options.every)
        one.start(**hooks)
        one.warm()
        one.proxy.faults(hazards.decide)
        end = time.monotonic() + options.seconds
        while hazards.transactions < options.times and time.monotonic() < end:
            one.pause(1)
        one.proxy.faults(lambda request: None)
        one.pause(2 * SOCKET_SECONDS)  # what was held comes
        one.faults = dict(hazards.done)
        one._sick.append((0, time.time() + 10))
        print(f"{hazards.transactions} transactions ended while there were {sum(hazards.done.values())} hazards, "
              f"{one.proxy.late} requests reached the broker late", flush=True)
        try:
            return one.finish(must_answer)
        except Failure:
            print("\n".join(hazards.story), flush=True)
            raise


def protocol(options, directory):
    found = run(options, directory, ALL)
    if found.figures["transactions"] < options.times // 4:
        raise Failure(f"only {found.figures['transactions']} transactions: this showed nothing")


def unrecycled(options, directory):
    """Negative control: without new producers after ambiguous requests the checker must find a torn transaction."""
    try:
        run(options, directory, WORST, must_answer=False, VASTE_SPOIL="recycle")
    except Failure as failure:
        if "torn" not in str(failure):
            raise
        print(f"as it must be without new producers: {next(line for line in str(failure).splitlines() if 'torn' in line)}", flush=True)
        return
    raise Failure("without new producers nothing was torn: the hazards, or the checker, are blind")
