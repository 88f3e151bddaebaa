"""What vaste said: its output topics, as the newest record of each key."""
from collections import defaultdict
from dataclasses import dataclass, field

from vaste_proto import alert_pb2, conversation_pb2, enriched_pb2


@dataclass
class Outputs:
    conversations: dict = field(default_factory=dict)  # id -> newest Conversation, merged ones too
    enriched: list = field(default_factory=list)       # EnrichedEvent, as they came
    alerts: dict = field(default_factory=dict)         # id -> newest Alert
    dead: list = field(default_factory=list)           # DeadLetter
    kpis: dict = None                                  # key -> newest KpiRecord; None: there is no such topic
    redirects: dict = field(default_factory=dict)      # id of a customer who was merged -> the one who survived
    _by_conversation: dict = None                      # id -> its alerts, once asked for
    _ended: dict = None                                # id -> (sla, cycle) -> Clock, once asked for

    def live(self):
        """Conversations that were not merged into another."""
        return [conversation for conversation in self.conversations.values()
                if conversation.state != conversation_pb2.CONVERSATION_STATE_MERGED]

    def home(self, conversation_id):
        """Where a conversation's contents are now."""
        passed = set()
        while conversation_id not in passed:
            passed.add(conversation_id)
            found = self.conversations.get(conversation_id)
            if found is None or found.state != conversation_pb2.CONVERSATION_STATE_MERGED:
                return conversation_id
            conversation_id = found.merged_into
        raise ValueError(f"merges in a circle, through {conversation_id}")

    def customer_home(self, customer_id):
        """Who a customer is now."""
        passed = set()
        while customer_id in self.redirects:
            if customer_id in passed:
                raise ValueError(f"customers in a circle, through {customer_id}")
            passed.add(customer_id)
            customer_id = self.redirects[customer_id]
        return customer_id

    def events(self):
        """conversation id -> its events, in the order of time; what was not applied is left out."""
        applied = (enriched_pb2.EVENT_OUTCOME_APPLIED, enriched_pb2.EVENT_OUTCOME_LATE_APPLIED)
        found = defaultdict(list)
        for enriched in self.enriched:
            if enriched.outcome in applied:
                found[self.home(enriched.conversation_id)].append(enriched.event)
        for events in found.values():
            events.sort(key=lambda event: (event.time.seconds, event.message.direction, event.sequence))
        return dict(found)

    def breaches(self, sla):
        """The breached alerts that still stand."""
        return [alert for alert in self.alerts.values()
                if alert.sla == sla and alert.level == alert_pb2.ALERT_LEVEL_BREACHED
                and alert.status != alert_pb2.ALERT_STATUS_RETRACTED]

    def alerts_of(self, conversation_id):
        """The breached alerts of one conversation that still stand."""
        if self._by_conversation is None:
            self._by_conversation = defaultdict(list)
            for sla in {alert.sla for alert in self.alerts.values()}:
                for alert in self.breaches(sla):
                    self._by_conversation[self.home(alert.conversation_id)].append(alert)
        return self._by_conversation[conversation_id]

    def clocks(self, conversation):
        """All its runs. A long conversation's summary leaves older ones out: the event that ended one has it."""
        if not conversation.clocks_dropped:
            return conversation.clocks
        if self._ended is None:
            self._ended = defaultdict(dict)
            for enriched in self.enriched:
                for clock in enriched.clocks_after:
                    self._ended[enriched.conversation_id][clock.sla, clock.cycle] = clock
        found = dict(self._ended[conversation.id])
        found.update({(clock.sla, clock.cycle): clock for clock in conversation.clocks})
        return list(found.values())

    def breaches_by_deadline(self, sla, watermark):
        """(conversations that were answered too late, ones never answered and due before `watermark`)."""
        clocks = {(conversation.id, clock.sla, clock.cycle): clock
                  for conversation in self.live() for clock in self.clocks(conversation)}
        answered = unanswered = 0
        for alert in self.breaches(sla):
            clock = clocks.get((alert.conversation_id, alert.sla, alert.cycle))
            if clock is None or clock.HasField("stopped"):
                answered += 1
            elif alert.due.seconds < watermark:
                unanswered += 1
        return answered, unanswered

    def answered_clocks(self, sla):
        """(conversation, clock) of the runs that an answer stopped."""
        ended = (conversation_pb2.CLOCK_STATE_MET, conversation_pb2.CLOCK_STATE_BREACHED)
        return [(conversation, clock) for conversation in self.live() for clock in self.clocks(conversation)
                if clock.sla == sla and clock.state in ended]

    def open_clocks(self, sla):
        return [clock for conversation in self.live() for clock in self.clocks(conversation)
                if clock.sla == sla and clock.state == conversation_pb2.CLOCK_STATE_RUNNING]

    def compare_alerts_and_clocks(self, report):
        """Alerts and summaries must tell the same story: one breach that stands for each run that is late."""
        late = {(conversation.id, clock.sla, clock.cycle) for conversation in self.live()
                for clock in self.clocks(conversation) if clock.late}
        slas = {clock.sla for conversation in self.live() for clock in self.clocks(conversation)}
        for sla in sorted(slas):
            alerted = {(alert.conversation_id, alert.sla, alert.cycle) for alert in self.breaches(sla)}
            wanted = {run for run in late if run[1] == sla}
            report.figure(f"breached alerts without a late clock, {sla}", len(alerted - wanted), 0)
            report.figure(f"late clocks without a breached alert, {sla}", len(wanted - alerted), 0)


def seconds(milliseconds):
    """Exact: a fraction would mean that something was rounded."""
    return milliseconds // 1000 if milliseconds % 1000 == 0 else milliseconds / 1000
