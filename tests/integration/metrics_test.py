#!/usr/bin/python3
"""/metrics of a vaste that runs, as promtool and Prometheus see it: with --demo that of `vaste demo` on its mock broker,
else of two instances that share the work of a real Kafka. Each metric of the catalogue is there, promtool finds nothing
wrong, gauges cover what an instance owns: the sums over both are what one alone said, and what is given back is 0."""
import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import support
from support import Failure

LOAD_SECONDS = 12
SETTLE_SECONDS = 120  # for a group to share, or to take back, on a busy machine
POLICY = {"policy": "metrics-test", "version": "1", "queues": {"chat-main": {}, "email-main": {}, "phone-main": {}},
          "rules": [{"name": "all", "targets": {"first_response": "1h", "resolution": "3d"}}]}
# Of which something must have been counted by then.
FED = ("vaste_events_total", "vaste_contacts_total", "vaste_stitches_total", "vaste_end_to_end_seconds_count",
       "vaste_step_seconds_count", "vaste_store_seconds_count", "vaste_commits_total", "vaste_commit_seconds_count",
       "vaste_kafka_rebalances_total", "vaste_kafka_rebalance_seconds_count", "vaste_kafka_partitions_assigned",
       "vaste_restore_seconds_count", "vaste_http_requests_total", "vaste_http_request_seconds_count",
       "vaste_rocksdb_memtable_bytes", "vaste_watermark_timestamp_seconds",
       "vaste_conversations_open", "vaste_sla_open", "vaste_oldest_waiting_timestamp_seconds",
       "vaste_next_breach_timestamp_seconds", "vaste_dedupe_keys", "vaste_timers_pending", "vaste_ready",
       "vaste_state_disk_size_bytes", "process_cpu_seconds_total", "process_start_time_seconds")
SUMS = ("vaste_conversations_open", "vaste_sla_open", "vaste_dedupe_keys", "vaste_timers_pending")
LOWEST = ("vaste_oldest_waiting_timestamp_seconds", "vaste_next_breach_timestamp_seconds")


class Scrape:
    """One answer of /metrics: the text, and its series by name."""

    def __init__(self, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            self.text = answer.read().decode()
        self.series = {}
        for line in self.text.splitlines():
            if line and not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                self.series[name] = float(value)

    def of(self, name):
        return {series: value for series, value in self.series.items() if series.partition("{")[0] == name}

    def total(self, name):
        return sum(self.of(name).values())


def check_text(scrape):
    """What promtool says; it must be nothing."""
    done = subprocess.run(["promtool", "check", "metrics"], input=scrape.text.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)
    if done.returncode != 0 or done.stdout.strip():
        raise Failure(f"promtool check metrics: exit {done.returncode}\n{done.stdout.decode()}")


def check_catalogue(scrape, vaste):
    done = subprocess.run([vaste, "metrics", "--format=json"], stdout=subprocess.PIPE, timeout=60, check=True)
    catalogue = {row["name"]: row for row in json.loads(done.stdout)}
    kinds = dict(re.findall(r"^# TYPE (\S+) (\S+)$", scrape.text, re.MULTILINE))
    for name, row in catalogue.items():
        # Without a sink, or before any value, there is nothing to say of it yet.
        on_demand = any("values" not in label and label.get("configured") in (None, "sink") for label in row["labels"])
        if name not in kinds and not on_demand:
            raise Failure(f"{name} is in the catalogue and not in the scrape")
        if kinds.get(name, row["type"]) != row["type"]:
            raise Failure(f"{name} is a {kinds[name]}, not a {row['type']}")
    strange = [name for name in kinds if name not in catalogue]
    if strange:
        raise Failure(f"not in the catalogue: {strange}")


def check_fed(scrape, names):
    still = [name for name in names if not any(value > 0 for value in scrape.of(name).values())]
    if still:
        raise Failure(f"nothing was counted: {still}")


def settle(what, seconds, look):
    """Until look() finds no fault; the last one it found is the failure."""
    end = time.monotonic() + seconds
    while True:
        fault = look()
        if not fault:
            return
        if time.monotonic() > end:
            raise Failure(f"{what}: {fault}")
        time.sleep(0.5)


def demo(options, directory):
    with (directory / "demo.log").open("wb") as log:
        process = subprocess.Popen([options.vaste, "demo", "--plain", "--port", "0", "--seconds", "60"],
                                   stdout=subprocess.PIPE, stderr=log)
    try:
        found = re.search(rb"http://127.0.0.1:(\d+)/metrics", process.stdout.readline())
        if not found:
            raise Failure("vaste demo does not say where its metrics are")
        port = int(found.group(1))
        fed = ("vaste_commits_total", "vaste_events_total", "vaste_contacts_total", "vaste_ready")
        settle("the demo", 50, lambda: [name for name in fed if not Scrape(port).total(name) > 0])  # its day begins at night
        scrape = Scrape(port)
        check_text(scrape)
        check_catalogue(scrape, options.vaste)
        check_fed(scrape, fed)
        process.terminate()
        if code := process.wait(30):
            raise Failure(f"vaste demo ends with exit code {code}")
        if "TERMINATE" in (said := (directory / "demo.log").read_text()):
            raise Failure(f"vaste demo says of records that were delivered that they were not:\n{said}")
        print(f"demo: {len(scrape.series)} series, {len(scrape.text)} bytes, promtool finds nothing")
    finally:
        process.kill()
        process.wait()


class Instance(support.Vaste):
    def port(self):
        found = re.search(r"http://[0-9.]+:(\d+)/", self.log())
        return int(found.group(1)) if found else None

    def scrape(self):
        self.check_alive()
        return Scrape(self.port())

    def is_ready(self):
        self.check_alive()
        answer = self.readyz()
        return answer is not None and answer[0] == 200


def instance(options, directory, bootstrap, name):
    home = directory / name
    home.mkdir()
    config = support.write_config(home, bootstrap, POLICY, instance=name, state_directory=str(home / "state"))
    return Instance(options.vaste, config, home)


def lowest(values):
    above = [value for value in values if value > 0]
    return min(above) if above else 0


def difference(before, scrapes):
    """Why these together do not say what one alone said before; empty: they do."""
    names = {series for scrape in scrapes for series in scrape.series} | set(before.series)
    for series in sorted(names):
        name = series.partition("{")[0]
        values = [scrape.series.get(series, 0) for scrape in scrapes]
        was = before.series.get(series, 0)
        if name in SUMS and sum(values) != was:
            return f"{series}: {values}, was {was}"
        if name in LOWEST and lowest(values) != was:
            return f"{series}: {values}, was {was}"
    return ""


def assigned(scrape):
    return int(scrape.total("vaste_kafka_partitions_assigned"))


def feed_for(seconds, bootstrap, generator):
    feed = support.Feed(bootstrap)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for _ in range(40):
            topic, key, value = generator.next(time.time())
            feed.send(topic, value, key)
        feed.flush()
        time.sleep(0.1)
    return len(feed.positions)


def quiet(one, sent):
    scrape = one.scrape()
    done = scrape.total("vaste_events_total")
    if done < sent:
        return f"{done:.0f} of {sent} events"
    behind = {series: value for series, value in scrape.of("vaste_kafka_consumer_lag_records").items() if value}
    if behind or scrape.total("vaste_kafka_consumer_lag_seconds"):
        return f"behind: {behind} {scrape.of('vaste_kafka_consumer_lag_seconds')}"
    return "" if scrape.total("vaste_outbox_records") < 100 else "a full outbox"


def check_shared(first, second, before):
    """Each owns something, and together they hold what one alone held."""
    if not (first.is_ready() and second.is_ready()):
        return "not ready"
    both = [first.scrape(), second.scrape()]
    owned = [assigned(scrape) for scrape in both]
    if min(owned) == 0 or sum(owned) != assigned(before):
        return f"partitions: {owned}, one alone had {assigned(before)}"
    return difference(before, both)


def shared(options, directory):
    with support.kafka(directory) as broker:
        first = instance(options, directory, broker.bootstrap, "first")
        second = instance(options, directory, broker.bootstrap, "second")
        try:
            first.start()
            settle("the first instance", SETTLE_SECONDS, lambda: "" if first.is_ready() else "not ready")
            sent = feed_for(LOAD_SECONDS, broker.bootstrap, support.Generator(options.seed))
            check_text(first.scrape())
            settle("after the load", SETTLE_SECONDS, lambda: quiet(first, sent))
            time.sleep(3)  # gauges are told every two seconds
            before = first.scrape()
            check_text(before)
            check_catalogue(before, options.vaste)
            check_fed(before, FED)
            second.start()
            settle("two instances", SETTLE_SECONDS, lambda: check_shared(first, second, before))
            check_text(second.scrape())
            second.terminate()
            settle("one again", SETTLE_SECONDS, lambda: (
                "" if assigned(first.scrape()) == assigned(before) and first.is_ready() else "not all taken back")
                or difference(before, [first.scrape()]))
            first.terminate()
            print(f"{sent} events, {len(before.series)} series, {assigned(before)} partitions shared and taken back: "
                  f"every sum is what it was, promtool finds nothing")
        finally:
            first.kill()
            second.kill()


def test(options, directory):
    if not shutil.which("promtool"):
        print("*** SKIP: no promtool: install the Debian package prometheus (tools/deps --test); "
              "/metrics is NOT checked ***")
        sys.exit(support.SKIPPED)
    (demo if options.demo else shared)(options, directory)


if __name__ == "__main__":
    support.main(test, support.options(__doc__, demo=0))
