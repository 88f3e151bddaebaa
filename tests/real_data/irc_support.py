"""Support in a chat channel (chat): *.ascii.txt + agents.txt -> two passes over each log.

Pass `support`: who talks to whom is all that is known. A customer's line has its nick as the person; an agent's line
names the customer at its start, if it names one that has spoken before. Agent lines that name nobody are addressed to
nobody: they are left out and counted aloud. No thread keys; half an hour of silence parts a customer's conversations.

Pass `replies`: the human annotation (*.annotation.txt) as explicit reply ids; every line is an event. Annotated are the
lines from 1000 on, so conversations without one of those are context and left out of the figures.

Each log is a channel of its own: the file's name is the source and the network inside which a nick is unique. Times are
the log's, read as UTC. Nicks are compared in lower case.
"""
import json
import re
from collections import Counter, defaultdict
from datetime import datetime, timezone

from events import Pass, Record, event, identifier, key_values, thread_key, with_message
from outputs import Outputs, seconds
from report import percentile
from vaste_proto import event_pb2 as pb

LINE = re.compile(r"\S+ (\d{4}-\d\d-\d\d) \[(\d\d:\d\d:\d\d)\] <([^>]*)> ?(.*)")
TARGETS = (60, 120, 300)
FIRST_ANNOTATED = 1000


def recognises(folder):
    return (folder / "agents.txt").exists() and any(folder.glob("*.ascii.txt"))


def passes(folder):
    agents = {line.strip().lower() for line in (folder / "agents.txt").read_text().splitlines()
              if line.strip() and not line.startswith("#")}
    logs = {file.name: list(lines(file)) for file in sorted(folder.glob("*.ascii.txt"))}

    support, notes = [], []
    for name, log in logs.items():
        records = list(support_records(name, log, agents))
        support.extend(records)
        notes.append(f"{name}: {len(log) - len(records)} agent lines address nobody who spoke before; left out")
    expected = json.loads((folder / "expected-support.json").read_text())["files"]
    yield Pass("support", "support.chat", "chat.yaml", support,
               lambda outputs, report: each_file(outputs, report, expected), notes)

    links = {name: annotation(folder / name.replace(".ascii.txt", ".annotation.txt")) for name in logs}
    replies = [record for name, log in logs.items() for record in reply_records(name, log, agents, links[name])]
    threads = json.loads((folder / "expected-threads.json").read_text())
    yield Pass("replies", "support.chat", "chat-replies.yaml", replies,
               lambda outputs, report: reply_figures_of_all(outputs, report, threads))


def each_file(outputs, report, expected):
    for name, figures in expected.items():
        support_figures(of_source(outputs, name), name, report, figures)


def of_source(outputs, name):
    """The outputs of one log."""
    enriched = [each for each in outputs.enriched if each.event.source == name]
    homes = {outputs.home(each.conversation_id) for each in enriched}
    return Outputs({identifier: found for identifier, found in outputs.conversations.items()
                    if outputs.home(identifier) in homes}, enriched,
                   {identifier: alert for identifier, alert in outputs.alerts.items()
                    if outputs.home(alert.conversation_id) in homes}, outputs.dead)


# ---------------------------------------------------------------------------- lines -> events


def lines(file):
    """(line number, seconds, nick as written, text); system lines carry no time and are no messages."""
    for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").split("\n")):
        found = LINE.fullmatch(line)
        if found:
            date, clock, nick, text = found.groups()
            at = datetime.fromisoformat(f"{date}T{clock}").replace(tzinfo=timezone.utc)
            yield number, int(at.timestamp()), nick, text


def support_records(name, log, agents):
    customers = set()  # who spoke before, and so has a conversation
    for number, at, nick, text in log:
        author = nick.lower()
        if author in agents:
            customer = addressed(text)
            if customer not in customers:
                continue
        else:
            customer = author
            customers.add(customer)
        made = event(name, str(number), at, pb.CHANNEL_CHAT, person=identifier("CHAT_VISITOR", customer, name),
                     attributes={"agent": author} if author in agents else {}, sequence=number)
        yield Record(customer, with_message(made, "AGENT" if author in agents else "CUSTOMER", text=text))


def addressed(text):
    """The first word, less a leading @ and a trailing comma or colon, in lower case; "" if there is none."""
    word = (text.split() or [""])[0]
    return word.removeprefix("@").rstrip(",:").lower()


def annotation(file):
    """[(earlier line, later line)]; equal numbers start a conversation."""
    pairs = [tuple(sorted(map(int, line.split()[:2]))) for line in file.read_text().splitlines() if line.strip()]
    return pairs


def reply_records(name, log, agents, links):
    parents = defaultdict(list)
    for earlier, later in links:
        if earlier != later:
            parents[later].append(earlier)
    for number, at, nick, text in log:
        author = nick.lower()
        keys = [thread_key("CHAT_MESSAGE", str(number), name)]
        keys += [thread_key("CHAT_PARENT", str(parent), name) for parent in parents[number]]
        is_agent = author in agents
        made = event(name, str(number), at, pb.CHANNEL_CHAT, keys=keys, sequence=number,
                     person=None if is_agent else identifier("CHAT_VISITOR", author, name),
                     attributes={"agent": author} if is_agent else {})
        yield Record(author, with_message(made, "AGENT" if is_agent else "CUSTOMER", text=text))


# ---------------------------------------------------------------------------- pass `support` -> figures


def support_figures(outputs, name, report, expected):
    events = outputs.events()
    watermark = max(event.time.seconds for found in events.values() for event in found)
    conversations = sorted(outputs.live(), key=lambda found: (found.opened.seconds, min(
        event.sequence for event in events[found.id])))
    responses = {found.id: clock for found in conversations for clock in found.clocks
                 if clock.sla == "first_response_120" and clock.HasField("stopped")}
    waits = [seconds(clock.elapsed_ms) for clock in responses.values()]
    turn_slas = ("first_response_120", "next_response_120")
    turns = [clock for sla in turn_slas for _, clock in outputs.answered_clocks(sla)]
    turn_waits = [seconds(clock.elapsed_ms) for clock in turns]
    got = {
        "customers": len({event.person[0].value for found in events.values() for event in found}),
        "agent_lines_addressed": sum(found.agent_messages for found in conversations),
        "conversations": len(conversations),
        "answered": len(responses),
        "unanswered": len(conversations) - len(responses),
        "first_response_seconds": {"p50": percentile(waits, 50), "p90": percentile(waits, 90),
                                   "max": max(waits, default=None)},
        "first_response_late": {},
        "turns_answered": len(turns),
        "turn_wait_p50": percentile(turn_waits, 50),
        "turn_wait_p90": percentile(turn_waits, 90),
        "turns_over_120": sum(clock.late for clock in turns),
        "by_agent": dict(Counter(answerer(events[identifier], clock) for identifier, clock in responses.items())),
    }
    for target in TARGETS:
        late, due = outputs.breaches_by_deadline(f"first_response_{target}", watermark)
        got["first_response_late"][str(target)] = {"answered_late": late, "unanswered_due_before_end": due}
    for figure, value in got.items():
        report.table(f"{name}.{figure}", value, expected[figure])
    report.rows(f"{name}.list", dict(enumerate(list_rows(conversations, events, responses))),
                dict(enumerate(expected["list"])))
    left_out = "lines that address nobody are not events; the converter counts them above"
    report.figure(f"{name}.messages, without those that address nobody", len(outputs.enriched),
                  expected["messages"] - expected["agent_lines_not_addressed"])
    report.not_applicable(f"{name}.agent_lines_not_addressed", left_out)
    report.not_applicable(f"{name}.messages", left_out)
    report.complete({f"{name}.{figure}": None for figure in expected})


def answerer(events, clock):
    """Which agent's line it was that stopped the clock."""
    return next((event.attributes.agent for event in events if event.message.direction == pb.DIRECTION_OUTBOUND
                 and event.time == clock.stopped), "nobody")


def list_rows(conversations, events, responses):
    for found in conversations:
        clock = responses.get(found.id)
        yield [events[found.id][0].person[0].value, found.opened.seconds, found.customer_messages,
               found.agent_messages, seconds(clock.elapsed_ms) if clock else None]


# ---------------------------------------------------------------------------- pass `replies` -> figures


def reply_figures_of_all(outputs, report, expected):
    total = Counter()
    for name, figures in expected["files"].items():
        total.update(reply_figures(of_source(outputs, name), name, report, figures))
    report.table("total", {figure: total[figure] for figure in expected["total"] if figure in total},
                 {figure: value for figure, value in expected["total"].items() if figure in total})
    report.not_applicable("other lines (lines, system_lines, actions, nick_changes, joins, leaves)",
                          "lines of the log that are no messages; no event tells of them")


def annotated(events):
    """Conversations that hold an annotated line."""
    return {identifier: found for identifier, found in events.items()
            if any(int(event.id) >= FIRST_ANNOTATED for event in found)}


def reply_figures(outputs, name, report, expected):
    """Compares one log; returns the figures, for the total."""
    events = outputs.events()
    found = annotated(events)
    summaries = {conversation.id: conversation for conversation in outputs.live()}
    sizes = [summaries[identifier].customer_messages + summaries[identifier].agent_messages for identifier in found]
    every = {int(event.id): event for members in events.values() for event in members}
    parents = {number: key_values(event, "CHAT_PARENT") for number, event in every.items()}
    links = [(every[int(parent)], every[number]) for number, named in parents.items() for parent in named]
    waits = [reply.time.seconds - parent.time.seconds for parent, reply in links if writer(parent) != writer(reply)]
    late_lines = [number for number in every if number >= FIRST_ANNOTATED]
    got = {
        "messages": len(every),
        "nicks": len({writer(event) for event in every.values()}),
        "time_goes_back": sum(every[one].time.seconds > every[other].time.seconds
                              for one, other in zip(sorted(every), sorted(every)[1:])),
        "annotated_lines": len(late_lines),
        "links": len(links),
        "self_links": sum(not parents[number] for number in late_lines),
        "lines_with_several_links": sum(len(named) > 1 for named in parents.values()),
        "conversations": len(found),
        "conversations_of_one_line": sum(size == 1 for size in sizes),
        "largest_conversation": max(sizes),
        "cross_author_replies": len(waits),
        "reply_wait_p50": percentile(waits, 50),
        "reply_wait_p90": percentile(waits, 90),
        "reply_wait_over_300s": sum(wait > 300 for wait in waits),
    }
    for figure, value in got.items():
        report.figure(f"{name}.{figure}", value, expected[figure])
    return Counter(got)


def writer(event):
    return event.person[0].value if event.person else event.attributes.agent
