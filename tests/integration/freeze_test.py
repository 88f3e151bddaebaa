#!/usr/bin/python3
"""The process stands still for longer than its transactions may take, again and again, while events keep coming: the
broker gives its transactions up, and it goes on with new producers. Every event comes out once."""
import time

import support
from support import Failure

SECONDS = 5         # of each freeze; a transaction may take three
BETWEEN = 4         # seconds of work before each
PER_SECOND = 400
FINISH_SECONDS = 300
POLICY = {"policy": "freeze-test", "version": "1",
          "rules": [{"name": "all", "targets": {"first_response": {"target": "1h", "calendar": "24x7"}}}]}
GIVEN_UP = "outcome unknown"


def feed_for(seconds, feed, generator):
    end, made = time.time() + seconds, 0
    while (now := time.time()) < end:
        topic, key, value = generator.next(now)
        feed.send(topic, value, key)
        made += 1
        time.sleep(max(0.0, end - seconds + made / PER_SECOND - time.time()))


def test(options, directory):
    # The broker looks every ten seconds for transactions that take too long; here it does all the time.
    with support.kafka(directory, ["transaction.abort.timed.out.transaction.cleanup.interval.ms=200"]) as broker:
        config = support.write_config(directory, broker.bootstrap, POLICY, kafka={
            "transaction_timeout": "3s", "commit_patience": "3s", "session_timeout": "30s",
            "properties": {"socket.timeout.ms": "3000"}})
        vaste = support.Vaste(options.vaste, config, directory)
        feed, generator = support.Feed(broker.bootstrap), support.Generator(options.seed)
        try:
            vaste.start()
            for _ in range(options.freezes):
                feed_for(BETWEEN, feed, generator)
                with vaste.standing_still():
                    feed_for(SECONDS, feed, generator)
            feed_for(BETWEEN, feed, generator)
            feed.flush()
            outputs = support.Outputs(broker.bootstrap)
            took = outputs.wait_for(feed.positions, vaste, FINISH_SECONDS)
            while outputs.poll(2):
                pass
            outputs.close()
            vaste.terminate()
        finally:
            vaste.kill()
    twice = [at for at, records in outputs.enriched.items() if len(records) > 1]
    given_up = vaste.log().count(GIVEN_UP)
    print(f"seed {options.seed}: {options.freezes} freezes of {SECONDS} s, {given_up} transactions given up, "
          f"{len(feed.positions)} events: 0 lost, {len(twice)} duplicated, {len(outputs.dead)} dead letters, all "
          f"{took:.1f} s after the last was sent")
    if twice or outputs.dead:
        raise Failure(f"duplicated {twice[:5]}, dead {list(outputs.dead)[:5]}\n{vaste.tail()}")
    if given_up == 0:
        raise Failure(f"no transaction was given up: this test showed nothing\n{vaste.tail()}")


if __name__ == "__main__":
    support.main(test, support.options(__doc__, freezes=3))
