"""Call-by-call records of a bank, 1999 (phone): calls*.tsv.gz -> call signals; figures per call.

A row becomes STARTED, QUEUED, CONNECTED / ABANDONED / FLOWED_OUT, ENDED. Three clocks that disagree by seconds wrote
it: the VRU's (vru_*), the switch's (q_*), the agent's workstation (ser_*). A live connector stamps with one clock: here
every part of the call keeps the length that its own clock measured, and begins no earlier than the part before ended.
So the wait is q_time and the talk is ser_time, exactly, and no signal is stamped before one that was sent already.

Definitions that had to be chosen:
- STARTED is at vru_entry, the caller is identified there; customer 0 is nobody.
- A call was queued if it has a q_time or a q_start (which may be midnight sharp). Some hung up in the very second of
  their queue entry: the stream says QUEUED and ABANDONED, and the expected file's definition counts them as hung up in
  the VRU, because they waited 0 s.
- PHANTOM rows: calls that the bank says to ignore. They left the queue neither to an agent nor by hanging up, and the
  switch knows that at q_exit: FLOWED_OUT, and then ENDED. The figures leave out contacts that flowed out.
- Times are Israel standard time, UTC+02:00. A time more than 12 h before the call's start is on the day after.
"""
import csv
import gzip
import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

import kpis
from events import Pass, Record, event, identifier, thread_key, with_signal
from outputs import seconds
from report import mean, percentile, ratio
from vaste_proto import event_pb2 as pb

ZONE = timezone(timedelta(hours=2))
DAY = 86400
TARGET_SECONDS = 20


def recognises(folder):
    return any(folder.glob("calls*.tsv.gz"))


def passes(folder):
    records = []
    for file in sorted(folder.glob("calls*.tsv.gz")):
        with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text, delimiter="\t"):
                records.extend(call_records(row))
    expected = json.loads((folder / "expected.json").read_text())
    return [Pass("calls", "support.phone", "bank.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected))]


# ---------------------------------------------------------------------------- rows -> events


def seconds_of_day(text):
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def call_records(row):
    midnight = int(datetime.strptime("19" + row["date"], "%Y%m%d").replace(tzinfo=ZONE).timestamp())
    started = midnight + seconds_of_day(row["vru_entry"])

    def instant(column, earliest):
        at = midnight + seconds_of_day(row[column])
        return max(at + DAY if at < started - DAY // 2 else at, earliest)

    call = f"{row['vru+line']}/{row['call_id']}/{row['date']}"
    base = {"queue": row["type"], "priority": row["priority"], "topic": row["type"]}
    person = identifier("CUSTOMER_ID", row["customer_id"]) if row["customer_id"] != "0" else None
    made = []

    def signal(kind, at, **attributes):
        number = len(made) + 1
        made.append(Record(call, with_signal(
            event("bank-pbx", f"{call}#{number}", at, pb.CHANNEL_PHONE, person=person, sequence=number,
                  keys=[thread_key("CALL", call, "bank")], attributes={**base, **attributes}), kind)))

    signal("STARTED", started)
    queue_seconds = int(row["q_time"])
    at = started
    if queue_seconds > 0 or row["q_start"] != "0:00:00":
        at = instant("q_start", started)
        signal("QUEUED", at)
        at += queue_seconds
        if row["outcome"] == "HANG":
            signal("ABANDONED", at)
        elif row["outcome"] == "PHANTOM":
            signal("FLOWED_OUT", at)
    if row["outcome"] == "AGENT":
        if queue_seconds == 0:
            at = instant("ser_start" if row["ser_start"] != "0:00:00" else "vru_exit", started)
        agent = {} if row["server"] == "NO_SERVER" else {"agent": row["server"]}
        signal("CONNECTED", at, **agent)
        at += int(row["ser_time"])
        signal("ENDED", at, **agent)
    else:
        signal("ENDED", at if len(made) > 1 else instant("vru_exit", started))
    return made


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Call:
    """One Contact of a Conversation, with the words of the expected file. Seconds."""

    def __init__(self, conversation, contact):
        self.customer = conversation.customer_id
        self.key = contact.key
        self.type = contact.attributes.topic
        self.priority = contact.attributes.priority
        self.started = contact.started.seconds
        local = datetime.fromtimestamp(self.started, ZONE)
        self.day = local.strftime("%Y-%m-%d")
        self.hour = str(local.hour)
        self.wait = seconds(contact.wait_ms)
        self.talk = seconds(contact.talk_ms)
        self.answered = contact.HasField("answered")
        self.abandoned = contact.HasField("abandoned") and self.wait > 0
        self.ignored = contact.flowed_out
        self.queued = contact.queued.seconds if contact.HasField("queued") else None


def summary(calls):
    """The twenty figures that the expected file gives of any group of calls."""
    answered = [call for call in calls if call.answered]
    abandoned = [call for call in calls if call.abandoned]
    offered = answered + abandoned
    within = sum(call.wait <= TARGET_SECONDS for call in answered)
    waits = [call.wait for call in answered]
    return {
        "calls": len(calls),
        "answered": len(answered),
        "hung_up_in_vru": len(calls) - len(offered),
        "abandoned_in_queue": len(abandoned),
        "offered": len(offered),
        "answered_within_20s": within,
        "service_level_20s_of_offered": ratio(within, len(offered)),
        "service_level_20s_of_answered": ratio(within, len(answered)),
        "abandon_rate_of_offered": ratio(len(abandoned), len(offered)),
        "abandoned_within_20s": sum(call.wait <= TARGET_SECONDS for call in abandoned),
        "asa_seconds_all_answered": mean(waits),
        # The expected file's convention: 0 where calls were answered and none of them had queued.
        "asa_seconds_queued_answered": (mean([wait for wait in waits if wait > 0]) or 0.0) if waits else None,
        "wait_answered_p50": percentile(waits, 50),
        "wait_answered_p90": percentile(waits, 90),
        "wait_answered_p99": percentile(waits, 99),
        "wait_max_answered": max(waits, default=None),
        "wait_max_any": max((call.wait for call in offered), default=None),
        "offered_waiting_over_60s": sum(call.wait > 60 for call in offered),
        "offered_waiting_over_120s": sum(call.wait > 120 for call in offered),
        "aht_seconds": mean([call.talk for call in answered]),
    }


def grouped(calls, key):
    groups = defaultdict(list)
    for call in calls:
        groups[key(call)].append(call)
    return {name: summary(group) for name, group in groups.items()}


def figures(outputs, report, expected):
    every = [Call(conversation, contact) for conversation in outputs.live() for contact in conversation.contacts]
    calls = [call for call in every if not call.ignored]
    report.figure("rows", len(every), expected["rows"])
    report.figure("first_day", min(call.day for call in calls), expected["first_day"])
    report.figure("last_day", max(call.day for call in calls), expected["last_day"])
    report.table("total", summary(calls), expected["total"])
    for name, key in (("type", lambda call: call.type), ("priority", lambda call: call.priority),
                      ("day", lambda call: call.day), ("hour", lambda call: call.hour)):
        report.table(f"by_{name}", grouped(calls, key), expected[f"by_{name}"])
    if outputs.kpis is not None:
        kpi_figures(list(outputs.kpis.values()), report, expected)
    report.figure("peak_waiting_in_queue", peak(calls), expected["peak_waiting_in_queue"])
    customer_figures(outputs, calls, report, expected)
    agent_figures(outputs, report, expected)
    breach_figures(outputs, report, expected)
    oddity_figures(every, report, expected["oddities"])
    report.complete(expected)


def kpi_summary(records):
    """Those of the twenty figures that sums of contributions give, read from vaste.kpis alone.

    Who hung up in the second of the queue entry waited 0 s, which has a place of its own in a sum's spread. PHANTOM
    calls are contacts, so the number of calls is compared with the rows, below.
    """
    answered = kpis.total(records, "WAIT", "ANSWERED_WITHIN", "ANSWERED_LATE")
    given_up = kpis.total(records, "WAIT", "ABANDONED_SHORT", "ABANDONED_LONG")
    within = kpis.total(records, "WAIT", "ANSWERED_WITHIN").count
    abandoned = given_up.count - given_up.within(0)
    offered = answered.count + abandoned
    return {
        "answered": answered.count,
        "abandoned_in_queue": abandoned,
        "offered": offered,
        "answered_within_20s": within,
        "service_level_20s_of_offered": ratio(within, offered),
        "service_level_20s_of_answered": ratio(within, answered.count),
        "abandon_rate_of_offered": ratio(abandoned, offered),
        "abandoned_within_20s": given_up.within(TARGET_SECONDS) - given_up.within(0),
        "asa_seconds_all_answered": answered.mean_seconds(),
        "offered_waiting_over_60s": sum(each.count - each.within(60) for each in (answered, given_up)),
        "offered_waiting_over_120s": sum(each.count - each.within(120) for each in (answered, given_up)),
        "aht_seconds": kpis.total(records, "TALK").mean_seconds(),
    }


def kpi_figures(records, report, expected):
    """The zone's days and hours are sums of quarter hours."""
    def local(record):
        return datetime.fromtimestamp(getattr(record, "from").seconds, ZONE)

    def table(name, part, wanted):
        summary = kpi_summary(part)
        report.table(f"kpis.{name}", summary, {figure: wanted[figure] for figure in summary})

    report.figure("kpis.rows", kpis.total(records, "CONTACT").count, expected["rows"])
    report.figure("kpis.rows by days", kpis.total(records, "CONTACT", window=kpis.DAY).count, expected["rows"])
    table("total", records, expected["total"])
    for name, key in (("type", lambda record: record.attributes.queue),
                      ("priority", lambda record: record.attributes.priority),
                      ("day", lambda record: local(record).strftime("%Y-%m-%d")),
                      ("hour", lambda record: str(local(record).hour))):
        groups = kpis.grouped(records, key)
        for group, wanted in expected[f"by_{name}"].items():
            table(f"by_{name}.{group}", groups.get(group, []), wanted)


def peak(calls):
    """Most that waited at once; who leaves in a second makes room for who comes in it."""
    changes = sorted(change for call in calls if call.wait > 0
                     for change in ((call.queued, 1), (call.queued + call.wait, -1)))
    highest = now = 0
    for _, step in changes:
        now += step
        highest = max(highest, now)
    return highest


def customer_figures(outputs, calls, report, expected):
    """Stitched customers. Nobody's calls have a customer each; the stream tells who was identified."""
    known = {outputs.home(enriched.conversation_id) for enriched in outputs.enriched if enriched.event.person}
    identified = {outputs.conversations[conversation].customer_id for conversation in known}
    by_customer = defaultdict(list)
    for call in calls:
        if call.customer in identified:
            by_customer[call.customer].append(call)
    repeats = later = not_later = 0
    for group in by_customer.values():
        group.sort(key=lambda call: call.started)
        repeats += sum(second.started - first.started <= DAY for first, second in zip(group, group[1:]))
        for call in group:
            if call.abandoned:
                answered = any(other.answered and other.day == call.day and other.started > call.started
                               for other in group)
                later += answered
                not_later += not answered
    report.figure("identified_customers", len(by_customer), expected["identified_customers"])
    report.figure("repeat_calls_within_24h", repeats, expected["repeat_calls_within_24h"])
    for name, got in (("answered_later", later), ("not_answered", not_later)):
        name = f"abandoned_identified_{name}_same_day"
        report.figure(name, got, expected[name])


def agent_figures(outputs, report, expected):
    """A Contact does not name its agent, the event that connected it does."""
    servers = Counter(enriched.event.attributes.agent or "NO_SERVER" for enriched in outputs.enriched
                      if enriched.event.signal.kind == pb.SIGNAL_KIND_CONNECTED)
    report.table("calls_per_server", dict(servers), expected["calls_per_server"])


def breach_figures(outputs, report, expected):
    """A breach stands for each call that waited longer than 20 s, whether it was answered or given up then."""
    clocks = {(conversation.id, clock.cycle): (conversation.contacts[clock.contact - conversation.contacts_dropped])
              for conversation in outputs.live() for clock in conversation.clocks
              if clock.contact >= conversation.contacts_dropped}
    answered = abandoned = 0
    for alert in outputs.breaches("speed_of_answer"):
        contact = clocks.get((alert.conversation_id, alert.cycle))
        if contact is not None and contact.flowed_out:
            continue
        if contact is not None and contact.HasField("abandoned"):
            abandoned += 1
        else:
            answered += 1
    total = expected["total"]
    report.figure("breached alerts of answered calls", answered, total["answered"] - total["answered_within_20s"])
    report.figure("breached alerts of abandoned calls", abandoned,
                  total["abandoned_in_queue"] - total["abandoned_within_20s"])


def oddity_figures(every, report, expected):
    phantoms = sum(call.ignored for call in every)
    report.figure("oddities.outcome PHANTOM", phantoms, expected["outcome PHANTOM"])
    report.figure("oddities.duplicated (vru+line, call_id, date)", len(every) - len({call.key for call in every}),
                  expected["duplicated (vru+line, call_id, date)"])
    report.not_applicable("oddities, the other 14", "columns and clocks that disagree inside a row of the file; "
                          "the stream carries one clock and no rows")
