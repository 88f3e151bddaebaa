"""A Prometheus, an Alertmanager and a receiver of webhooks for tests: on free ports of loopback, ended with their `with`.

Each server also ends by itself after `seconds`, should the test be killed. Addresses are host:port.
"""
import http.server
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = 77
PROGRAMS = {"prometheus": ("prometheus",), "alertmanager": ("prometheus-alertmanager", "alertmanager")}


class Failure(Exception):
    """The test failed; the text says how."""


def need(*tools):
    """Ends the test as skipped, and says so, where one of them is not installed."""
    for tool in tools:
        if not any(map(shutil.which, PROGRAMS.get(tool, (tool,)))):
            print(f"SKIPPED: no {tool} here; tools/deps --test installs it")
            sys.exit(SKIPPED)


def rules():
    """Those of deploy/prometheus, recorded series and alerts."""
    return [rule for file in sorted((ROOT / "deploy/prometheus/rules").glob("*.yaml"))
            for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


def unparsed(expressions):
    """promtool's complaints about expressions; it reads them as recorded series."""
    made = [{"record": f"expression:{number}", "expr": expression} for number, expression in enumerate(expressions)]
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.safe_dump({"groups": [{"name": "expressions", "rules": made}]}, file, width=10000)
        file.flush()
        done = subprocess.run(["promtool", "check", "rules", file.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=60)
    return [] if done.returncode == 0 else [done.stdout]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, seconds, ask, pause=0.2):
    """The first true answer of ask(); a Failure that names `what` if there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Server:
    """One process of its own that answers /-/ready."""

    def __init__(self, name, directory, seconds, *arguments):
        self._log = Path(directory) / f"{name}.log"
        program = next(filter(None, map(shutil.which, PROGRAMS[name])))
        for left in (2, 1, 0):  # the port may be taken meanwhile
            self.address = f"127.0.0.1:{free_port()}"
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    ["timeout", "-k", "10", str(seconds), program, f"--web.listen-address={self.address}", *arguments],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=directory)
            try:
                wait_until(f"{name} is ready\n{self.log()}", 60, self._ready_or_over)
            except BaseException:
                self.stop()
                raise
            if self._process.poll() is None:
                return
            if not left or "address already in use" not in self.log():
                raise Failure(f"{name} ended by itself\n{self.log()}")

    def log(self):
        return self._log.read_text(errors="replace")[-3000:]

    def get(self, path, **parameters):
        query = "?" + urllib.parse.urlencode(parameters, doseq=True) if parameters else ""
        with urllib.request.urlopen(f"http://{self.address}{path}{query}", timeout=30) as answer:
            return json.load(answer)

    def _ready_or_over(self):
        if self._process.poll() is not None:
            return True
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self):
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Prometheus(Server):
    """Scrapes `targets` as job vaste, with the rules of deploy/prometheus evaluated each `every` instead of their own interval.

    `hold`: what alerts have to hold for, instead of their own time.
    """

    def __init__(self, directory, targets, alertmanagers=(), every="1s", hold=None, seconds=600):
        directory = Path(directory) / "prometheus"
        (directory / "rules").mkdir(parents=True, exist_ok=True)
        for file in (ROOT / "deploy/prometheus/rules").glob("*.yaml"):
            rules = yaml.safe_load(file.read_text())
            for group in rules["groups"]:
                group["interval"] = every
                for rule in group["rules"]:
                    if hold and "alert" in rule:
                        rule["for"] = hold
            (directory / "rules" / file.name).write_text(yaml.safe_dump(rules, width=10000))
        config = {"global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
                  "rule_files": ["rules/*.yaml"],
                  "alerting": {"alertmanagers": [{"static_configs": [{"targets": list(alertmanagers)}]}]},
                  "scrape_configs": [{"job_name": "vaste", "static_configs": [{"targets": list(targets)}]}]}
        (directory / "prometheus.yml").write_text(yaml.safe_dump(config))
        super().__init__("prometheus", directory, seconds, "--config.file=prometheus.yml", "--log.level=warn",
                         "--storage.tsdb.path=data", "--storage.tsdb.retention.time=60d")

    def query(self, expression):
        """The samples of an instant query: (labels, value)."""
        try:
            data = self.get("/api/v1/query", query=expression)["data"]
        except urllib.error.HTTPError as error:
            raise Failure(f"{expression}: {error.read().decode(errors='replace')}") from None
        if data["resultType"] == "scalar":
            return [({}, float(data["result"][1]))]
        return [(sample["metric"], float(sample["value"][1])) for sample in data["result"]]

    def firing(self):
        """The labels of all alerts that fire."""
        return [alert["labels"] for alert in self.get("/api/v1/alerts")["data"]["alerts"] if alert["state"] == "firing"]


def backfill(directory, openmetrics):
    """Gives a Prometheus that is not started yet a past, as text in OpenMetrics."""
    directory = Path(directory) / "prometheus"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "past.om").write_text(openmetrics)
    done = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "past.om", "data"], cwd=directory,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    if done.returncode != 0:
        raise Failure(f"promtool tsdb: {done.stdout}")


class Alertmanager(Server):
    """The routes and inhibitions of deploy/alertmanager; receivers post to http://WEBHOOKS/RECEIVER, groups wait one second."""

    def __init__(self, directory, webhooks, seconds=600):
        directory = Path(directory) / "alertmanager"
        directory.mkdir(parents=True, exist_ok=True)
        config = yaml.safe_load((ROOT / "deploy/alertmanager/alertmanager.yml").read_text())
        for receiver in config["receivers"]:
            receiver["webhook_configs"] = [{"url": f"http://{webhooks}/{receiver['name']}"}]
        self._hasten(config["route"])
        (directory / "alertmanager.yml").write_text(yaml.safe_dump(config))
        super().__init__("alertmanager", directory, seconds, "--config.file=alertmanager.yml", "--log.level=warn",
                         "--storage.path=data", "--cluster.listen-address=")

    def _hasten(self, route):
        route["group_wait"], route["group_interval"] = "1s", "1s"
        for each in route.get("routes", ()):
            self._hasten(each)

    def post(self, *alerts):
        """Each a dict of labels: fires from now on."""
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        request = urllib.request.Request(f"http://{self.address}/api/v2/alerts", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=30).close()

    def alerts(self):
        """(labels, state) of what is active; state is `active` or `suppressed`."""
        return [(alert["labels"], alert["status"]["state"]) for alert in self.get("/api/v2/alerts")]


class Webhooks:
    """Keeps what is posted: (path without its slash, JSON)."""

    def __init__(self):
        self.received = []
        received = self.received

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                received.append((self.path.strip("/"), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
