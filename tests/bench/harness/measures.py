"""The three measurements. Each begins with a Kafka of its own and gives a flat dict of figures."""
import contextlib
import math
import os
import signal
import subprocess
import time

from . import streams
from .desk import SOURCES, Failure, desk
from .machine import Meter, compiler_seconds, cpu_seconds, folder_mib, mappings_mib, memory_mib

IDLE_SECONDS = 3
WARM_SEED = 101  # customers of the warm-up, which a broker's virtual machine needs: not those of the measurement
SETTLE_SECONDS = 5
WARM_STRETCH_SECONDS = 15
COMPILED_SHARE = 0.1  # of a processor


@contextlib.contextmanager
def profile(file, pid):
    """`perf record` of the threads that the process has now, into the file, if there is one to write."""
    if not file:
        yield
        return
    # Frames of the libraries can only be found by their unwind tables.
    perf = subprocess.Popen(["perf", "record", "-q", "-F", "297", "--call-graph", "dwarf,16384", "-p", str(pid), "-o", file])
    try:
        yield
    finally:
        perf.send_signal(signal.SIGINT)
        perf.wait(120)


def rate(options, directory):
    """Everything waits in the topics before vaste starts."""
    with desk(options, directory) as place:
        # Once with nothing to do: what a start costs, and what waiting costs. Then a warm-up.
        pid = place.start()
        ready = place.wait_ready()
        start_cpu = cpu_seconds(pid)
        time.sleep(IDLE_SECONDS)
        idle = (cpu_seconds(pid) - start_cpu) / IDLE_SECONDS
        if options.warm_events:
            place.produce(options.warm_events, options.customers, options.messages, WARM_SEED)
            place.wait_all(options.warm_events, Meter(vaste=pid))
        place.finish()

        produced = place.produce(options.events, options.customers, options.messages)
        everything = options.events + options.warm_events
        began = time.time()
        pid = place.start()
        meter = Meter(vaste=pid, broker=place.kafka.pid)
        with contextlib.ExitStack() as stack:  # By its first output it has all of its threads.
            first, last = place.wait_all(everything, meter,
                                         on_first=lambda: stack.enter_context(profile(options.perf, pid)))
        total = time.time() - began
        memory = memory_mib(pid)
        state = folder_mib(place.state)
        place.finish()
        found = place.check(everything, {}, began)

        wall = (found["last_ms"] - found["first_ms"]) / 1000
        used = last["vaste"] - start_cpu
        span = last["wall"] - first["wall"]

        def share(name):
            return (last[name] - first[name]) / span if span > 0 else 0.0  # of one CPU
        return {
            "events": options.events, "customers": options.customers, "workers": options.workers,
            "event_bytes": found["event_bytes"], "enriched_bytes": found["enriched_bytes"],
            "outcomes": found["outcomes"],
            "wall_seconds": wall, "events_per_second": options.events / wall,
            "cpu_seconds": used, "events_per_cpu_second": options.events / used,
            "cpu_seconds_per_1000_events": 1000 * used / options.events,
            "start_seconds": ready, "start_cpu_seconds": start_cpu, "idle_cpu_share": idle,
            "vaste_cpus": share("vaste"), "broker_cpus": share("broker"), "others_cpus": share("others"),
            "peak_rss_mib": memory["VmHWM"], "rss_mib": memory["VmRSS"], "state_mib": state,
            "produce_seconds": produced, "whole_run_seconds": total}


def peer(options, directory):
    """Kafka Streams on the same input, topics and broker, with no work at all on the events; then vaste as in rate().

    One process does the warm-up too, for its virtual machine compiles itself: what that costs is not counted. It takes
    events while they are produced, so that its rate cannot be compared: what it needs for them can.
    """
    with desk(options, directory / "streams") as place:
        pid = streams.start(place)
        place.produce(options.warm_events, options.customers, options.messages, WARM_SEED)
        place.wait_all(options.warm_events, Meter(vaste=pid))
        meter = Meter(vaste=pid, broker=place.kafka.pid)
        place.produce(options.events, options.customers, options.messages)
        _, last = place.wait_all(options.events + options.warm_events, meter)
        memory = memory_mib(pid)
        streams.finish(place, options.events + options.warm_events)
    ours = rate(options, directory / "vaste")
    theirs = options.events / last["vaste"]
    return {"streams_events_per_cpu_second": theirs, "streams_rss_mib": memory["VmRSS"],
            "events_per_cpu_second": ours["events_per_cpu_second"], "rss_mib": ours["rss_mib"],
            "events_per_second": ours["events_per_second"],
            "times_streams": ours["events_per_cpu_second"] / theirs}


def warm_up(place, options, load):
    """(events sent, seconds): under load until the broker has compiled itself, which takes longer where it is slow."""
    sent = seconds = first = 0
    while True:
        before = compiler_seconds(place.kafka.pid)
        told = place.call_client("live", *load, "--seconds", WARM_STRETCH_SECONDS, "--seed", WARM_SEED, "--first", first,
                                 seconds=WARM_STRETCH_SECONDS + 120)["sent"]
        sent, seconds = sent + told, seconds + WARM_STRETCH_SECONDS
        first += math.ceil(told / len(SOURCES))
        compiling = (compiler_seconds(place.kafka.pid) - before) / WARM_STRETCH_SECONDS
        if seconds >= options.warm_seconds and (compiling < COMPILED_SHARE or seconds >= options.most_warm_seconds):
            place.wait_all(sent, Meter())  # Nothing of it is left for the measurement.
            return sent, seconds


def latency(options, directory):
    """At a steady pace, with questions that nobody answers among the events."""
    with desk(options, directory) as place:
        pid = place.start()
        place.wait_ready()
        load = ("--rate", options.load, "--customers", options.customers // len(SOURCES), "--events", options.messages,
                "--text-bytes", options.text_bytes, "--spread", 1)
        warm, warmed = warm_up(place, options, load)
        meter = Meter(vaste=pid, broker=place.kafka.pid)
        with profile(options.perf, pid):
            told = place.call_client(
                "live", *load, "--seconds", options.live_seconds, "--questions", options.questions, "--target-ms",
                options.target_ms, seconds=options.live_seconds + 120)
        used = meter.read()
        everything = warm + told["sent"] + told["asked"]
        place.wait_all(everything, meter)
        memory = memory_mib(pid)
        place.finish()
        place.check(everything, {"BREACHED_RAISED": options.questions})
        if told["alerts"] != options.questions or told["strange_alerts"]:
            raise Failure(f"{options.questions} alerts expected: {told}")
        used["others"] = max(0.0, used["others"] - told["cpu_seconds"])
        return {
            "warm_seconds": warmed,
            "load_events_per_second": told["rate"], "seconds": told["seconds"], "alerts": told["alerts"],
            "target_ms": options.target_ms, "feeder_late_ms": told["feeder_late_ms"],
            **{f"readable_{name}_ms": value for name, value in told["readable_ms"].items()},
            **{f"decided_{name}_ms": value for name, value in told["decided_ms"].items()},
            "latest_s_decided_readable": told["latest"],
            "events_per_cpu_second": told["sent"] / used["vaste"],
            "vaste_cpus": used["vaste"] / used["wall"], "broker_cpus": used["broker"] / used["wall"],
            "client_cpus": told["cpu_seconds"] / used["wall"], "others_cpus": used["others"] / used["wall"],
            "peak_rss_mib": memory["VmHWM"]}


def memory(options, directory):
    """Many conversations that stay open; then live answers into some of them."""
    with desk(options, directory) as place:
        place.produce(options.conversations, options.conversations, options.messages)
        pid = place.start()
        meter = Meter(vaste=pid, broker=place.kafka.pid)
        with contextlib.ExitStack() as stack:
            first, last = place.wait_all(options.conversations, meter,
                                         on_first=lambda: stack.enter_context(profile(options.perf, pid)))
        loaded = memory_mib(pid)
        told = place.call_client(
            "live", "--rate", options.memory_rate, "--seconds", options.memory_seconds, "--customers",
            options.conversations // len(SOURCES), "--events", options.messages, "--first",
            options.conversations // len(SOURCES), "--text-bytes", options.text_bytes,
            seconds=options.memory_seconds + 120)
        place.wait_all(options.conversations + told["sent"], meter, quiet=SETTLE_SECONDS)
        steady, mappings, state = memory_mib(pid), mappings_mib(pid), folder_mib(place.state)
        threads = len(os.listdir(f"/proc/{pid}/task"))
        place.finish()
        place.check(options.conversations + told["sent"], {})
        return {
            "conversations": options.conversations, "live_events": told["sent"],
            "live_events_per_second": told["rate"],
            "loaded_rss_mib": loaded["VmRSS"], "rss_mib": steady["VmRSS"], "peak_rss_mib": steady["VmHWM"],
            "rss_anon_mib": steady["RssAnon"], "rss_file_mib": steady["RssFile"], "mappings_mib": mappings,
            "threads": threads, "state_mib": state,
            "load_cpu_seconds": last["vaste"], "load_seconds": last["wall"] - first["wall"],
            "load_events_per_cpu_second": options.conversations / last["vaste"]}
