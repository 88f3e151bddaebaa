#!/usr/bin/python3
"""More workers than partitions: who has none stands by, and the process is ready all the same."""
import re
import time

import support
from support import Failure

WORKERS, SESSION = 7, 6  # more than there are partitions of one source and one of the core
READY_SECONDS = 20


def wait_ready(vaste):
    end = time.monotonic() + support.patience(READY_SECONDS)
    while (answer := vaste.readyz()) is None or answer[0] != 200:
        vaste.check_alive()
        if time.monotonic() > end:
            raise Failure(f"not ready: {answer}\n{vaste.tail()}")
        time.sleep(0.1)


def test(options, directory):
    with support.kafka(directory) as broker:
        config = support.write_config(
            directory, broker.bootstrap, support.policy("spare-test"), topics={"core_partitions": 1},
            engine={"workers": WORKERS}, kafka={"session_timeout": f"{SESSION}s"},
            sources=[{"topic": "support.chat", "format": "json"}])
        vaste = support.Vaste(options.vaste, config, directory)
        feed, outputs = support.Feed(broker.bootstrap), support.Outputs(broker.bootstrap)
        try:
            vaste.start()
            wait_ready(vaste)
            log = vaste.log()
            feed.send("support.chat", support.text_of(support.event(
                1, "chat", time.time(), [("CHAT_VISITOR", "visitor-1")], [("CHAT_SESSION", "session-1")],
                **support.message(True))), "session-1")
            feed.flush()
            took = outputs.wait_for(feed.positions, vaste, support.patience(READY_SECONDS))
            vaste.terminate()
        finally:
            outputs.close()
            vaste.kill()
    owners = {partition: worker for worker, partition in re.findall(r"(worker \d+): assigned ([\w.]+\[\d+\])", log)}
    busy = set(owners.values())
    print(f"{WORKERS} workers, {len(busy)} of them with partitions: ready, answered in {took:.1f} s")
    if not 0 < len(busy) < WORKERS:
        raise Failure(f"with partitions: {sorted(busy)}; this showed nothing\n{log}")


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
