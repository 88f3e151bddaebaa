"""All invariants of one run together: what is wrong, and the figures."""
import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from . import contents as reading
from . import invariants, log, oracle, state
from .wire import alert_pb2

SHOWN = 5
CORE = "vaste.core"
STATUS = {alert_pb2.ALERT_STATUS_RAISED: "RAISED", alert_pb2.ALERT_STATUS_RECOVERED: "RECOVERED",
          alert_pb2.ALERT_STATUS_RETRACTED: "RETRACTED"}


@dataclass
class Asked:
    """What there is to look at; what is empty is not looked at, and the figures say so."""
    bootstrap: str
    sources: list
    group: str = ""
    data: list = field(default_factory=list)   # the brokers' data folders
    states: list = field(default_factory=list)  # state directories of processes that have stopped, or were killed
    policy: dict = None
    until: int = 0                             # ms: everything due before it has been said
    bound_ms: int = 0
    healthy: object = None                     # (ms, ms) -> bool: nothing was wrong in between
    seen: dict = None                          # (topic, partition) -> offsets that a reader saw during the faults
    texts: dict = field(default_factory=dict)  # name -> what was written beside the topics
    canaries: tuple = ()
    metrics: str = ""                          # of a process that did everything, at its end
    alert_ends: list = field(default_factory=list)  # by partition, the offset before which `metrics` counted the alerts
    jumps: list = field(default_factory=list)  # of the machine's clock, (began, ended, by) in ms: see invariants.by_the_clock
    incomplete: bool = False                   # it was stopped in the middle: what is not answered is not lost
    purged: bool = False                       # the core topic was deleted behind the commits: hops cannot be followed
    damaged: bool = False                      # databases may hold damage that nobody has read yet


class Verdict:
    def __init__(self):
        self.faults, self.figures, self.left_out = defaultdict(list), Counter(), []
        self.stories = []  # of conversations with wrong alerts: what the oracle knows of them

    def add(self, what, found):
        self.faults[what] += found

    def wrong(self):
        return {what: found for what, found in self.faults.items() if found}

    def text(self):
        return (", ".join(f"{what} {number}" for what, number in self.figures.items()) + ": "
                + ", ".join(f"{what} {len(found)}" for what, found in self.faults.items())
                + (f"; not looked at: {', '.join(self.left_out)}" if self.left_out else ""))

    def details(self):
        lines = []
        for what, found in self.wrong().items():
            lines += [f"{what}: {each}" for each in sorted(found)[:SHOWN]]
            if len(found) > SHOWN:
                lines.append(f"{what}: and {len(found) - SHOWN} more")
        return "\n".join(lines + self.stories)


def judge(asked):
    verdict = Verdict()
    found = reading.Reading(asked.bootstrap).all(asked.sources)
    if asked.purged:
        for places in (found.read, asked.seen or {}):
            for place in [each for each in places if each[0] == CORE]:
                del places[place]
        verdict.left_out.append(f"{CORE}, which was deleted")
    for what, faults in invariants.answered_once(found.sources, [at for at, _ in found.answers]).items():
        if not (asked.incomplete and what == "lost"):
            verdict.add(what, faults)
    revisions = defaultdict(list)
    for alert in found.alerts:
        revisions[alert.id].append(alert.revision)
    for what, faults in invariants.revisions(revisions).items():
        verdict.add(f"alerts {what}", faults)
    for what, faults in invariants.revisions(found.conversations).items():
        verdict.add(f"conversations {what}", faults)
    verdict.figures.update({"sources": len(found.sources), "answers": len(found.answers),
                            "dead letters": found.outcomes["dead_lettered"], "alerts": len(revisions),
                            "conversations": len(found.conversations)})
    _transactions(asked, found, verdict)
    _oracle(asked, found, verdict)
    _state(asked, found, verdict)
    if asked.seen is not None:
        verdict.add("reader during the faults differs", invariants.same_as(
            asked.seen, {place: offsets for place, offsets in found.read.items() if place in asked.seen}))
    else:
        verdict.left_out.append("reader during the faults")
    verdict.add("canaries", invariants.canaries(asked.texts, asked.canaries))
    if asked.metrics:
        verdict.add("counters", invariants.counters(sums(asked.metrics), counted(found, asked.alert_ends)))
    return verdict


def _transactions(asked, found, verdict):
    if not asked.data:
        verdict.left_out.append("transactions")
        return
    brokers = log.read(asked.data)
    moves = invariants.Moves(brokers, asked.group)
    verdict.add("markers", brokers.faults)
    verdict.add("offsets back", moves.faults)
    verdict.add("visible", invariants.visible_is_committed(brokers, found.read))
    verdict.add("torn", invariants.offsets_travel_along(brokers, asked.group, {place[0] for place in found.read}))
    led_to, results = defaultdict(list), defaultdict(list)
    for at in found.sources:
        led_to[at].append(at)
    for origin, at in found.envelopes:
        led_to[origin].append(at)
        results[origin].append((brokers.transaction_of(at), invariants.text(at)))
    for origin, at in found.answers:
        results[origin].append((brokers.transaction_of(at), invariants.text(at)))
    if not asked.purged:
        verdict.add("torn", invariants.results_with_their_input(
            moves, led_to, results, lambda at: at[2] < moves.end(at[:2])))
    ours = [each for each in brokers.transactions if each.name.startswith(asked.group)]
    verdict.figures["transactions"] = sum(1 for each in ours if each.verdict == log.COMMIT)
    verdict.figures["aborted"] = sum(1 for each in ours if each.verdict == log.ABORT)
    verdict.moves = moves


def _oracle(asked, found, verdict):
    if asked.policy is None:
        verdict.left_out.append("alerts by the oracle")
        return
    targets = oracle.targets_of(asked.policy)
    together = defaultdict(list)
    for conversation, happenings in found.happenings.items():
        together[found.root(conversation)] += happenings
    expected, unjudged = {}, set()
    for conversation, happenings in together.items():
        try:
            for (sla, cycle, level), what in oracle.alerts_of(happenings, targets, asked.until).items():
                if what[1] < asked.until:
                    expected[f"{conversation}:{sla}:{cycle}:{level.lower()}"] = what
        except oracle.Unknown:
            unjudged.add(conversation)
    published, first_said = {}, {}
    for alert in found.alerts:
        due, decided = reading.ms(alert.due), reading.ms(alert.decided)
        if alert.status == alert_pb2.ALERT_STATUS_RAISED:
            first_said.setdefault(alert.id, (due, decided, alert.detected_late or alert.provisional))
        if found.root(alert.conversation_id) not in unjudged and due < asked.until:
            published[alert.id] = (STATUS[alert.status], due)
    wrong = invariants.alerts_as_expected(expected, published)
    verdict.add("alerts wrong", wrong)
    for conversation in sorted({fault.partition(":")[0] for fault in wrong})[:SHOWN]:
        verdict.stories.append(f"{conversation}: " + "; ".join(
            f"{each.at} {each.kind} {each.contact}" for each in sorted(together[found.root(conversation)], key=oracle.Happening.order)))
    healthy = asked.healthy or (lambda *_: False)
    if asked.jumps:
        first_said = invariants.by_the_clock(first_said, healthy, asked.jumps)
        verdict.figures["alerts judged by the clock"] = len(first_said)
    for what, faults in invariants.on_time(first_said, healthy, asked.bound_ms).items():
        verdict.add(f"alerts {what}", faults)
    verdict.figures["seconds behind its due instant, latest alert"] = max(
        (decided - due for due, decided, excused in first_said.values() if not excused), default=0) // 1000
    verdict.figures["alerts by the oracle"] = len(expected)
    verdict.figures["conversations judged"] = len(together) - len(unjudged)
    if len(unjudged) > len(together) // 2:
        verdict.add("oracle", [f"{len(unjudged)} of {len(together)} conversations are beyond it"])


def _state(asked, found, verdict):
    if not asked.states:
        verdict.left_out.append("state")
        return
    positions = defaultdict(lambda: -1)
    every = [one for folder in asked.states for one in state.partitions(folder, asked.damaged).items()]
    for partition, (at, until, pairs) in every:
        positions[partition] = max(positions[partition], at)
        changelog = state.replay(found.changelog.get(partition, ()), until)
        verdict.add("state differs", [f"core-{partition}: {each}" for each in invariants.state_is_the_changelog(
            pairs, changelog, lambda key: key.startswith(state.LOCAL))])
        verdict.figures["keys of state"] += len(pairs)
    if hasattr(verdict, "moves"):
        committed = {place[1]: verdict.moves.end(place) for place in verdict.moves.places() if place[0] == CORE}
        verdict.add("state ahead", invariants.not_ahead(positions, committed))


def sums(metrics):
    """Sums over all labels but `outcome` of what is compared."""
    out = defaultdict(float)
    for name, labels, value in re.findall(r"^(vaste_\w+_total)(\{[^}]*\})? (\S+)$", metrics, re.MULTILINE):
        outcome = re.search(r'outcome="([^"]*)"', labels)
        out[name + (f" {outcome.group(1)}" if outcome else "")] += float(value)
    return out


def counted(found, alert_ends):
    out = {f"vaste_events_total {outcome}": number for outcome, number in found.outcomes.items()}
    out["vaste_dead_letters_total"] = found.outcomes["dead_lettered"]
    out["vaste_alerts_total"] = sum(offset < alert_ends[partition]
                                    for _, partition, offset in found.alert_places)
    return out


def seen_from(text):
    return {tuple(json.loads(place)): offsets for place, offsets in json.loads(text).items()}
