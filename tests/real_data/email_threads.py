"""Mailing-list archives, headers only (email): *.mbox -> messages among equals; conversations by reply headers.

- Authors are members of a list: who opened a thread is its customer, anybody else's message is an answer.
- Keys: Message-ID, then every id of References, then those of In-Reply-To that are new; ids are what stands in <>.
- The time is the Date header, since an archive has no other; a live edge would stamp the receipt.
- A file's messages are read one by one; nothing of a later message is used.
"""
import csv
import email.header
import email.utils
import json
import mailbox
import re

import kpis
from events import Pass, Record, event, identifier, key_values, thread_key, with_message
from outputs import seconds
from report import percentile
from vaste_proto import event_pb2 as pb

TARGETS = (3600, 14400, 86400, 259200)
THREADS = "expected-threads.csv"
MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def recognises(folder):
    return any(folder.glob("*.mbox"))


def passes(folder):
    records, notes = [], []
    for file in sorted(folder.glob("*.mbox")):
        for message in mailbox.mbox(file, create=False):
            record = message_record(message)
            if record is None:
                notes.append(f"left out: a message of {file.name} without an id or a readable date")
            else:
                records.append(record)
    expected = json.loads((folder / "expected.json").read_text())
    with (folder / THREADS).open(encoding="utf-8", newline="") as text:
        rows = {row["first_message_id"]: row for row in csv.DictReader(text)}
    return [Pass("messages", "support.email", "mail.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected, rows), notes)]


def message_record(message):
    ids = MESSAGE_ID.findall(str(message["Message-ID"] or ""))
    at = instant(message)
    if not ids or at is None:
        return None
    named = dict.fromkeys(MESSAGE_ID.findall(str(message["References"] or "")) +
                          MESSAGE_ID.findall(str(message["In-Reply-To"] or "")))
    keys = [thread_key("MAIL_MESSAGE", ids[0])]
    keys += [thread_key("MAIL_REFERENCE", name) for name in named if name != ids[0]]
    made = event("mail-archive", ids[0], at, pb.CHANNEL_EMAIL, person=identifier("EMAIL", sender(message)), keys=keys)
    # A mail system has no better key than the thread's root.
    return Record(next(iter(named), ids[0]), with_message(made, "MEMBER", subject=decoded(message["Subject"])))


def instant(message):
    """Whole seconds, or None where the Date cannot be read."""
    parsed = email.utils.parsedate_tz(str(message["Date"] or ""))
    return email.utils.mktime_tz(parsed) if parsed else None


def sender(message):
    """pipermail writes `ann at example.org (Ann)`."""
    written = re.sub(r"^(\S+) at (\S+)", r"\1@\2", decoded(message["From"]))
    return email.utils.parseaddr(written)[1].lower()


def decoded(header):
    """RFC 2047 words and folding undone."""
    return " ".join(str(email.header.make_header(email.header.decode_header(str(header or "")))).split())


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Thread:
    """A Conversation with its events in the order of time."""

    def __init__(self, conversation, events):
        self.conversation = conversation
        self.events = events
        self.opening = events[0]
        self.people = {author(event) for event in events}
        self.continues = bool(key_values(self.opening, "MAIL_REFERENCE"))
        self.first_reply = next((seconds(clock.elapsed_ms) for clock in conversation.clocks
                                 if clock.sla == "first_response_14400" and clock.HasField("stopped")), None)

    def size(self):
        return self.conversation.customer_messages + self.conversation.agent_messages


def author(event):
    return event.person[0].value


def figures(outputs, report, expected, rows):
    events = outputs.events()
    messages = {event.id: event for found in events.values() for event in found}
    threads = [Thread(conversation, events[conversation.id]) for conversation in outputs.live()]
    replies = [thread.first_reply for thread in threads if thread.first_reply is not None]
    times = [event.time.seconds for event in messages.values()]
    watermark = max(times)
    got = {
        "messages": len(outputs.enriched),
        "distinct_messages": sum(thread.size() for thread in threads),
        "duplicate_message_ids": len(outputs.enriched) - len(messages),
        "people": len({author(event) for event in messages.values()}),
        "first": min(times),
        "watermark": watermark,
        "threads": len(threads),
        "single_message_threads": sum(thread.size() == 1 for thread in threads),
        "largest_thread": max(thread.size() for thread in threads),
        "threads_continuing_from_before": sum(thread.continues for thread in threads),
        "replied": len(replies),
        "not_replied": len(threads) - len(replies),
        "first_reply_seconds": {"p50": percentile(replies, 50), "p90": percentile(replies, 90),
                                "max": max(replies, default=None)},
        "first_reply_late": {},
    }
    for target in TARGETS:
        late, due = outputs.breaches_by_deadline(f"first_response_{target}", watermark)
        got["first_reply_late"][str(target)] = {"replied_late": late, "not_replied_due_before_end": due}
    report.table("", got, {name: value for name, value in expected.items() if name in got})
    if outputs.kpis is not None:
        kpi_figures(list(outputs.kpis.values()), report, expected)
    for name, why in NOT_IN_A_STREAM.items():
        report.not_applicable(name, why)
    report.rows(THREADS, {thread.opening.id: row(thread) for thread in threads},
                {key: {name: value for name, value in line.items() if name != "first_message_id"}
                 for key, line in rows.items()})
    report.complete(expected)


def kpi_figures(records, report, expected):
    """Read from vaste.kpis alone."""
    report.figure("kpis.replied", kpis.total(records, "SLA_SPENT", name="first_response_3600").count, expected["replied"])
    for target, late in kpis.late_answers(records, TARGETS).items():
        report.figure(f"kpis.replied_late.{target}", late, expected["first_reply_late"][target]["replied_late"])


NOT_IN_A_STREAM = {
    "threads_known_only": "the other definition of a thread; vaste joins by unseen ancestors, which `threads` counts",
    "oddities": "spelling and order of headers in the files; an event carries what was read from them",
}


def row(thread):
    return {"opened_at": str(thread.conversation.opened.seconds),
            "starter": author(thread.opening).split("@")[0],
            "messages": str(thread.size()),
            "people": str(len(thread.people)),
            "first_reply_seconds": "" if thread.first_reply is None else str(thread.first_reply),
            "continues_earlier_thread": str(thread.continues).lower()}
