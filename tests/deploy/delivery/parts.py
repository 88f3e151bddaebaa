"""What these tests share: their options, and the places of what tools/validators installed."""
import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SKIPPED = 77


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--build", default=str(ROOT / "build/dev"))
    parser.add_argument("--vaste", default=str(ROOT / "build/dev/src/vaste"))
    return parser.parse_args()


def skip(why):
    print(f"*** SKIP: {why} ***")
    sys.exit(SKIPPED)


def cache():
    return Path(os.environ.get("VASTE_CACHE") or Path.home() / ".cache/vaste")


def validators():
    """The folder that tools/validators fills."""
    version = re.search(r"^version='(.+?)'", (ROOT / "tools/validators").read_text(), re.M).group(1)
    folder = cache() / f"validators-{version}"
    if not folder.is_dir():
        skip("no validators here: tools/validators installs them")
    return folder


def run(*words, fails=False, **more):
    """Standard output of a program that must end well, or must not."""
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          timeout=more.pop("timeout", 120), **more)
    if (done.returncode != 0) != fails:
        sys.exit(f"FAILED: {' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr
