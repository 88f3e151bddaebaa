"""What the machine and its processes say of themselves, from /proc."""
import mmap
import os
import re
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    """User and system time of the process so far, its ended threads included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def compiler_seconds(pid):
    """CPU time so far of the threads that compile, in a Java virtual machine."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            head, _, fields = (task / "stat").read_text().rpartition(")")
        except FileNotFoundError:
            continue  # It has just ended.
        if "CompilerThre" in head:
            fields = fields.split()
            found += (int(fields[11]) + int(fields[12])) / TICKS
    return found


def busy_seconds():
    """CPU time that anybody spent, of all cores together; also what the host stole."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def memory_mib(pid):
    """VmRSS, VmHWM, RssAnon, RssFile of the process."""
    text = Path(f"/proc/{pid}/status").read_text()
    return {name: int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M)[1]) / 1024
            for name in ("VmRSS", "VmHWM", "RssAnon", "RssFile")}


def mappings_mib(pid):
    """Resident memory by kind of mapping: the heap, malloc's further arenas, stacks and other, files."""
    sums = {"heap": 0, "arenas": 0, "other anonymous": 0, "files": 0}
    kind = None
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \d+\s*(.*)", line)
        if head:
            begin, name = int(head[1], 16), head[3]
            # glibc's arenas begin at a multiple of 64 MiB; a large block or a stack rarely does.
            kind = ("heap" if name == "[heap]" else "files" if name.startswith("/") else
                    "arenas" if not name and begin % (64 << 20) == 0 else "other anonymous")
        elif line.startswith("Rss:"):
            sums[kind] += int(line.split()[1])
    return {kind: round(kib / 1024, 1) for kind, kib in sums.items()}


def folder_mib(path):
    return sum(file.stat().st_blocks * 512 for file in Path(path).rglob("*") if file.is_file()) / 2**20


def touch_memory():
    """Seconds of CPU for a GiB that is written for the first time, of 8 GiB (half of what is available, if that is less).

    A virtual machine is given its memory when it is first touched, which costs several times what the kernel alone
    asks for a page, and is paid by whoever happens to come first. What was touched is reused first afterwards.
    """
    available = int(re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text(), re.M)[1]) << 10
    size = min(8 << 30, available // 2) // mmap.PAGESIZE * mmap.PAGESIZE
    began = time.process_time()
    with mmap.mmap(-1, size) as memory:
        for first in range(0, size, 1 << 26):
            end = min(size, first + (1 << 26))
            memory[first:end:mmap.PAGESIZE] = bytes((end - first) // mmap.PAGESIZE)
    return (time.process_time() - began) / (size / (1 << 30))


class Meter:
    """CPU seconds since it was made, or since restart(), of named processes and of everybody else."""

    def __init__(self, **pids):
        self._pids = pids
        self.restart()

    def restart(self):
        self._wall, self._busy = time.monotonic(), busy_seconds()
        self._begin = {name: cpu_seconds(pid) for name, pid in self._pids.items()}

    def read(self):
        """{"wall": seconds, name: CPU seconds, ..., "others": CPU seconds}"""
        used = {name: cpu_seconds(pid) - self._begin[name] for name, pid in self._pids.items()}
        others = busy_seconds() - self._busy - sum(used.values())
        return {"wall": time.monotonic() - self._wall, **used, "others": max(0.0, others)}


def facts(root, vaste):
    """Of what and where the figures are."""
    def said(*command):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=30)
        return done.stdout.strip() if done.returncode == 0 else "unknown"

    cpuinfo = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^model name\s*: (.*)", cpuinfo, re.M)
    rdkafka = re.search(rb"librdkafka[ -]v?(\d+\.\d+\.\d+)|\0(2\.1\d\.\d)\0", Path(vaste).read_bytes())
    kafka = re.search(r'^VERSION = "(.*)"', (Path(root) / "tools/kafka").read_text(), re.M)
    changed = said("git", "-C", str(root), "status", "--porcelain", "--untracked-files=no")
    return {
        "cores": os.cpu_count(), "cpu": model[1] if model else "unknown",
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20,
        "kernel": os.uname().release, "load_before": os.getloadavg()[0],
        "commit": said("git", "-C", str(root), "rev-parse", "--short=12", "HEAD") + ("+changes" if changed else ""),
        "vaste": said(str(vaste), "version").splitlines()[0],
        "librdkafka": (rdkafka[1] or rdkafka[2]).decode() if rdkafka else "unknown",
        "kafka": kafka[1] if kafka else "unknown", "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
