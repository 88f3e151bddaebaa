"""A second opinion: vaste's outputs of a stream, computed naively in memory the way DOMAIN.md says.

It knows the whole stream at once, so it has no lateness and no order of arrival: what vaste must end with. It covers
what the policies here use: calendars that never close, first_response, next_response, speed_of_answer and resolution
with its pauses and reopenings, targets that change with the priority, explicit keys or a window by customer (a stream
has one or the other), duplicates and withdrawals, and evidence of trusted sources that two identifiers are one person's:
no limits, no expiry, nothing that is taken back.
"""
import re
from collections import defaultdict

import yaml

from conversations import Union
from outputs import Outputs
from vaste_proto import Alert, Conversation, EnrichedEvent, alert_pb2, conversation_pb2, enriched_pb2, event_pb2 as pb

UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}
CHANNELS = {pb.CHANNEL_CHAT: "chat", pb.CHANNEL_EMAIL: "email", pb.CHANNEL_PHONE: "phone", pb.CHANNEL_SOCIAL: "social"}
# One name space: a message's own id and the same id named by another.
NAME_SPACES = {pb.THREAD_KEY_KIND_MAIL_MESSAGE: "mail", pb.THREAD_KEY_KIND_MAIL_REFERENCE: "mail",
               pb.THREAD_KEY_KIND_SOCIAL_POST: "post", pb.THREAD_KEY_KIND_SOCIAL_PARENT: "post",
               pb.THREAD_KEY_KIND_CHAT_MESSAGE: "chat", pb.THREAD_KEY_KIND_CHAT_PARENT: "chat",
               pb.THREAD_KEY_KIND_CALL: "call", pb.THREAD_KEY_KIND_TICKET: "ticket"}
OVER = (conversation_pb2.CONVERSATION_STATE_RESOLVED, conversation_pb2.CONVERSATION_STATE_CLOSED)


def milliseconds(text):
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", text).groups()
    return int(number) * UNITS[unit]


def predict(records, policy_file):
    """The Outputs that vaste should end with after `records`, long after the last of them."""
    policy = yaml.safe_load(policy_file.read_text())
    events = sorted((record.event for record in records), key=moment_order)
    outputs = Outputs()
    evidence = [event for event in events if event.WhichOneof("body") == "identity"]
    customers = customers_of(evidence, policy)
    outputs.enriched.extend(EnrichedEvent(event=event, outcome=enriched_pb2.EVENT_OUTCOME_IGNORED)
                            for event in evidence)
    events = [event for event in events if event.WhichOneof("body") != "identity"]
    for number, members in enumerate(stitched(events, policy, customers)):
        fold = Fold(f"conversation-{number}", policy, customers)
        never_were = {(event.source, event.revision.target_id) for event in members
                      if event.WhichOneof("body") == "revision"}
        seen = set()
        for event in members:
            name = event.source, event.id
            if name not in seen and name not in never_were:
                fold.apply(event)
            outputs.enriched.append(EnrichedEvent(
                event=event, conversation_id=fold.conversation.id, outcome=enriched_pb2.EVENT_OUTCOME_DUPLICATE
                if name in seen else enriched_pb2.EVENT_OUTCOME_APPLIED))
            seen.add(name)
        fold.finish()
        outputs.conversations[fold.conversation.id] = fold.conversation
        for alert in fold.breaches():
            outputs.alerts[alert.id] = alert
    return outputs


def moment_order(event):
    """R1: customer before agent before state inside one instant, then the source's order."""
    if event.WhichOneof("body") != "message":
        rank = 2
    else:
        rank = 0 if event.message.author in (pb.AUTHOR_KIND_CUSTOMER, pb.AUTHOR_KIND_MEMBER) else 1
    return event.time.ToMilliseconds(), rank, event.sequence, event.id


# ---------------------------------------------------------------------------- identity (DOMAIN 7)


def customers_of(evidence, policy):
    """Person of an event -> whom they are with everybody they were joined to."""
    trusted = [trust if isinstance(trust, dict) else {"source": trust}
               for trust in policy.get("identity", {}).get("trust", [])]
    joined = Union()
    for event in evidence:
        if event.identity.action != pb.IdentityEvidence.ACTION_SAME_PERSON:
            raise ValueError("this model joins people, it does not part them")
        if any(trust["source"] in ("*", event.source) and
               (not trust.get("methods") or event.identity.method in trust["methods"]) for trust in trusted):
            joined.join([identifier_name(person) for person in event.person])
    return lambda person: joined.find(identifier_name(person))


def identifier_name(person):
    return person.type, person.network, person.value


# ---------------------------------------------------------------------------- stitching (DOMAIN 6)


def stitched(events, policy, customers):
    """Lists of events, a conversation each."""
    conversations = defaultdict(list)
    keyed = [event for event in events if event.thread_keys]
    threads = Union()
    for event in keyed:
        threads.join(key_texts(event))
    for event in keyed:
        conversations[threads.find(key_texts(event)[0])].append(event)
    by_person = defaultdict(list)
    for event in events:
        if not event.thread_keys:
            conversation = open_conversation(by_person[customers(event.person[0])], event, policy)
            conversation.append(event)
    yield from conversations.values()
    for found in by_person.values():
        yield from found


def key_texts(event):
    return [(NAME_SPACES[key.kind], key.scope, key.value) for key in event.thread_keys]


def open_conversation(theirs, event, policy):
    """The customer's most recent conversation within the window, for us always if the policy lets us; else a new one."""
    if theirs:
        last = theirs[-1][-1]
        silence = event.time.ToMilliseconds() - last.time.ToMilliseconds()
        ours = event.message.author == pb.AUTHOR_KIND_AGENT and policy["stitch"].get("own_messages") != "window"
        if ours or 0 <= silence <= window(policy["stitch"]["windows"], CHANNELS[last.channel], CHANNELS[event.channel]):
            return theirs[-1]
    theirs.append([])
    return theirs[-1]


def window(windows, last, now):
    """By the pair of channels, else by what kind they are."""
    kinds = ["live" if channel in ("chat", "phone") else "written" for channel in (last, now)]
    return milliseconds(windows.get(f"{last}-{now}") or windows["-".join(kinds)])


# ---------------------------------------------------------------------------- clocks (DOMAIN 3)


class Fold:
    """Moments in order -> a Conversation."""

    def __init__(self, identifier, policy, customers):
        self.conversation = Conversation(id=identifier, state=conversation_pb2.CONVERSATION_STATE_NEW)
        self._policy = policy
        self._customers = customers
        self._rule = None
        self._stretches = {}  # (SLA, cycle) -> [[from, to], ...]; to is None while it runs
        self._people = set()
        self._asked = False
        self._responded = False
        self._opener = None
        self._contacts = {}  # key -> index
        self._cycles = defaultdict(int)

    def apply(self, event):
        conversation = self.conversation
        if not conversation.HasField("opened"):
            conversation.opened.CopyFrom(event.time)
            conversation.attributes.MergeFrom(event.attributes)
            self._rule = self._rule_for(event.channel)
            self._start("resolution", event.time)
        conversation.attributes.MergeFrom(event.attributes)
        if event.person and not conversation.customer_id:
            conversation.customer_id = f"customer of {self._customers(event.person[0])}"
        body = event.WhichOneof("body")
        if body == "message" and event.message.visibility != pb.VISIBILITY_INTERNAL:
            conversation.last_activity.CopyFrom(event.time)
            self._message(event)
        elif body == "signal":
            conversation.last_activity.CopyFrom(event.time)
            self._signal(event)
        elif body == "lifecycle":
            self._lifecycle(event)
        self._reconsider(event.channel)

    def _rule_for(self, channel):
        """The first rule that matches; conditions on anything but channel and priority are not used here."""
        known = {"channel": CHANNELS[channel], "priority": self.conversation.attributes.priority}
        return next((rule for rule in self._policy["rules"]
                     if all(known[name] == wanted for name, wanted in rule.get("when", {}).items())), None)

    def _reconsider(self, channel):
        """R5: what runs or is paused goes on under the rule of now; all rules here have targets for the same SLAs."""
        self._rule = self._rule_for(channel)
        for clock in self.conversation.clocks:
            if not clock.HasField("stopped"):
                clock.target_ms = milliseconds(self._rule["targets"][clock.sla]["target"])

    def _lifecycle(self, event):
        conversation = self.conversation
        kind = pb.LifecycleKind.Name(event.lifecycle.kind).removeprefix("LIFECYCLE_KIND_")
        over = conversation.state in OVER
        if kind in ("RESOLVED", "CLOSED"):
            if not over:
                conversation.resolved.CopyFrom(event.time)
                self._stop(("resolution",), event.time)
                self._stop(("first_response", "next_response"), event.time, void=True)
                self._responded = True
            if kind == "CLOSED" or not over:
                conversation.state = conversation_pb2.ConversationState.Value(f"CONVERSATION_STATE_{kind}")
        elif kind == "REOPENED" and over:
            self._reopen(event.time)
        elif not over and kind in ("PENDING", "ON_HOLD", "ACTIVE"):
            self._pause_or_resume(kind, event.time)

    def _reopen(self, at):
        """R8: a resolution goes on, the closed time left out."""
        conversation = self.conversation
        for clock in conversation.clocks:
            if clock.clock == "resolution" and clock.stopped == conversation.resolved:
                clock.ClearField("stopped")
                clock.state = conversation_pb2.CLOCK_STATE_RUNNING
                self._stretches[clock.sla, clock.cycle].append([at.ToMilliseconds(), None])
        conversation.ClearField("resolved")
        conversation.reopened += 1
        conversation.state = conversation_pb2.CONVERSATION_STATE_WAITING_AGENT

    def _pause_or_resume(self, kind, at):
        for clock in self.conversation.clocks:
            if clock.HasField("stopped"):
                continue
            sla, stretches = self._policy["slas"][clock.sla], self._stretches[clock.sla, clock.cycle]
            pauses = kind != "ACTIVE" and sla.get(f"pause_{kind.lower()}", clock.clock == "resolution")
            if pauses and stretches[-1][1] is None:
                stretches[-1][1] = at.ToMilliseconds()
                clock.state = conversation_pb2.CLOCK_STATE_PAUSED
            elif not pauses and stretches[-1][1] is not None:
                stretches.append([at.ToMilliseconds(), None])
                clock.state = conversation_pb2.CLOCK_STATE_RUNNING
        self.conversation.state = {
            "PENDING": conversation_pb2.CONVERSATION_STATE_WAITING_CUSTOMER,
            "ON_HOLD": conversation_pb2.CONVERSATION_STATE_ON_HOLD,
            "ACTIVE": conversation_pb2.CONVERSATION_STATE_WAITING_AGENT if self._responded else
            conversation_pb2.CONVERSATION_STATE_NEW}[kind]

    def _message(self, event):
        conversation = self.conversation
        author = event.message.author
        if author == pb.AUTHOR_KIND_MEMBER:
            person = event.person[0].value
            self._opener = self._opener or person
            author = pb.AUTHOR_KIND_CUSTOMER if person == self._opener else pb.AUTHOR_KIND_AGENT
        if author == pb.AUTHOR_KIND_AGENT:
            conversation.agent_started |= not self._asked and not conversation.agent_messages
            conversation.agent_messages += 1
            self._stop(("first_response", "next_response"), event.time)
            self._responded |= self._asked
            if conversation.state not in OVER:
                conversation.state = conversation_pb2.CONVERSATION_STATE_WAITING_CUSTOMER
            return
        if conversation.state in OVER:
            self._reopen(event.time)
        if conversation.state != conversation_pb2.CONVERSATION_STATE_ON_HOLD:
            conversation.state = (conversation_pb2.CONVERSATION_STATE_WAITING_AGENT if self._responded else
                                  conversation_pb2.CONVERSATION_STATE_NEW)
        conversation.customer_messages += 1
        self._people.update(person.value for person in event.person)
        conversation.participants = len(self._people)
        self._ask(event.time)

    def _signal(self, event):
        contact = self._contact(event)
        kind = event.signal.kind
        if kind == pb.SIGNAL_KIND_STARTED:
            contact.started.CopyFrom(event.time)
        elif kind == pb.SIGNAL_KIND_QUEUED:
            contact.queued.CopyFrom(event.time)
            self._start("speed_of_answer", event.time)
            self._ask(event.time)
        elif kind == pb.SIGNAL_KIND_ENDED:
            contact.ended.CopyFrom(event.time)
            if contact.HasField("answered"):
                contact.talk_ms = event.time.ToMilliseconds() - contact.answered.ToMilliseconds()
        else:
            if contact.HasField("queued"):
                contact.wait_ms = event.time.ToMilliseconds() - contact.queued.ToMilliseconds()
            if kind == pb.SIGNAL_KIND_CONNECTED:
                contact.answered.CopyFrom(event.time)
                self._stop(("first_response", "next_response"), event.time)
                self._responded |= self._asked
            elif kind == pb.SIGNAL_KIND_ABANDONED:
                contact.abandoned.CopyFrom(event.time)
            elif kind == pb.SIGNAL_KIND_FLOWED_OUT:
                contact.flowed_out = True
            elif kind == pb.SIGNAL_KIND_CALLBACK_REQUESTED:
                contact.callback = True
                self._ask(event.time)
            self._stop(("speed_of_answer",), event.time, void=kind != pb.SIGNAL_KIND_CONNECTED)

    def _ask(self, at):
        self._asked = True
        self._start("next_response" if self._responded else "first_response", at)

    def _contact(self, event):
        """A call of its own key; without keys all that a channel brings is one, which nothing here looks at."""
        key = event.thread_keys[0].value if event.thread_keys else CHANNELS[event.channel]
        if key not in self._contacts:
            self._contacts[key] = len(self.conversation.contacts)
            self.conversation.contacts.add(channel=event.channel, key=key, attributes=event.attributes)
        return self.conversation.contacts[self._contacts[key]]

    def _start(self, kind, at):
        """A wait that runs already goes on; a first response is waited for once."""
        for name, target in (self._rule or {"targets": {}})["targets"].items():
            sla = self._policy["slas"][name]
            if sla["clock"] != kind or any(clock.sla == name and not clock.HasField("stopped")
                                           for clock in self.conversation.clocks):
                continue
            if self.conversation.agent_started and kind == "first_response" and not sla.get("agent_started"):
                continue
            self._cycles[name] += 1
            clock = self.conversation.clocks.add(
                sla=name, clock=kind, cycle=self._cycles[name], state=conversation_pb2.CLOCK_STATE_RUNNING,
                target_ms=milliseconds(target["target"]))
            clock.started.CopyFrom(at)
            self._stretches[name, clock.cycle] = [[at.ToMilliseconds(), None]]

    def _stop(self, kinds, at, void=False):
        for clock in self.conversation.clocks:
            if clock.clock not in kinds or clock.HasField("stopped"):
                continue
            clock.stopped.CopyFrom(at)
            stretches = self._stretches[clock.sla, clock.cycle]
            if stretches[-1][1] is None:
                stretches[-1][1] = at.ToMilliseconds()
            clock.elapsed_ms = sum(end - begin for begin, end in stretches)
            clock.late = clock.elapsed_ms > clock.target_ms
            if void:
                clock.state = conversation_pb2.CLOCK_STATE_VOID
            else:
                clock.state = (conversation_pb2.CLOCK_STATE_BREACHED if clock.late else
                               conversation_pb2.CLOCK_STATE_MET)

    def finish(self):
        """Long after the last event: what still runs is late; and when each target was used up."""
        for clock in self.conversation.clocks:
            stretches = self._stretches[clock.sla, clock.cycle]
            if not clock.HasField("stopped"):
                spent = sum(end - begin for begin, end in stretches if end is not None)
                clock.late = stretches[-1][1] is None or spent > clock.target_ms
            left = clock.target_ms
            for begin, end in stretches:
                if end is None or end - begin >= left:
                    clock.due.FromMilliseconds(begin + left)
                    break
                left -= end - begin

    def breaches(self):
        for clock in self.conversation.clocks:
            if clock.late:
                alert = Alert(id=f"{self.conversation.id}:{clock.sla}:{clock.cycle}:breached",
                              conversation_id=self.conversation.id, sla=clock.sla, clock=clock.clock,
                              cycle=clock.cycle, level=alert_pb2.ALERT_LEVEL_BREACHED, due=clock.due,
                              status=alert_pb2.ALERT_STATUS_RECOVERED if clock.HasField("stopped") else
                              alert_pb2.ALERT_STATUS_RAISED)
                yield alert
