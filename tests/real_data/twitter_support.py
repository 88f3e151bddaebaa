"""Customer support on Twitter, 2017 (social): one csv of tweets -> public messages; conversations by reply links.

- Customer tweets (inbound) have their author as the person. A brand's tweets have none: whom they address is only in
  the text; their reply link is what places them.
- Keys: the tweet's own id, and the one it answers. Parents that are not in the file are named all the same, as a live
  stream would; the expected file joins over tweets in the file alone, which is the same unless two tweets name the same
  unseen parent. Figure "unseen parents named twice" watches that.
- attributes.brand is the author of a brand's tweet. Inbound tweets carry none: a mention in a text is not evidence.
- The reply list (response_tweet_id) is the publisher's later knowledge: no live stream has it, it is not used.
"""
import csv
import json
from collections import Counter, defaultdict
from datetime import datetime

import kpis
from events import Pass, Record, event, identifier, key_values, thread_key, with_message
from outputs import seconds
from report import mean, percentile
from vaste_proto import event_pb2 as pb

TARGETS = (900, 3600, 14400, 86400)
WEEK = 7 * 86400
CONVERSATIONS = "expected-conversations.csv"


def tweet_files(folder):
    """Told by their heading."""
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8") as text:
            if text.readline().startswith("tweet_id,author_id,inbound"):
                yield file


def recognises(folder):
    return any(tweet_files(folder))


def passes(folder):
    records = []
    for file in tweet_files(folder):
        with file.open(encoding="utf-8", newline="") as text:
            records.extend(tweet_record(row) for row in csv.DictReader(text))
    expected = json.loads((folder / "expected.json").read_text())
    with (folder / CONVERSATIONS).open(encoding="utf-8", newline="") as text:
        rows = {int(row["conversation"]): row for row in csv.DictReader(text)}
    return [Pass("tweets", "support.social", "social.yaml", records,
                 lambda outputs, report: figures(outputs, report, expected, rows))]


def tweet_record(row):
    inbound = row["inbound"] == "True"
    at = int(datetime.strptime(row["created_at"], "%a %b %d %H:%M:%S %z %Y").timestamp())
    keys = [thread_key("SOCIAL_POST", row["tweet_id"], "twitter")]
    if row["in_response_to_tweet_id"]:
        parent = str(int(float(row["in_response_to_tweet_id"])))  # Written by pandas: 3.0
        keys.append(thread_key("SOCIAL_PARENT", parent, "twitter"))
    made = event("twitter", row["tweet_id"], at, pb.CHANNEL_SOCIAL, keys=keys,
                 person=identifier("SOCIAL", row["author_id"], "twitter") if inbound else None,
                 attributes={} if inbound else {"brand": row["author_id"]})
    # Tweet ids are no order of time, but the expected file breaks ties by them.
    made.sequence = int(row["tweet_id"])
    return Record(row["author_id"], with_message(made, "CUSTOMER" if inbound else "AGENT", text=row["text"],
                                                 surface=pb.SURFACE_PUBLIC, addressed_to_us=inbound))


# ---------------------------------------------------------------------------- vaste's outputs -> figures


class Thread:
    """A Conversation with its events in the order of time."""

    def __init__(self, conversation, events):
        self.conversation = conversation
        self.events = events
        self.inbound = [event for event in events if event.person]
        self.outbound = [event for event in events if not event.person]
        self.first_response = self.first_response_at = None
        for clock in conversation.clocks:
            if clock.sla == "first_response_3600" and clock.HasField("stopped"):
                self.first_response = seconds(clock.elapsed_ms)
                self.first_response_at = clock.stopped.seconds

    def brand(self):
        """Of the answer that was first; none if no customer ever wrote."""
        return next((event.attributes.brand for event in self.outbound
                     if event.time.seconds == self.first_response_at), "")

    def size(self):
        return self.conversation.customer_messages + self.conversation.agent_messages


def tweet_id(event):
    return int(event.id)


def figures(outputs, report, expected, rows):
    events = outputs.events()
    threads = [Thread(conversation, events.get(conversation.id, [])) for conversation in outputs.live()]
    tweets = {tweet_id(event): event for thread in threads for event in thread.events}
    with_customer = [thread for thread in threads if thread.conversation.customer_messages]
    answered = [thread for thread in with_customer if thread.first_response is not None]
    times = [tweet.time.seconds for tweet in tweets.values()]
    watermark = max(times)
    got = {
        "rows": sum(thread.size() for thread in threads),
        "inbound": sum(thread.conversation.customer_messages for thread in threads),
        "outbound": sum(thread.conversation.agent_messages for thread in threads),
        "first": min(times),
        "watermark": watermark,
        "customers": len({tweet.person[0].value for tweet in tweets.values() if tweet.person}),
        "brands": len({tweet.attributes.brand for tweet in tweets.values() if not tweet.person}),
        "conversations": len(threads),
        "opened_by_customer": len(with_customer),
        "brand_only": len(threads) - len(with_customer),
        "start_by_brand": sum(thread.conversation.agent_started for thread in threads),
        "single_message": sum(thread.size() == 1 for thread in threads),
        "largest": max(thread.size() for thread in threads),
        "several_customers": sum(thread.conversation.participants > 1 for thread in threads),
        "several_brands": sum(len({event.attributes.brand for event in thread.outbound}) > 1 for thread in threads),
        "answered": len(answered),
        "unanswered": len(with_customer) - len(answered),
        "first_response_seconds": first_response_figures([thread.first_response for thread in answered]),
        "first_response_sla_seconds": {},
        "by_brand": brand_figures(with_customer),
        **turn_figures(outputs),
        **link_figures(threads, tweets),
    }
    for target in TARGETS:
        late, due = outputs.breaches_by_deadline(f"first_response_{target}", watermark)
        got["first_response_sla_seconds"][str(target)] = {"answered_late": late,
                                                          "never_answered_and_due_before_end": due}
    oddities = expected["oddities"]
    report.table("", got, {name: value for name, value in expected.items() if name not in ("definitions", "oddities")})
    report.table("oddities", oddity_figures(threads, tweets), {
        name: value for name, value in oddities.items() if name not in NOT_IN_A_STREAM})
    for name, why in NOT_IN_A_STREAM.items():
        report.not_applicable(f"oddities.{name}", why)
    if outputs.kpis is not None:
        kpi_figures(list(outputs.kpis.values()), report, expected)
    report.figure("unseen parents named twice", unseen_parents_named_twice(tweets), 0)
    compare_rows(threads, tweets, report, rows)
    report.complete(expected)


NOT_IN_A_STREAM = {
    "listed_reply_not_in_file": "the reply list is the publisher's later knowledge",
    "listed_reply_whose_own_parent_differs": "the reply list is the publisher's later knowledge",
    "rows_not_in_time_order": "about the order of the file",
}


def first_response_figures(waits):
    return {"min": min(waits, default=None), "p50": percentile(waits, 50), "p90": percentile(waits, 90),
            "p99": percentile(waits, 99), "max": max(waits, default=None), "mean": mean(waits)}


def kpi_figures(records, report, expected):
    """Read from vaste.kpis alone. An answer's brand is that of the clock that it stops."""
    first = kpis.total(records, "SLA_SPENT", name="first_response_3600")
    report.figure("kpis.answered", first.count, expected["answered"])
    report.figure("kpis.first_response_seconds.mean", first.mean_seconds(), expected["first_response_seconds"]["mean"])
    for target, late in kpis.late_answers(records, TARGETS).items():
        report.figure(f"kpis.answered_late.{target}", late,
                      expected["first_response_sla_seconds"][target]["answered_late"])
    following = kpis.total(records, "SLA_SPENT", name="next_response_3600")
    report.figure("kpis.turns_answered", first.count + following.count, expected["turns_answered"])
    report.figure("kpis.turns_over_3600", sum(each.count - each.within(3600) for each in (first, following)),
                  expected["turns_over_3600"])
    for brand, part in kpis.grouped(records, lambda record: record.attributes.brand).items():
        found = kpis.total(part, "SLA_SPENT", name="first_response_3600")
        if found.count:
            wanted = expected["by_brand"].get(brand, {})
            report.figure(f"kpis.by_brand.{brand}.answered", found.count, wanted.get("answered"))
            report.figure(f"kpis.by_brand.{brand}.late", found.count - found.within(3600),
                          wanted.get("first_response_late_3600"))


def turn_figures(outputs):
    """A turn is a run of one of the two clocks: the first answer's, then each next one's."""
    slas = ("first_response_3600", "next_response_3600")
    waits = [seconds(clock.elapsed_ms) for sla in slas for _, clock in outputs.answered_clocks(sla)]
    return {"turns_answered": len(waits),
            "turns_open_at_end": sum(len(outputs.open_clocks(sla)) for sla in slas),
            "turn_wait_p50": percentile(waits, 50), "turn_wait_p90": percentile(waits, 90),
            "turns_over_3600": sum(clock.late for sla in slas for _, clock in outputs.answered_clocks(sla))}


def brand_figures(threads):
    by_brand = defaultdict(list)
    for thread in threads:
        by_brand[thread.brand()].append(thread)
    return {brand: {"conversations": len(group),
                    "answered": sum(thread.first_response is not None for thread in group),
                    "first_response_p50": percentile([thread.first_response for thread in group], 50),
                    "first_response_late_3600": sum(clock.late for thread in group for clock in
                                                    thread.conversation.clocks if clock.sla == "first_response_3600")}
            for brand, group in by_brand.items()}


def parent_of(event, tweets):
    """(its id or None, the tweet if it came)"""
    named = [int(value) for value in key_values(event, "SOCIAL_PARENT")]
    return (named[0], tweets.get(named[0])) if named else (None, None)


def link_figures(threads, tweets):
    """Answers tweet by tweet, from the events that vaste hands on."""
    latencies, brands, seen_in = [], defaultdict(set), defaultdict(set)
    for thread in threads:
        for event in thread.inbound:
            seen_in[event.person[0].value].add(thread.conversation.id)
        for event in thread.outbound:
            _, parent = parent_of(event, tweets)
            if parent is not None and parent.person:
                latencies.append(event.time.seconds - parent.time.seconds)
                brands[parent.person[0].value].add(event.attributes.brand)
    return {"direct_reply_latency": {"count": len(latencies), "negative": sum(wait < 0 for wait in latencies),
                                     "p50": percentile(latencies, 50), "over_3600": sum(w > 3600 for w in latencies)},
            "customers_in_several_conversations": sum(len(found) > 1 for found in seen_in.values()),
            "customers_answered_by_several_brands": sum(len(found) > 1 for found in brands.values())}


def oddity_figures(threads, tweets):
    links = [(event, *parent_of(event, tweets)) for event in tweets.values()]
    known = [(event, parent) for event, _, parent in links if parent is not None]
    spans = [thread.events[-1].time.seconds - thread.events[0].time.seconds for thread in threads]
    return {"parent_not_in_file": sum(named is not None and parent is None for _, named, parent in links),
            "reply_older_than_its_parent": sum(event.time.seconds < parent.time.seconds for event, parent in known),
            "reply_in_same_second_as_parent": sum(event.time.seconds == parent.time.seconds for event, parent in known),
            "texts_with_line_breaks": sum("\n" in event.message.text for event in tweets.values()),
            "conversations_over_7_days": sum(span > WEEK for span in spans),
            "brand_to_brand_or_self_replies": sum(not event.person and not parent.person for event, parent in known)}


def unseen_parents_named_twice(tweets):
    named = Counter(key[0] for key in (parent_of(event, tweets) for event in tweets.values())
                    if key[0] is not None and key[1] is None)
    return sum(count > 1 for count in named.values())


def compare_rows(threads, tweets, report, rows):
    """expected-conversations.csv, every column of every row."""
    got = {}
    for thread in threads:
        opening = thread.inbound[0] if thread.inbound else None
        got[min(tweet_id(event) for event in thread.events)] = {
            "opening_tweet": opening.id if opening else "",
            "opened_at": str(opening.time.seconds) if opening else "",
            "brand": thread.brand(),
            "start_by": "brand" if thread.conversation.agent_started else "customer",
            "messages": str(thread.size()),
            "inbound": str(thread.conversation.customer_messages),
            "outbound": str(thread.conversation.agent_messages),
            "customers": str(thread.conversation.participants),
            "parent_missing": str(any(parent_of(event, tweets)[0] is not None and parent_of(event, tweets)[1] is None
                                      for event in thread.events)).lower(),
            "first_response_at": "" if thread.first_response is None else str(thread.first_response_at),
            "first_response_seconds": "" if thread.first_response is None else str(thread.first_response),
        }
    report.rows(CONVERSATIONS, got, {key: {name: value for name, value in row.items() if name != "conversation"}
                                     for key, row in rows.items()})
