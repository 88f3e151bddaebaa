#!/usr/bin/python3
"""The whole chain with real parts: Kafka, vaste under load, Prometheus with our rules, Alertmanager with our routes, a receiver.

A breach is in Alertmanager at most five seconds after its deadline and leaves it when it recovers. A queue whose promises kept
fell from 95 to 82 % on a hundred answers an hour raises VasteKpiFalling, one with five answers a day and the same share does
not. A vaste that stops raises VasteDown, and that mutes the alarm of the KPI.

Four weeks of the past are given to Prometheus beforehand. Rules that hold for an hour fire at once here: how long they wait is
tested with promtool, which makes time itself.
"""
import json
import threading
import time

import monitoring
import support
from monitoring import wait_until
from support import Failure

TARGET_SECONDS = 3
LATEST_SECONDS = 5  # a breach is in Alertmanager so long after its deadline
LOAD_PER_SECOND = 200
FORMER_SHARE, ANSWERS = 0.95, {"busy": (2400, 0.82), "few": (5, 0.8)}  # queue: answers in a day, share in time
POLICY = {
    "policy": "chain-test", "version": "1",
    "queues": {name: {"channels": ["email"]} for name in ("live", "load", *ANSWERS)},
    "rules": [{"name": "live", "when": {"queue": "live"}, "targets": {"first_response": f"{TARGET_SECONDS}s"}},
              {"name": "others", "targets": {"first_response": "1h"}}]}
QUALITY, SAMPLES = "queue_kpi:vaste_quality:ratio_increase1d", "queue_kpi:vaste_samples:increase1d"
USUAL = "queue_kpi:vaste_quality:mean4w"
KPI = {"kpi": "sla_met"}
WEEK = 7 * 86400


def past(now):
    """Each queue's quality as it was recorded at this hour in four weeks before, as OpenMetrics."""
    minutes = [int(now - week * WEEK + minute * 60) for week in (4, 3, 2, 1) for minute in range(-15, 45)]
    lines = []
    for name, value in ((QUALITY, lambda _: FORMER_SHARE), (SAMPLES, lambda queue: ANSWERS[queue][0])):
        lines.append(f"# TYPE {name} gauge")
        lines += [f'{name}{{queue="{queue}",kpi="sla_met"}} {value(queue)} {at}' for queue in ANSWERS for at in minutes]
    return "\n".join([*lines, "# EOF\n"])


class Desk:
    """A desk that mails: it sends one letter of a conversation at a time."""

    def __init__(self, bootstrap):
        self._feed, self._number = support.Feed(bootstrap), 0

    def mail(self, ticket, queue, at, customer=True):
        self._number += 1
        made = support.event(f"mail-{self._number}", "email", at, [("EMAIL", f"canary{ticket}@example.org")],
                             [("TICKET", str(ticket))], **support.message(customer))
        made["attributes"] = {"queue": queue}
        self._feed.send("support.email", support.text_of(made), str(ticket))

    def flush(self):
        self._feed.flush()

    def day(self, now):
        """Mails of the last hours, answered within the hour or half an hour too late."""
        for queue, (answers, share) in ANSWERS.items():
            for number in range(answers):
                ticket, asked = f"{queue}-{number}", now - 4 * 3600 + number * 3600 / answers
                in_time = number % answers < round(share * answers)
                self.mail(ticket, queue, asked)
                self.mail(ticket, queue, asked + (1800 if in_time else 5400), customer=False)
        self.flush()


class Load(threading.Thread):
    """Mails that are answered at once, until it is stopped."""

    def __init__(self, bootstrap):
        super().__init__(daemon=True)
        self._desk, self._over, self.sent, self.error = Desk(bootstrap), threading.Event(), 0, None

    def run(self):
        try:
            began = time.monotonic()
            while not self._over.wait(max(0.0, began + self.sent / LOAD_PER_SECOND - time.monotonic())):
                self._desk.mail(f"load-{self.sent // 2}", "load", time.time(), customer=self.sent % 2 == 0)
                self.sent += 1
            self._desk.flush()
        except Failure as failure:
            self.error = failure

    def stop(self):
        self._over.set()
        self.join(60)
        if self.error:
            raise self.error


def told(alertmanager, name, **labels):
    """The states of alerts of that name and these labels."""
    return [state for known, state in alertmanager.alerts()
            if known["alertname"] == name and labels.items() <= known.items()]


def breach(bootstrap, alertmanager):
    """Under load: a question that nobody answers, then somebody does."""
    load = Load(bootstrap)
    load.start()
    try:
        wait_until("the load runs", 60, lambda: load.sent > 5 * LOAD_PER_SECOND or load.error)
        desk, asked = Desk(bootstrap), time.time()
        desk.mail("question", "live", asked)
        desk.flush()
        wait_until("the breach is in Alertmanager", 60, lambda: told(alertmanager, "VasteSlaBreached", queue="live"), 0.05)
        late = time.time() - asked - TARGET_SECONDS
        desk.mail("question", "live", time.time(), customer=False)
        desk.flush()
        wait_until("it has left Alertmanager", 60, lambda: not told(alertmanager, "VasteSlaBreached", queue="live"))
    finally:
        load.stop()
    print(f"a breach was in Alertmanager {late:.2f} s after its deadline, beside {load.sent} mails of load")
    if not 0 <= late <= LATEST_SECONDS:
        raise Failure(f"{late:.2f} s: {LATEST_SECONDS} s are allowed, and nothing before its deadline")


def falls(desk, prometheus, alertmanager):
    """Who falls on many answers is told, who falls on few is not."""
    desk.day(time.time())
    for queue, (answers, share) in ANSWERS.items():
        labels = f'{{queue="{queue}",kpi="sla_met"}}'

        def recorded():
            """A rule's figures stand at different evaluations while it works: all of them must be those of the whole day."""
            told = [prometheus.query(name + labels) for name in (SAMPLES, QUALITY, USUAL)]
            found = [each[0][1] for each in told if each]
            return found if len(found) == 3 and found[0] >= 0.99 * answers and abs(found[1] - share) <= 0.005 else None

        _, found, usual = wait_until(f"the answers of {queue} are recorded, {share:.1%} of them in time", 180, recorded)
        print(f"{queue}: {found:.1%} of {answers} answers in time, usually {usual:.1%}")
        if abs(usual - FORMER_SHARE) > 0.001:
            raise Failure(f"expected usually {FORMER_SHARE:.1%}")
    wait_until("VasteKpiFalling is in Alertmanager", 60, lambda: told(alertmanager, "VasteKpiFalling", queue="busy", **KPI))
    if told(alertmanager, "VasteKpiFalling", queue="few"):  # the same evaluation saw both
        raise Failure("five answers a day raised VasteKpiFalling")


def stops(vaste, alertmanager, pages):
    """VasteDown is told, the KPI is not any more."""
    if told(alertmanager, "VasteDown"):
        raise Failure("VasteDown while vaste ran")
    wait_until("the KPI's alarm is not muted", 30, lambda: "active" in told(alertmanager, "VasteKpiFalling", queue="busy", **KPI))
    vaste.terminate()
    wait_until("VasteDown is in Alertmanager", 60, lambda: "active" in told(alertmanager, "VasteDown"))
    wait_until("VasteKpiFalling is muted", 60,
               lambda: told(alertmanager, "VasteKpiFalling", queue="busy", **KPI) == ["suppressed"])
    wait_until("the operators are paged", 60, lambda: any(
        receiver == "operators-page" and {"VasteDown"} <= {alert["labels"]["alertname"] for alert in body["alerts"]}
        for receiver, body in pages.received))


def test(options, directory):
    monitoring.need("prometheus", "promtool", "alertmanager")
    now = time.time()
    monitoring.backfill(directory, past(now))
    port = monitoring.free_port()
    with support.kafka(directory) as broker, monitoring.Webhooks() as pages, \
            monitoring.Alertmanager(directory, pages.address, seconds=options.seconds) as alertmanager:
        config = support.write_config(directory, broker.bootstrap, POLICY, http={"port": port},
                                      notify={"alertmanager": {"url": f"http://{alertmanager.address}", "resend_interval": "5s"}})
        vaste = support.Vaste(options.vaste, config, directory)
        try:
            vaste.start()
            wait_until("vaste is ready", 120, lambda: (vaste.readyz() or (0,))[0] == 200)
            with monitoring.Prometheus(directory, [f"127.0.0.1:{port}"], [alertmanager.address], hold="0s",
                                       seconds=options.seconds) as prometheus:
                wait_until("vaste is scraped", 60, lambda: prometheus.query("vaste_ready == 1"))
                falls(Desk(broker.bootstrap), prometheus, alertmanager)
                breach(broker.bootstrap, alertmanager)
                stops(vaste, alertmanager, pages)
            if "canary" in json.dumps(pages.received):
                raise Failure("a customer's address was told")
        except monitoring.Failure as failure:
            raise Failure(f"{failure}\n{vaste.tail()}") from None
        finally:
            vaste.kill()


if __name__ == "__main__":
    support.main(test, support.options(__doc__, seconds=600))
