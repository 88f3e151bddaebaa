#!/usr/bin/python3
"""Faults of brokers, networks and machines, each followed by a check of everything (tests/README.md has the list).

fire_test.py NAME [--times N] [--seconds N] [--seed N] [--vaste FILE]
"""
import sys

import support
from fire import protocol

# name: function, times, seconds at most, workers, events a second
TESTS = {
    "protocol": (protocol.protocol, 2000, 60, 4, 200),
    "unrecycled": (protocol.unrecycled, 600, 60, 4, 200),
}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in TESTS:
        print(f"{__doc__}\nnames: {', '.join(TESTS)}", file=sys.stderr)
        sys.exit(64)
    test, times, seconds, workers, rate = TESTS[sys.argv.pop(1)]
    support.main(test, support.options(__doc__, times=times, seconds=seconds, workers=workers, rate=rate))


if __name__ == "__main__":
    main()
