"""A second reading of the rules in DOMAIN.md: which alerts a conversation must have had, from its events and the policy.

Slow and plain on purpose: everything is made anew from the sorted events, working time is walked through period by
period. It knows the clocks first_response, next_response, resolution and speed_of_answer, messages, calls and the end of
a conversation; what it does not know it says (Unknown), and such a conversation is not judged. Instants are milliseconds.
"""
import re
from dataclasses import dataclass

DAY = 86_400_000
UNITS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": DAY}


class Unknown(Exception):
    """Beyond this oracle."""


@dataclass
class Happening:
    at: int
    kind: str     # customer, agent, queued, connected, ended, abandoned, resolved, reopened, nothing
    contact: str  # the call, session or thread
    sequence: int = 0

    def order(self):
        # R1: of one instant the customer goes first, then the agent, then what changes the state.
        rank = {"customer": 0, "agent": 1}.get(self.kind, 2)
        return self.at, rank, self.sequence


def duration(words):
    parts = re.findall(r"(\d+)(ms|s|m|h|d)", words)
    if "".join(number + unit for number, unit in parts) != words or not parts:
        raise Unknown(f"duration {words}")
    return sum(int(number) * UNITS[unit] for number, unit in parts)


class Calendar:
    """Working time of one day, the same every day, in UTC; None is always open."""

    def __init__(self, periods=None):
        self.periods = sorted(periods or [(0, DAY)])

    @staticmethod
    def of(spec):
        if spec.get("zone") != "UTC" or list(spec.get("week", {})) != ["mon-sun"] or "holidays" in spec:
            raise Unknown(f"calendar {spec}")
        words = spec["week"]["mon-sun"]
        def minute(clock):
            return (int(clock[:2]) * 60 + int(clock[3:])) * 60_000
        return Calendar([(minute(each[:5]), minute(each[6:])) for each in ([words] if isinstance(words, str) else words)])

    def stretches(self, start):
        """Open stretches from `start` on, without end."""
        day = start - start % DAY
        while True:
            for begin, end in self.periods:
                if day + end > start:
                    yield max(day + begin, start), day + end
            day += DAY

    def elapsed(self, start, end):
        total = 0
        for begin, until in self.stretches(start):
            if begin >= end:
                return total
            total += min(until, end) - begin

    def add(self, start, amount, running):
        """The instant at which `amount` of open time has passed, counting only inside the stretches of `running`."""
        left = amount
        for from_, to in running:
            for begin, until in self.stretches(from_):
                if to is not None and begin >= to:
                    break
                if to is not None:
                    until = min(until, to)
                if until - begin >= left:
                    return begin + left
                left -= until - begin
        return None


@dataclass
class Run:
    sla: str
    cycle: int
    contact: str
    target: int
    warn: int      # spent when a warning is due; 0: none
    calendar: Calendar
    running: list  # [[from, to]], to None while it runs
    stopped: int = None
    void: bool = False

    def elapsed(self):
        return sum(self.calendar.elapsed(begin, end) for begin, end in self.running if end is not None)

    def stop(self, at, void=False):
        self.running[-1][1], self.stopped, self.void = at, at, void

    def breaks(self):
        """The first instant that is late: where the budget ends exactly at closing, the next opening (R3)."""
        due = self.calendar.add(0, self.target, self.running)
        if due is None:
            return None, None
        later = self.calendar.add(0, self.target + 1, self.running)
        return due, (None if later is None else later - 1)


class Fold:
    """One conversation."""

    def __init__(self, targets):
        self._targets = targets  # sla -> (target ms, warning ms, Calendar)
        self.runs, self._cycles = [], {}
        self._over = self._responded = False
        self._contacts = {}  # call -> phase: queued, talking, over
        self._waiting_since, self._written = None, None  # the oldest unanswered contact, the newest message

    def _open(self, sla, contact=None):
        return next((run for run in self.runs if run.sla == sla and run.stopped is None
                     and (contact is None or run.contact == contact)), None)

    def _start(self, sla, at, contact):
        if sla not in self._targets:
            return
        target, warn, calendar = self._targets[sla]
        self._cycles[sla] = self._cycles.get(sla, 0) + 1
        self.runs.append(Run(sla, self._cycles[sla], contact, target, warn, calendar, [[at, None]]))

    def _contact(self, at, contact):
        """The customer said something, or waits in a queue."""
        if self._over:
            self._reopen(at)
        if self._waiting_since is None:
            self._waiting_since = at
        if not self._responded:
            if not self._open("first_response"):
                self._start("first_response", at, contact)
        elif not self._open("next_response"):
            self._start("next_response", at, contact)

    def _reply(self, at):
        for sla in ("first_response", "next_response"):
            if run := self._open(sla):
                run.stop(at)
        self._responded, self._waiting_since = True, None

    def _gave_up(self, at, call):
        """Who hangs up before the answer was neither let down nor served; unless another contact waits for the same."""
        if run := self._open("speed_of_answer", call):
            run.stop(at, void=True)
        elsewhere = any(phase == "queued" for other, phase in self._contacts.items() if other != call)
        wrote = None not in (self._written, self._waiting_since) and self._written >= self._waiting_since
        if not elsewhere and not wrote:
            for sla in ("first_response", "next_response"):
                if run := self._open(sla):
                    run.stop(at, void=True)
            self._waiting_since = None

    def _resolve(self, at):
        if self._over:
            return
        self._over, self._waiting_since = True, None
        self._responded = True  # R8: what is said after the end is no first contact
        for sla in ("first_response", "next_response"):
            if run := self._open(sla):
                run.stop(at, void=True)
        if run := self._open("resolution"):
            run.stop(at)

    def _reopen(self, at):
        self._over = False
        for run in self.runs:
            if run.sla == "resolution" and run.stopped is not None:
                run.stopped = None
                run.running.append([at, None])

    def take(self, event):
        if not self.runs and not self._cycles and not self._responded:
            if event.kind == "agent":  # it began with us: nobody waits for a first response
                self._responded = True
            self._start("resolution", event.at, event.contact)
            self._cycles.setdefault("resolution", 0)
        phase = self._contacts.get(event.contact)
        if event.kind == "customer":
            self._written = event.at
            self._contact(event.at, event.contact)
        elif event.kind == "agent":
            self._reply(event.at)
        elif event.kind == "queued":
            if phase is not None:
                raise Unknown("a call that is queued again")
            self._contacts[event.contact] = "queued"
            self._contact(event.at, event.contact)
            self._start("speed_of_answer", event.at, event.contact)
        elif event.kind == "connected":
            if phase != "queued":
                raise Unknown("a call that was answered without waiting")
            self._contacts[event.contact] = "talking"
            if run := self._open("speed_of_answer", event.contact):
                run.stop(event.at)
            self._reply(event.at)
        elif event.kind in ("ended", "abandoned"):
            self._contacts[event.contact] = "over"
            if phase == "queued":
                self._gave_up(event.at, event.contact)
        elif event.kind == "resolved":
            self._resolve(event.at)
        elif event.kind != "nothing":
            raise Unknown(event.kind)


def targets_of(policy):
    """sla -> (target, warning, calendar) of a policy with one rule for everything."""
    if len(policy["rules"]) != 1 or "when" in policy["rules"][0]:
        raise Unknown("several rules")
    rule, out = policy["rules"][0], {}
    for sla, spec in rule["targets"].items():
        spec = {"target": spec} if isinstance(spec, str) else spec
        target = duration(spec["target"])
        words = spec.get("at_risk", "")
        if words.endswith("%"):
            warn = target * int(words[:-1]) // 100
        elif words.endswith(" left"):
            warn = target - duration(words[:-5])
        else:
            warn = duration(words) if words else 0
        name = spec.get("calendar", rule.get("calendar", "24x7"))
        calendar = Calendar() if name == "24x7" else Calendar.of(policy["calendars"][name])
        out[sla] = (target, warn, calendar)
    return out


def alerts_of(happenings, targets, until):
    """{(sla, cycle, level): (status, due)} of one conversation as of `until`."""
    fold, out, before = Fold(targets), {}, None
    for event in sorted(happenings, key=Happening.order):
        # R1 leaves the rest to the order of arrival, which partitions do not have among each other.
        if before and before.order() == event.order() and event.order()[1] == 2 and "nothing" not in (before.kind, event.kind):
            raise Unknown("two changes of one instant")
        fold.take(event)
        before = event
    for run in fold.runs:
        last = until if run.stopped is None else run.stopped
        status = "RAISED" if run.stopped is None else "RECOVERED"
        if run.warn > 0:
            at = run.calendar.add(0, run.warn, run.running)
            if at is not None and at <= last:
                out[run.sla, run.cycle, "AT_RISK"] = (status, at)
        due, late = run.breaks()
        if late is not None and late <= last and (run.stopped is None or run.elapsed() > run.target):
            out[run.sla, run.cycle, "BREACHED"] = (status, due)
    return out
