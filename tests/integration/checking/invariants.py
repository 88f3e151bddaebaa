"""The invariants, as functions of plain values that return what is wrong: [] is well. Each names its number in the plan.

A position is (topic, partition, offset).
"""
from bisect import bisect_right
from collections import Counter, defaultdict


def text(at):
    return f"{at[0]}[{at[1]}]@{at[2]}"


def answered_once(sources, answers):
    """I1, I2: every input record has exactly one answer. `answers`: a position for each output record."""
    counts = Counter(answers)
    return {"lost": [text(at) for at in sources if at not in counts],
            "duplicated": [f"{text(at)}: {times} times" for at, times in counts.items() if times > 1],
            "stray": [text(at) for at in counts if at not in sources]}


def revisions(seen):
    """I2, I3: of each id the revisions 1, 2, 3, ... in this order. `seen`: id -> revisions as read."""
    repeated, gaps, disordered = [], [], []
    for key, numbers in seen.items():
        if len(set(numbers)) < len(numbers):
            repeated.append(f"{key}: {numbers}")
        if set(numbers) != set(range(1, max(numbers) + 1)):
            gaps.append(f"{key}: {numbers}")
        elif numbers != sorted(numbers):
            disordered.append(f"{key}: {numbers}")
    return {"repeated": repeated, "gaps": gaps, "disordered": disordered}


def visible_is_committed(log, read):
    """I4, I12: what a committed reader saw is what committed transactions wrote. `read`: positions, by (topic, partition).

    A reader that began late or ended early is not told apart from one that missed something: it must read everything.
    """
    faults = []
    for place, offsets in read.items():
        offsets = set(offsets)
        for batch in log.batches.get(place, ()):
            if batch.control:
                continue
            committed = not batch.transactional or (
                batch.transaction is not None and batch.transaction.verdict == "commit")
            seen = sum(1 for offset in range(batch.first, batch.last + 1) if offset in offsets)
            if seen and not committed:
                faults.append(f"{text((*place, batch.first))}: {seen} records of {batch.transaction or 'an open one'} read")
            if committed and seen < batch.count:
                faults.append(f"{text((*place, batch.first))}: {batch.count - seen} committed records not read")
    return faults


def same_as(first, second):
    """I12: a reader during the faults saw what one afterwards sees, in this order. {place: [offset]}."""
    faults = []
    for place in sorted(first.keys() | second.keys()):
        before, after = first.get(place, []), second.get(place, [])
        if before != after:
            faults.append(f"{place[0]}[{place[1]}]: {len(before)} records during the faults, {len(after)} after; differ first "
                          f"at {next((pair for pair in zip(before, after) if pair[0] != pair[1]), 'the end')}")
    return faults


class Moves:
    """Which committed transaction moved the group's offset over a record."""

    def __init__(self, log, group):
        self.faults = []
        steps = defaultdict(list)
        for (name, *place), offset, note, batch in log.offsets:
            if name == group and batch.transaction is not None and batch.transaction.verdict == "commit":
                steps[tuple(place)].append((offset, f"{offset} ({note or 'no note'}, at {batch.first} by epoch {batch.epoch} "
                                            f"in {batch.transaction})", batch.transaction))
        self._ends, self._by = {}, {}
        for place, moves in steps.items():
            ends, by, before = [], [], ""
            for offset, said, transaction in moves:
                if ends and offset < ends[-1]:
                    self.faults.append(f"{place[0]}[{place[1]}]: the committed offset goes back from {before} to {said}")
                elif not ends or offset > ends[-1]:
                    ends.append(offset)
                    by.append(transaction)
                before = said
            self._ends[place], self._by[place] = ends, by

    def over(self, at):
        ends = self._ends.get(at[:2], [])
        index = bisect_right(ends, at[2])
        return self._by[at[:2]][index] if index < len(ends) else None

    def places(self):
        return self._ends.keys()

    def end(self, place):
        ends = self._ends.get(place)
        return ends[-1] if ends else 0


def offsets_travel_along(log, group, topics):
    """I5: a committed transaction that wrote to one of `topics` also moved offsets of the group, all in one piece.

    Half a transaction, cut off by a verdict that was meant for another one, has no offsets or nothing but them.
    """
    notes = defaultdict(set)
    for (name, _, _), _, note, batch in log.offsets:
        if name == group and batch.transaction is not None:
            notes[id(batch.transaction)].add(note)
    faults = []
    for transaction in log.transactions:
        if len(notes[id(transaction)]) > 1:
            faults.append(f"{transaction}: offsets of several: {sorted(notes[id(transaction)])}")
        wrote = sorted(place for place in transaction.batches if place[0] in topics)
        if transaction.verdict == "commit" and wrote and not notes[id(transaction)]:
            faults.append(f"{transaction} wrote to {wrote[0][0]}[{wrote[0][1]}] and {len(wrote) - 1} others, and committed "
                          "no offsets")
    return faults


def results_with_their_input(moves, led_to, results, is_input):
    """I5: what a record led to stands in the transaction that moved the offset over it, and nowhere else.

    led_to: origin -> places of the records by which it was input ((topic, partition, offset) of a source record itself, of
    a packed record of the core topic). results: origin -> [(transaction, where)] of what was made of it: envelopes and
    answers. is_input(at): whether the record was consumed (its offset is committed).
    """
    torn = []
    for origin, inputs in led_to.items():
        made = results.get(origin, [])
        takers = []
        for at in inputs:
            transaction = moves.over(at)
            if transaction is None:
                if is_input(at):
                    torn.append(f"{text(origin)}: {text(at)} was passed over by no committed transaction")
                continue
            takers.append(transaction)
            if not any(transaction is each for each, _ in made):
                torn.append(f"{text(origin)}: {transaction} moved the offset over {text(at)} and wrote nothing of it")
        for transaction, where in made:
            if transaction is not None and not any(transaction is each for each in takers):
                torn.append(f"{text(origin)}: {where} is in {transaction}, which did not move the offset over its input")
    return torn


def alerts_as_expected(expected, published):
    """I6: the alerts that stand are the oracle's. {id: (status, due ms)}; RETRACTED ones stand for nothing."""
    faults = []
    standing = {key: value for key, value in published.items() if value[0] != "RETRACTED"}
    for key in sorted(expected.keys() - standing.keys()):
        said = ", though it was raised and retracted" if key in published else ""
        faults.append(f"{key}: missing, due {expected[key][1]}{said}")
    for key in sorted(standing.keys() - expected.keys()):
        faults.append(f"{key}: false, {standing[key][0]} with due {standing[key][1]}")
    for key in sorted(expected.keys() & standing.keys()):
        if expected[key] != standing[key]:
            faults.append(f"{key}: {standing[key]} instead of {expected[key]}")
    return faults


def by_the_clock(first_said, healthy, jumps):
    """What can be judged where the machine's clock jumped: due in quiet times, and said by a clock that was right.

    One that is an hour ahead says what is due within this hour, and that it is late. id -> as for on_time().
    """
    return {key: (due, decided, excused) for key, (due, decided, excused) in first_said.items()
            if healthy(due, due) and not any(began <= decided - by <= ended for began, ended, by in jumps)}


def on_time(first_said, healthy, bound_ms):
    """I6: never before it is due, at most `bound_ms` late while all is well. id -> (due, decided, late_or_provisional).

    healthy(began, ended): nothing was wrong in between, both ms.
    """
    early = [f"{key}: decided {due - decided} ms before it was due"
             for key, (due, decided, excused) in first_said.items() if decided < due]
    late = [f"{key}: {decided - due} ms after it was due" for key, (due, decided, excused) in first_said.items()
            if not excused and decided - due > bound_ms and healthy(due, due + bound_ms)]
    return {"early": early, "late": late}


def state_is_the_changelog(state, changelog, local):
    """I7: the database holds byte for byte what the changelog says up to its position. local(key): not in the changelog."""
    faults = []
    for key in sorted(changelog.keys() | state.keys()):
        if local(key):
            continue
        if key not in state:
            faults.append(f"{key[:40]!r}: in the changelog, not in the database")
        elif key not in changelog:
            faults.append(f"{key[:40]!r}: in the database, not in the changelog")
        elif state[key] != changelog[key]:
            faults.append(f"{key[:40]!r}: {len(state[key])} bytes differ from the changelog's {len(changelog[key])}")
    return faults


def not_ahead(positions, committed):
    """I8: partition -> input position of the database, against what the group has committed."""
    return [f"partition {partition}: the database stands at {at}, the group committed {committed.get(partition, 0)}"
            for partition, at in sorted(positions.items()) if at > max(committed.get(partition, 0), 0)]


def canaries(texts, words):
    """I10: words that belong to people, in what was written beside the topics. {name: text}."""
    return [f"{name}: has {word!r}" for name, content in texts.items() for word in words if word in content]


def counters(told, counted):
    """I11: sums of /metrics against what stands in the topics."""
    return [f"{name}: {told.get(name, 0):g} told, {number} counted" for name, number in counted.items()
            if told.get(name, 0) != number]
