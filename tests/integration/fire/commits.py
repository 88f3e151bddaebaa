"""What follows a commit: outcomes that nobody tells, and what is deleted of the core topic behind it."""
import re
import time

import support
from support import Failure

from .world import world

BACKLOG_SECONDS = 100
TRANSACTION_SECONDS = 2
LEAST_PURGED = 0.9
LEAST_OUTCOMES = 10
MOST_TIMES = 5


def outcomes(options, directory):
    """Of ten commits one is done and not told, one is not even asked for (VASTE_SPOIL=outcome); nothing else is wrong."""
    with world(options, directory, per_second=options.rate) as one:
        one.start(VASTE_SPOIL="outcome")
        one.warm()

        def counts():
            log = one.members[0].log()
            return [len(re.findall(f"the transaction in doubt was {word}", log)) for word in ("committed", "not committed")]
        one.pause(options.seconds)
        # A slow machine asks for fewer in that time.
        end = time.monotonic() + MOST_TIMES * options.seconds
        while min(counts()) < LEAST_OUTCOMES and time.monotonic() < end:
            one.pause(1)
        found = one.finish()
        done, not_done = counts()
        print(f"asked what came of them: {done} were committed, {not_done} were not; {found.figures['aborted']} aborted", flush=True)
        if min(done, not_done) < LEAST_OUTCOMES:
            raise Failure("hardly an outcome was unknown: this showed nothing")


def purge(options, directory):
    """The core topic is deleted behind the commits, under kill -9; what is there afterwards is what nobody has read."""
    with world(options, directory, per_second=options.rate, engine={"purge_interval": "500ms"}) as one:
        one.start()
        one.warm()
        for _ in range(options.times):
            with one.fault("kill"):
                one.members[0].kill()
                one.members[0].start()
                one.pause(4)
        # From the changelog alone, without anything of the core topic.
        one.wait_answered()
        with one.fault("state lost"):
            one.members[0].kill()
            one.members[0].forget_state()
            one.members[0].start()
            one.pause(2)
        one.finish(purged=True)
        ends = support.log_ends(one.broker.bootstrap, "vaste.core")
        held, written = sum(high - low for low, high in ends), sum(high for _, high in ends)
        print(f"of {written} records of the core topic {held} are left", flush=True)
        if held > (1 - LEAST_PURGED) * written:
            raise Failure(f"hardly anything was deleted: {ends}")


def backlog(options, directory):
    """In one poll there is more than is done before the broker gives the transaction up; each time again, where all of it had to be in one."""
    with world(options, directory, per_second=0, kafka={"transaction_timeout": f"{TRANSACTION_SECONDS}s", "commit_patience": f"{TRANSACTION_SECONDS}s"},
               engine={"poll_records": 100000, "transaction_size": "256MiB", "timers_per_round": 100, "workers": 1}) as one:
        feed, generator = one.load.feed, support.Generator(options.seed)
        for _ in range(options.events):
            topic, key, value = generator.next(time.time())
            feed.send(topic, value, key)
        feed.flush()
        with one.fault("backlog"):  # What was due meanwhile is said when it is over.
            one.start()
            took = one.wait_answered(BACKLOG_SECONDS)
        print(f"{options.events} events worked off in {took:.1f} s", flush=True)
        if took < 2 * TRANSACTION_SECONDS:
            raise Failure(f"all was done in {took:.1f} s, a transaction may take {TRANSACTION_SECONDS}: this showed nothing")
        one.finish()
