#!/usr/bin/python3
"""The Debian package, built from what was compiled and installed into a bookworm that has nothing else: the service is started
as its unit says, with us as its service manager, against a real Kafka; an alert comes out; it stops and leaves cleanly."""
import configparser
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import parts

sys.path.insert(0, str(parts.ROOT / "tests/integration"))
import support  # noqa: E402
from support import Failure  # noqa: E402

RELEASE = "bookworm"
POLICY = """policy: package
rules:
  - {name: all, targets: {first_response: {target: 2s}}}
"""


# Files that the program prints itself.
PRINTED = {"/usr/share/bash-completion/completions/vaste": "completion bash", "/usr/share/zsh/vendor-completions/_vaste": "completion zsh",
           "/usr/share/fish/vendor_completions.d/vaste.fish": "completion fish", "/usr/share/man/man1/vaste.1": "man"}


def run(*words, seconds=300, **more):
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=seconds, stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, words))}: exit {done.returncode}\n{done.stdout[-3000:]}")
    return done.stdout


def build_package(build, directory):
    run("cpack", "-G", "DEB", "--config", f"{build}/CPackConfig.cmake", "-B", directory / "package", cwd=build)
    package, = (directory / "package").glob("*.deb")
    print(f"{package.name}, {package.stat().st_size >> 10} KiB")
    return package


def mirror():
    """Where this machine has its own bookworm from."""
    told = run("apt-get", "indextargets", "--format", "$(CODENAME)|$(REPO_URI)", "Created-By: Packages")
    found = [line.split("|")[1] for line in told.splitlines() if line.startswith(f"{RELEASE}|")]
    if not found:
        parts.skip(f"no mirror of Debian {RELEASE} in apt's configuration")
    return found[0]


def make_root(root, wanted):
    """A small bookworm with what the package depends on, once for each list of that."""
    print(f"making {root} (once)", flush=True)
    partial = Path(f"{root}.partial-{os.getpid()}")
    try:
        run("debootstrap", "--variant=minbase", RELEASE, partial, mirror(), seconds=900)
        for name in ("sources.list", "sources.list.d", "apt.conf.d", "trusted.gpg.d"):
            source = Path("/etc/apt") / name
            if source.is_dir():
                shutil.copytree(source, partial / "etc/apt" / name, dirs_exist_ok=True)
            elif source.exists():
                shutil.copy(source, partial / "etc/apt" / name)
        inside = ("chroot", partial, "env", "DEBIAN_FRONTEND=noninteractive")
        # Only bookworm's own: a machine may have more sources, and their keys elsewhere.
        (partial / "etc/apt/sources.list.d").mkdir(exist_ok=True)
        for extra in (partial / "etc/apt/sources.list.d").iterdir():
            extra.unlink()
        (partial / "etc/apt/sources.list").write_text(f"deb {mirror()} {RELEASE} main\n")
        run(*inside, "apt-get", "update", "-qq", seconds=300)
        run(*inside, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted, seconds=600)
        run(*inside, "apt-get", "clean")
        partial.rename(root)
    finally:
        subprocess.run(["umount", "--lazy", str(partial / "proc")], stderr=subprocess.DEVNULL)
        shutil.rmtree(partial, ignore_errors=True)


class Root:
    """A copy of that bookworm, and what a running system has on top. Mounts are of this process alone, see main()."""

    def __init__(self, package, directory):
        # Versions may be newer than what was cached; dpkg says when they are too old.
        depends = run("dpkg-deb", "--field", package, "Depends").strip()
        wanted = sorted(re.sub(r"\s*\(.*?\)", "", one.split("|")[0]).strip() for one in depends.split(","))
        print(f"depends on {len(wanted)} packages")
        if any(name.startswith("vaste") for name in wanted) or len(wanted) < 10:
            raise Failure(f"dpkg-shlibdeps was not asked: {depends}")
        name = hashlib.sha256(" ".join(wanted).encode()).hexdigest()[:12]
        base = parts.cache() / f"{RELEASE}-{name}"
        if not base.is_dir():
            make_root(base, wanted)
        self.path = directory / "root"
        self._overlay(base, directory)
        run("mount", "-t", "proc", "proc", self.path / "proc")
        # Devices of its own: what clears up behind us must never meet the machine's.
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", self.path / "dev")
        for name, major, minor in (("null", 1, 3), ("zero", 1, 5), ("random", 1, 8), ("urandom", 1, 9)):
            run("mknod", "-m", "666", self.path / "dev" / name, "c", major, minor)

    def _overlay(self, base, directory):
        self.path.mkdir()
        layer = directory / "layer"
        layer.mkdir()
        # A layer cannot lie on an overlay itself, as directories of containers do.
        run("mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", layer)
        for part in ("upper", "work"):
            (layer / part).mkdir()
        done = subprocess.run(["mount", "-t", "overlay", "-o", f"lowerdir={base},upperdir={layer}/upper,workdir={layer}/work",
                               "overlay", str(self.path)], stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            print(f"no overlay ({done.stderr.strip()}): copying")
            run("cp", "-a", f"{base}/.", self.path)

    def close(self):
        for mount in (self.path / "dev", self.path / "proc", self.path, self.path.parent / "layer"):
            subprocess.run(["umount", "--lazy", str(mount)], stderr=subprocess.DEVNULL)

    def words(self, *words, user=None):
        return ["chroot", *([f"--userspec={user}:{user}"] if user else []), str(self.path), *map(str, words)]

    def run(self, *words, user=None):
        return run(*self.words(*words, user=user))

    def file(self, path):
        return self.path / str(path).lstrip("/")


def install(root, package):
    shutil.copy(package, root.file("/tmp/vaste.deb"))
    root.run("dpkg", "--install", "/tmp/vaste.deb")
    for path in ("/usr/bin/vaste", "/etc/vaste/vaste.yaml", "/etc/vaste/policies/service-desk.yaml",
                 "/usr/share/vaste/policies/web-shop.yaml", "/usr/share/vaste/contract/vaste.binpb",
                 "/usr/share/vaste/contract/asyncapi.yaml", "/usr/share/vaste/contract/vaste/v1/enriched.proto",
                 "/usr/share/doc/vaste/copyright", "/usr/share/doc/vaste/examples/python/consume.py", *PRINTED):
        if not root.file(path).is_file():
            raise Failure(f"the package has no {path}")
    for path, words in PRINTED.items():
        if root.file(path).read_text() != root.run("vaste", *words.split()):
            raise Failure(f"{path} is not what `vaste {words}` prints")
    if root.file("/usr/share/vaste/contract/vaste/v1/core.proto").exists():
        raise Failure("the package publishes vaste's own messages")
    root.run("vaste", "check", "/etc/vaste/vaste.yaml")
    owner = root.run("stat", "-c", "%U:%G %a", "/var/lib/vaste").strip()
    if owner != "vaste:vaste 700":
        raise Failure(f"/var/lib/vaste is {owner}")


def configure(root, bootstrap):
    """As an operator would: the brokers and the policy, and a port that is free here."""
    file = root.file("/etc/vaste/vaste.yaml")
    text = file.read_text()
    for old, new in ((r"bootstrap_servers: \S+", f"bootstrap_servers: {bootstrap}"), (r"port: 9464 ", "port: 0 "),
                     (r"policy: \S+", "policy: policies/mine.yaml"), (r"core_partitions: 12 ", "core_partitions: 4 "),
                     (r"\{topic: support\.social, format: json\}", "{topic: support.social}"),
                     (r", lateness: 5m, channels: \[email\]", "")):
        text, count = re.subn(old, new, text)
        if count != 1:
            raise Failure(f"the default configuration has no {old}")
    file.write_text(text)
    root.file("/etc/vaste/policies/mine.yaml").write_text(POLICY)
    root.run("vaste", "topics", "create", "-c", "/etc/vaste/vaste.yaml", "--sources", "2", user="vaste")


class Manager:
    """A service manager's end of the unit's Type=notify."""

    def __init__(self, root, log):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(root.file("/usr/lib/systemd/system/vaste.service"))
        self.service = unit["Service"]
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(f"\0vaste-package-test-{os.getpid()}")
        self._socket.setblocking(False)
        self.news = []
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "NOTIFY_SOCKET": f"@vaste-package-test-{os.getpid()}",
                       "WATCHDOG_USEC": str(int(self.service["WatchdogSec"]) * 1000000)}
        self.log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(root.words(*self.service["ExecStart"].split(), user=self.service["User"]),
                                            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def hear(self):
        while True:
            try:
                self.news += self._socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return

    def wait(self, condition, seconds, what):
        until = time.monotonic() + seconds
        while True:
            self.hear()
            if condition():
                return
            if self.process.poll() is not None or time.monotonic() > until:
                raise Failure(f"{what}: not within {seconds} s (exit status {self.process.poll()}, heard {self.news[-5:]})\n"
                              + Path(self.log).read_text(errors="replace")[-3000:])
            time.sleep(0.1)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(int(self.service["TimeoutStopSec"]))
        except subprocess.TimeoutExpired:
            raise Failure("it does not stop in its time") from None
        self.hear()
        if status != 0 or "STOPPING=1" not in self.news:
            raise Failure(f"exit status {status} after SIGTERM, heard {self.news[-3:]}")


def alert_comes(manager, bootstrap):
    feed, outputs = support.Feed(bootstrap), support.Outputs(bootstrap)
    question = support.event("q1", "chat", time.time(), [("CHAT_VISITOR", "ann")], [("CHAT_SESSION", "s1")],
                             **support.message(True))
    feed.send("support.chat", support.text_of(question), "s1")
    feed.flush()
    manager.wait(lambda: outputs.poll(0.2) and outputs.alerts or outputs.alerts, 60, "an alert")
    outputs.close()
    alert, = {alert.sla for alert in outputs.alerts.values()}
    print(f"alert: {alert}")


def remove(root):
    root.run("dpkg", "--remove", "vaste")
    if not root.file("/etc/vaste/vaste.yaml").exists() or root.file("/usr/bin/vaste").exists():
        raise Failure("removal leaves the program, or takes the configuration")
    root.run("dpkg", "--purge", "vaste")
    left = [path for path in ("/etc/vaste/vaste.yaml", "/var/lib/vaste") if root.file(path).exists()]
    if left:
        raise Failure(f"a purge leaves {left}")


def test(options, directory):
    began = time.monotonic()
    package = build_package(options.build, directory)
    root = Root(package, directory)
    try:
        serve(root, package, directory)
    finally:
        root.close()
    print(f"installed, started, stopped and removed in {time.monotonic() - began:.0f} s")


def serve(root, package, directory):
    install(root, package)
    with support.kafka(directory) as kafka:
        configure(root, kafka.bootstrap)
        manager = Manager(root, directory / "vaste.log")
        try:
            manager.wait(lambda: "READY=1" in manager.news, 90, "READY=1")
            alert_comes(manager, kafka.bootstrap)
            manager.wait(lambda: manager.news.count("WATCHDOG=1") >= 3, 30, "three meals for the watchdog")
            manager.stop()
        finally:
            manager.process.kill()
            manager.process.wait()
        owners = root.run("find", "/var/lib/vaste", "!", "-user", "vaste")
        if owners:
            raise Failure(f"not the service's: {owners}")
    remove(root)


def main():
    options = parts.options(__doc__)
    options.seed, options.keep = 0, False
    if os.geteuid() != 0:
        parts.skip("not root: a package cannot be installed into a root of its own")
    missing = [name for name in ("cpack", "dpkg-deb", "dpkg-shlibdeps", "debootstrap", "chroot", "unshare") if not shutil.which(name)]
    if missing:
        parts.skip(f"no {', '.join(missing)} here")
    if "VASTE_PACKAGE_TEST" not in os.environ:
        # Mounts of its own, which end with the process however it ends.
        if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL).returncode != 0:
            parts.skip("this machine gives no mounts of one's own (unshare --mount)")
        os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv],
                   {**os.environ, "VASTE_PACKAGE_TEST": "inside"})
    support.main(test, options)


if __name__ == "__main__":
    main()
