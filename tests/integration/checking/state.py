"""vaste's local state, read with RocksDB's own tool (ldb) from a copy; the layout of keys as src/README.md tells it."""
import shutil
import subprocess
import tempfile
from pathlib import Path

SIGN = 1 << 63
LOCAL = b"b"  # the index of next breaches: of the local database alone


class NoTool(Exception):
    """Debian's rocksdb-tools is not installed."""


class Corrupt(Exception):
    """ldb cannot read it."""


def scan(folder):
    """{key: value} of a database that nobody has open."""
    if not shutil.which("ldb"):
        raise NoTool("no ldb: install rocksdb-tools (tools/deps --test does)")
    with tempfile.TemporaryDirectory(prefix="vaste-state-") as copy:
        shutil.copytree(folder, Path(copy) / "db")
        done = subprocess.run(["ldb", f"--db={copy}/db", "scan", "--hex"], capture_output=True, text=True, timeout=300)
    if done.returncode != 0 or done.stdout.startswith("Failed"):
        raise Corrupt(f"ldb scan of {folder}: {(done.stdout + done.stderr)[-500:]}")
    pairs = {}
    for line in done.stdout.splitlines():
        key, found, value = line.partition(" ==> ")
        if not found:
            key, found, value = line.partition(" : ")
        if found:
            pairs[bytes.fromhex(key[2:])] = bytes.fromhex(value[2:])
    return pairs


def number(data):
    return int.from_bytes(data, "big") - SIGN


def partitions(folder, damaged=False):
    """partition -> (input position, changelog position, state) of each database below a state directory.

    damaged: those that RocksDB itself calls corrupt are left out; a copy of the checker's says nothing wrong of them.
    """
    out = {}
    for database in sorted(Path(folder).glob("core-*")):
        name = database.name.partition("-")[2]
        if not name.isdigit():
            continue  # put aside as damaged
        try:
            pairs = scan(database)
        except Corrupt:
            if not damaged:
                raise
            continue
        positions = pairs.get(b"mpositions")
        at, changelog = (number(positions[:8]), number(positions[8:])) if positions else (0, 0)
        out[int(name)] = (at, changelog, {key[1:]: value for key, value in pairs.items() if key[:1] == b"s"})
    return out


def replay(records, until):
    """What a changelog says up to an offset."""
    state = {}
    for offset, key, value in records:
        if offset >= until:
            break
        if value is None:
            state.pop(key, None)
        else:
            state[key] = value
    return state
