#!/usr/bin/python3
"""Faults of brokers, networks and machines, each followed by a check of everything (tests/README.md has the list).

fire_test.py NAME [--times N] [--seconds N] [--seed N] [--vaste FILE]
"""
import sys

import support
from fire import commits, disk, group, long, network, protocol, snapshot, versions

# name: function, and the small size; `tools/campaign NAME` has the full one
TESTS = {
    "protocol": (protocol.protocol, {"times": 10000, "seconds": 300, "workers": 4, "rate": 200, "every": 50}),
    "unrecycled": (protocol.unrecycled, {"times": 600, "seconds": 60, "workers": 4, "rate": 200, "every": 5}),
    "outcomes": (commits.outcomes, {"seconds": 20, "rate": 150}),
    "backlog": (commits.backlog, {"events": 20000, "rate": 0}),
    "purge": (commits.purge, {"times": 4, "rate": 150}),
    "network": (network.network, {"cuts": 6, "restarts": 4, "longest": 6, "rate": 100}),
    "cuts": (network.cuts, {"times": 8, "longest": 8, "rate": 100}),
    "brokers": (network.brokers, {"times": 6, "rate": 100}),
    "zombies": (group.zombies, {"times": 6, "longest": 10, "rate": 100}),
    "thaws": (group.thaws, {"times": 6, "rate": 300}),
    "rebalances": (group.rebalances, {"times": 15, "most": 4, "rate": 100, "protocol": "classic",
                                        "partitions": 12, "membership": "mixed"}),
    "handover": (group.handover, {"rate": 100}),
    "disk": (disk.disk, {"times": 10, "rate": 100}),
    "flips": (disk.flips, {"times": 40, "rate": 150}),
    "clocks": (long.clocks, {"times": 8, "rate": 100}),
    "soak": (long.soak, {"minutes": 5, "rate": 100}),
    "restore": (long.restore, {"conversations": 20000, "rate": 0}),
    "snapshot": (snapshot.snapshot, {"times": 1, "seconds": 10, "rate": 150}),
    "upgrade": (versions.upgrade, {"times": 6, "rate": 100, "before": "HEAD"}),
    "keep": (versions.keep, {"seconds": 20, "rate": 60, "before": "HEAD", "plain": 0, "archive": "kept.tar.xz"}),
    "taken_up": (versions.taken_up, {"rate": 60, "archive": ""}),
    "reversed": (disk.reversed_commit, {"rate": 100}),
}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in TESTS:
        print(f"{__doc__}\nnames: {', '.join(TESTS)}", file=sys.stderr)
        sys.exit(64)
    test, size = TESTS[sys.argv.pop(1)]
    support.main(test, support.options(__doc__, **size))


if __name__ == "__main__":
    main()
