"""The peer: Kafka Streams with the hops, store and outputs of vaste and none of its work. See tests/bench/peer."""
import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from .desk import ROOT, Failure, Unavailable

PEER = ROOT / "tests/bench/peer"


def _jars():
    """Fetched once, by Maven."""
    pom = PEER / "pom.xml"
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vaste"
    jars = cache / ("peer-java-" + hashlib.sha256(pom.read_bytes()).hexdigest()[:12])
    if jars.is_dir():
        return jars
    if not shutil.which("mvn"):
        raise Unavailable("no mvn here, needed once to fetch Kafka Streams; tools/deps installs it")
    partial = f"{jars}.partial-{os.getpid()}"
    done = subprocess.run(["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={partial}"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    if done.returncode != 0:
        shutil.rmtree(partial, ignore_errors=True)
        raise Unavailable(f"mvn cannot fetch Kafka Streams\n{done.stdout[-1500:]}")
    os.rename(partial, jars)
    return jars


def start(place):
    """In the place of vaste at this desk; its process id."""
    options = place.options
    return place.run(["java", f"-Xmx{options.heap}m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", f"{_jars()}/*",
                      str(PEER / "Peer.java"), place.kafka.bootstrap, str(place.state), str(options.workers)])


def finish(place, events):
    """SIGTERM; it must have passed each event once."""
    place.check_alive()
    place.process.send_signal(signal.SIGTERM)
    place.process.wait(60)
    if f"passed {events}\n" not in place.log().read_text():
        raise Failure(f"Kafka Streams did not pass {events} events\n{place.tail()}")
