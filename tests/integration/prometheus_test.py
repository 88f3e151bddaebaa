#!/usr/bin/python3
"""Every panel of the dashboards returns data: a real Kafka, `vaste run` under load, a real Prometheus with our rules.

A week of the past is given to Prometheus beforehand, as panels compare with a week ago. Buffers and caches are as small
as can be, so that RocksDB has files to read.
"""
import json
import math
import subprocess
import threading
import time

import monitoring
import queries
import support
from support import ROOT, Failure

GOALS = {"sla_met": "90%", "service_level": "80%", "not_abandoned": "95%", "csat": "85%", "ces": "80%", "fcr": "70%",
         "not_reopened": "90%", "nps": 30}
QUEUES = ("chat-sales", "chat-support", "email-orders", "email-support", "phone-main", "phone-tech", "social-care")
WEEK, DAY = 7 * 86400, 86400
LOADED_SECONDS = 60 * 60  # of event time
PATIENCE_SECONDS = 150


def policy():
    """The service desk's, with a goal for every KPI and first contacts decided within an hour instead of a week."""
    text = (ROOT / "deploy/policies/service-desk.yaml").read_text()
    return f"{text}\ngoals: {json.dumps(GOALS)}\nkpis: {{repeat_window: 1h}}\n"


def past(now):
    """What was scraped and recorded a week ago, as OpenMetrics: a day of counters, and half an hour of KPIs."""
    lines = []

    def family(name, kind, rows):
        lines.append(f"# TYPE {name} {kind}")
        lines.extend(f"{series} {value} {at:.0f}" for series, value, at in rows)
    days = range(int(now - WEEK - DAY - 1800), int(now - WEEK + 1800), 300)
    minutes = range(int(now - WEEK - 1800), int(now - WEEK + 1800), 60)
    quality, samples = "queue_kpi:vaste_quality:ratio_increase1d", "queue_kpi:vaste_samples:increase1d"
    kpis = [(queue, kpi) for queue in QUEUES for kpi in GOALS] + [("_other", "enps"), ("", "enps")]
    for name, value in ((quality, 0.95), (samples, 100)):
        family(name, "gauge", [(f'{name}{{{_queue(queue)}kpi="{kpi}"}}', value, at) for queue, kpi in kpis for at in minutes])
    for name, labels in (("vaste_handle_seconds", ("phase", ("talk", "hold", "wrap"))),
                         ("vaste_answer_wait_seconds", ("channel", ("phone", "chat")))):
        family(name, "summary", [(f'{name}_{what}{{queue="{queue}",{labels[0]}="{each}"}}', (at - days[0]) * scale, at)
                                 for queue in QUEUES for each in labels[1] for what, scale in (("sum", 3), ("count", 1))
                                 for at in days])
    family("vaste_contacts", "counter", [(f'vaste_contacts_total{{queue="{queue}",channel="chat"}}', at - days[0], at)
                                         for queue in QUEUES for at in days])
    return "\n".join([*lines, "# EOF\n"])


def _queue(queue):
    return f'queue="{queue}",' if queue else ""


def desk(loadgen, now):
    """(due, topic, key, value): an hour of the service desk, of which the last minutes are still to come."""
    midnight = int((now + 300 - LOADED_SECONDS - 10 * 3600) * 1000)
    done = subprocess.run([loadgen, "--hours", "1", "--from", "10", "--load", "5", "--start-ms", str(midnight)],
                          stdout=subprocess.PIPE, timeout=120, check=True)
    for line in done.stdout.decode().splitlines():
        said = json.loads(line)
        due = support.datetime.fromisoformat(said["time"].replace("Z", "+00:00")).timestamp()
        key = said["person"][0]["value"] if said.get("person") else None
        yield due, f"support.{said['channel'].removeprefix('CHANNEL_').lower()}", key or "", line.encode()


class Stories:
    """What the made-up desk does not do: solves, reopens, hands over, asks and is answered."""

    def __init__(self):
        self._number = 0

    def _event(self, at, ticket, queue, **what):
        self._number += 1
        made = support.event(f"story-{self._number}", "email", at, [("EMAIL", f"story{ticket}@example.org")],
                             [("TICKET", f"story-{ticket}")], **what)
        made["attributes"] = {"queue": queue}
        return at, "support.email", f"story{ticket}@example.org", support.text_of(made)

    def tell(self, ticket, now):
        at, queue = now - 5400, QUEUES[ticket % len(QUEUES)]  # the window of an hour is over
        yield self._event(at, ticket, queue, **support.message(True))
        yield self._event(at + 60, ticket, queue, **support.message(False))
        yield self._event(at + 61, ticket, QUEUES[(ticket + 1) % len(QUEUES)], **support.message(False))
        yield self._event(at + 62, ticket, queue, lifecycle={"kind": "LIFECYCLE_KIND_RESOLVED"})
        for kind, most in (("CSAT", 5), ("CES", 7), ("NPS", 10), ("ENPS", 10)):
            asked = {"kind": f"KIND_{kind}"}
            yield self._event(at + 63, ticket, queue, survey=asked)
            yield self._event(at + 70, ticket, queue, survey={**asked, "answered": True, "score": most, "scoreMax": most})
        if ticket % 3 == 0:
            yield self._event(at + 200, ticket, queue, **support.message(True, "It is not solved"))


class Load(threading.Thread):
    """Sends what is due, and goes on as time does."""

    def __init__(self, bootstrap, events):
        super().__init__(daemon=True)
        self._feed, self._events, self._over = support.Feed(bootstrap), events, threading.Event()
        self.sent, self.error = 0, None

    def run(self):
        try:
            for due, topic, key, value in self._events:
                while (wait := due - time.time()) > 0:
                    if self._over.wait(min(wait, 0.2)):
                        return
                self._feed.send(topic, value, key)
                self.sent += 1
            self._feed.flush()
        except Failure as failure:
            self.error = failure

    def stop(self):
        self._over.set()
        self.join(60)
        if self.error:
            raise self.error


def has_data(samples):
    return any(not math.isnan(value) for _, value in samples)


def ask(prometheus, panels):
    """Which of the panels answer with data, by number."""
    return {number for number, (_, _, expression) in enumerate(panels) if has_data(prometheus.query(expression))}


def restart_without_state(vaste, directory, prometheus):
    """Restores are seen only when there is something to restore."""
    vaste.terminate()
    support.shutil.rmtree(directory / "state")
    vaste.start()
    monitoring.wait_until("vaste restores", 60, lambda: has_data(prometheus.query("vaste_restore_records_total > 0")))


def check(prometheus, panels, vaste, load, directory):
    """The numbers of the panels that had data after a restart in the middle of the load."""
    monitoring.wait_until("the load is worked on", PATIENCE_SECONDS, lambda: load.sent > 1000 and has_data(
        prometheus.query('sum(vaste_events_total{outcome="applied"}) > 1000')))
    restart_without_state(vaste, directory, prometheus)
    began, answered = time.monotonic(), set()
    while time.monotonic() - began < PATIENCE_SECONDS and len(answered) < len(panels):
        vaste.check_alive()
        if load.error:
            raise load.error
        answered |= ask(prometheus, panels)
    return answered


def report(panels, answered):
    wrong = [f"{board}: {title}: no data: {expression}" for number, (board, title, expression) in enumerate(panels)
             if number not in answered]
    print(f"{len(answered)} of {len(panels)} expressions of the dashboards return data")
    if wrong:
        raise Failure("\n  ".join(["panels", *wrong]))


def check_rules(prometheus):
    """No rule fails to evaluate."""
    for group in prometheus.get("/api/v1/rules")["data"]["groups"]:
        for rule in group["rules"]:
            if rule["health"] != "ok":
                raise Failure(f"rule {rule['name']}: {rule['health']} {rule.get('lastError', '')}")


def test(options, directory):
    now = time.time()
    secret = support.secret_file(directory, "a secret of a test, long enough")
    with support.kafka(directory) as broker, monitoring.Webhooks() as hook:
        port = monitoring.free_port()
        config = support.write_config(
            directory, broker.bootstrap, {}, http={"port": port},
            engine={"cache_size": "1MiB", "write_buffer_size": "1MiB"},
            notify={"webhooks": [{"name": "desk", "url": f"http://{hook.address}/", "secret": {"file": str(secret)}}]})
        (directory / "policy.yaml").write_text(policy())
        vaste = support.Vaste(options.vaste, config, directory)
        told = Stories()
        events = sorted([*desk(options.loadgen, now), *(event for ticket in range(40) for event in told.tell(ticket, now))])
        load = Load(broker.bootstrap, events)
        monitoring.backfill(directory, past(now))
        try:
            vaste.start()
            with monitoring.Prometheus(directory, [f"127.0.0.1:{port}"], seconds=options.seconds) as prometheus:
                monitoring.wait_until("vaste is scraped", 60, lambda: prometheus.query("vaste_ready == 1"))
                load.start()
                panels = queries.panels(rate_interval="20s")
                answered = check(prometheus, panels, vaste, load, directory)
                check_rules(prometheus)
            load.stop()
            vaste.terminate()
        finally:
            vaste.kill()
        report(panels, answered)


def told_as_one(run):
    """The servers' failures as the test's."""
    def both(*arguments):
        try:
            run(*arguments)
        except monitoring.Failure as failure:
            raise Failure(str(failure)) from None
    return both


if __name__ == "__main__":
    monitoring.need("prometheus", "promtool")
    support.main(told_as_one(test), support.options(__doc__, loadgen=str(ROOT / "build/dev/tools/loadgen/loadgen"), seconds=600))
