#!/usr/bin/python3
"""The checker checked: worlds in which all is well, and the same with one thing wrong that it must name."""
import struct
import unittest
from collections import defaultdict

from checking import contents, invariants, log, oracle, verdict
from checking.oracle import Happening
from fire import growth

CORE, ENRICHED, OFFSETS = ("vaste.core", 0), ("vaste.enriched", 0), ("__consumer_offsets", 0)
SOURCE = ("support.chat", 0)


def zigzag(number):
    value, out = (number << 1) ^ (number >> 63), b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def batch_bytes(base, records, producer=7, attributes=log.TRANSACTIONAL):
    """A batch as a broker writes it; the checksum is not looked at."""
    payload = b""
    for delta, (key, value) in enumerate(records):
        body = b"\0" + zigzag(0) + zigzag(delta)
        for part in (key, value):
            body += zigzag(-1) if part is None else zigzag(len(part)) + part
        body += zigzag(0)
        payload += zigzag(len(body)) + body
    header = log.HEADER.pack(base, log.HEADER.size - 12 + len(payload), 0, 2, 0, attributes, len(records) - 1, 0, 0, producer,
                             0, 0, len(records))
    return header + payload


def marker(base, verdict, producer=7):
    kind = {"abort": 0, "commit": 1}[verdict]
    return batch_bytes(base, [(struct.pack(">hh", 0, kind), b"\0" * 6)], producer, log.TRANSACTIONAL | log.CONTROL)


class Broker:
    """A made-up log: transactions of one producer that read SOURCE and write to CORE and ENRICHED."""

    def __init__(self):
        self.log, self.decided, self._next, self.now = log.Log(), [], defaultdict(int), 0

    def _append(self, place, batch):
        self.log.batches.setdefault(place, []).append(batch)
        self._next[place] = batch.last + 1

    def data(self, place, count=1):
        first = self._next[place]
        self._append(place, log.Batch(first, first + count - 1, 7, 0, True, "", count))
        return first

    def offset(self, group, place, offset, note=""):
        self.data(OFFSETS)
        self.log.offsets.append(((group, *place), offset, note, self.log.batches[OFFSETS][-1]))

    def end(self, verdict, places, decided=None):
        self.now += 10
        for place in places:
            at = self._next[place]
            self._append(place, log.Batch(at, at, 7, 0, True, verdict, 1, at=self.now + 1))
        if decided is not False:
            self.decided.append(("id", 7, decided or verdict, frozenset(places), self.now))

    def finish(self):
        self.log.finish(self.decided)
        return self.log


ALL = (CORE, ENRICHED, OFFSETS)


def two_transactions(between=lambda broker: None):
    """Each takes one source record to an answer; `between` happens in the middle of the second."""
    broker, answers = Broker(), []
    for number in range(2):
        answers.append(((*SOURCE, number), (*ENRICHED, broker.data(ENRICHED))))
        broker.data(CORE)
        if number == 1:
            between(broker)
        broker.offset("g", SOURCE, number + 1)
        broker.end("commit", ALL)
    return broker.finish(), answers


def torn(brokers, answers):
    moves = invariants.Moves(brokers, "g")
    results = {origin: [(brokers.transaction_of(at), invariants.text(at))] for origin, at in answers}
    return (invariants.offsets_travel_along(brokers, "g", {"vaste.core", "vaste.enriched"})
            + invariants.results_with_their_input(moves, {origin: [origin] for origin, _ in answers}, results,
                                                  lambda at: at[2] < moves.end(at[:2]))
            + brokers.faults + moves.faults)


class Answers(unittest.TestCase):
    SOURCES = {(*SOURCE, offset) for offset in range(3)}

    def test_all_is_well(self):
        self.assertFalse(any(invariants.answered_once(self.SOURCES, list(self.SOURCES)).values()))

    def test_a_lost_one(self):
        found = invariants.answered_once(self.SOURCES, [(*SOURCE, 0), (*SOURCE, 2)])
        self.assertEqual(found["lost"], ["support.chat[0]@1"])

    def test_a_duplicate(self):
        found = invariants.answered_once(self.SOURCES, [*self.SOURCES, (*SOURCE, 2)])
        self.assertEqual(found["duplicated"], ["support.chat[0]@2: 2 times"])

    def test_one_that_nobody_asked_for(self):
        self.assertTrue(invariants.answered_once(self.SOURCES, [*self.SOURCES, (*SOURCE, 9)])["stray"])

    def test_revisions(self):
        self.assertFalse(any(invariants.revisions({"a": [1, 2, 3]}).values()))
        for seen, what in (([1, 1], "repeated"), ([1, 3], "gaps"), ([2, 1], "disordered")):
            self.assertTrue(invariants.revisions({"a": seen})[what], what)


class Transactions(unittest.TestCase):
    def test_all_is_well(self):
        self.assertEqual(torn(*two_transactions()), [])

    def test_a_late_commit_takes_half_of_the_next(self):
        # The marker of a repeated EndTxn cuts the second in two: what came before it stands without offsets.
        found = torn(*two_transactions(lambda broker: broker.end("commit", (CORE, ENRICHED))))
        self.assertTrue(any("committed no offsets" in each for each in found), found)
        self.assertTrue(any("wrote nothing of it" in each for each in found), found)

    def test_a_late_abort_takes_half_of_the_next(self):
        found = torn(*two_transactions(lambda broker: broker.end("abort", (CORE, ENRICHED))))
        self.assertTrue(any("wrote nothing of it" in each for each in found), found)

    def test_a_partition_that_went_another_way(self):
        broker = Broker()
        for place in ALL:
            broker.data(place)
        broker.end("commit", (CORE, OFFSETS), decided=False)
        broker.end("abort", (ENRICHED,), decided=False)
        broker.decided.append(("id", 7, "commit", frozenset(ALL), broker.now))
        self.assertIn("vaste.enriched[0]@1: abort, but transaction 1 of id (commit)", broker.finish().faults)

    def test_a_marker_that_is_written_again_is_none(self):
        broker = Broker()
        broker.data(CORE)
        broker.end("commit", (CORE,))
        broker.end("commit", (CORE,), decided=False)
        self.assertEqual(broker.finish().faults, [])

    def test_a_marker_that_a_new_coordinator_writes_again_is_not_the_next_one_s(self):
        broker = Broker()
        places = []
        for _ in range(3):
            places.append((*CORE, broker.data(CORE)))
            broker.end("commit", (CORE,))
            broker.end("commit", (CORE,), decided=False)
        found = broker.finish()
        self.assertEqual([found.transaction_of(at).number for at in places], [1, 2, 3])
        self.assertEqual(found.faults, [])

    def test_a_transaction_that_wrote_nothing_to_one_of_its_partitions(self):
        broker = Broker()
        broker.end("commit", (CORE,))
        broker.end("commit", (CORE,))
        at = (*CORE, broker.data(CORE))
        broker.end("commit", (CORE,))
        self.assertEqual(broker.finish().transaction_of(at).number, 3)

    def test_a_decision_that_is_written_again_is_one(self):
        decisions = log.Decisions()
        going_on, commit, done = 1, 2, 4
        for at, state in enumerate((going_on, commit, commit, done, going_on, commit, done)):
            decisions.record("id", 7, state, frozenset((CORE,)), at)
        self.assertEqual([each[-1] for each in decisions.made], [1, 5])

    def test_data_that_no_transaction_asked_for(self):
        broker = Broker()
        broker.data(CORE)
        broker.end("commit", (CORE,), decided=False)
        self.assertTrue(broker.finish().faults)

    def test_offsets_that_go_back(self):
        broker = Broker()
        for offset in (5, 3):
            broker.data(CORE)
            broker.offset("g", SOURCE, offset)
            broker.end("commit", (CORE, OFFSETS))
        self.assertTrue(invariants.Moves(broker.finish(), "g").faults)

    def test_offsets_of_a_neighbour(self):
        broker = Broker()
        broker.data(CORE)
        broker.offset("g", SOURCE, 5, "second")
        self.assertEqual(invariants.offsets_travel_along(broker.finish(), "g", {CORE[0]}), [])
        broker.offset("g", ("in", 1), 3, "first")
        broker.end("commit", (CORE, OFFSETS))
        found = invariants.offsets_travel_along(broker.finish(), "g", {CORE[0]})
        self.assertTrue(any("offsets of several" in each for each in found), found)

    def test_readers(self):
        broker = Broker()
        for verdict in ("commit", "abort"):
            broker.data(ENRICHED, 2)
            broker.end(verdict, (ENRICHED,))
        brokers = broker.finish()
        self.assertEqual(invariants.visible_is_committed(brokers, {ENRICHED: [0, 1]}), [])
        self.assertTrue(invariants.visible_is_committed(brokers, {ENRICHED: [0, 1, 3]}), "an aborted record was read")
        self.assertTrue(invariants.visible_is_committed(brokers, {ENRICHED: [0]}), "a committed one was not")
        self.assertEqual(invariants.same_as({ENRICHED: [0, 1]}, {ENRICHED: [0, 1]}), [])
        self.assertTrue(invariants.same_as({ENRICHED: [0, 3]}, {ENRICHED: [0, 1]}))


class Files(unittest.TestCase):
    def test_batches(self):
        data = batch_bytes(0, [(b"k", b"v"), (None, b"w")]) + marker(2, "commit") + marker(3, "abort", 9)
        found = [(each.first, each.last, each.producer, each.control, records) for each, records in log.batches_in(data)]
        self.assertEqual(found[0], (0, 1, 7, "", [(0, b"k", b"v"), (1, None, b"w")]))
        self.assertEqual([each[:4] for each in found[1:]], [(2, 2, 7, "commit"), (3, 3, 9, "abort")])

    def test_a_tail_that_was_cut(self):
        data = batch_bytes(0, [(b"k", b"v")]) + marker(1, "commit")
        self.assertEqual(len(list(log.batches_in(data[:-3]))), 1)

    def test_transactions(self):
        key = struct.pack(">hh", 0, 3) + b"abc"
        topic = struct.pack(">h", 1) + b"t" + struct.pack(">iii", 2, 0, 4)
        plain = struct.pack(">hqhib", 0, 7, 1, 9, 2)[:16] + struct.pack(">bi", 2, 1) + topic + struct.pack(">qq", 0, 0)
        self.assertEqual(log.transaction_of(key, plain), ("abc", 7, 2, frozenset({("t", 0), ("t", 4)})))
        flexible = struct.pack(">hqhi", 1, 7, 1, 9) + b"\x03" + b"\x02" + b"\x02t" + b"\x03" + struct.pack(">ii", 0, 4) + b"\0"
        self.assertEqual(log.transaction_of(key, flexible), ("abc", 7, 3, frozenset({("t", 0), ("t", 4)})))

    def test_offsets(self):
        key = struct.pack(">hh", 1, 1) + b"g" + struct.pack(">h", 1) + b"t" + struct.pack(">i", 3)
        for value in (struct.pack(">hqh", 1, 42, 3) + b"abc", struct.pack(">hqih", 3, 42, -1, 3) + b"abc",
                      struct.pack(">hqi", 4, 42, -1) + b"\x04abc"):
            self.assertEqual(log.offset_of(key, value), (("g", "t", 3), 42, "abc"))


class Rest(unittest.TestCase):
    def test_alerts(self):
        expected = {"c:s:1:breached": ("RAISED", 5)}
        self.assertEqual(invariants.alerts_as_expected(expected, {**expected, "d": ("RETRACTED", 1)}), [])
        for published in ({}, {**expected, "d": ("RAISED", 1)}, {"c:s:1:breached": ("RAISED", 6)},
                          {"c:s:1:breached": ("RECOVERED", 5)}, {"c:s:1:breached": ("RETRACTED", 5)}):
            self.assertEqual(len(invariants.alerts_as_expected(expected, published)), 1, published)

    def test_time(self):
        said = {"early": (100, 90, False), "late": (100, 900, False), "excused": (100, 900, True), "sick": (7, 900, False),
                "sick before it had to be said": (1600, 5000, False)}
        found = invariants.on_time(said, lambda began, ended: began >= 50 and ended < 2000, 500)
        self.assertEqual([len(found["early"]), len(found["late"])], [1, 1])

    def test_clocks_that_jump(self):
        said = {"in quiet times": (100, 120, False), "in sick times": (60, 90, False),
                "by a clock that is ahead": (100, 3650, False), "an hour late": (100, 3750, False)}
        judged = invariants.by_the_clock(said, lambda began, ended: began >= 70, [(40, 60, 3600)])
        self.assertEqual(set(judged), {"in quiet times", "an hour late"})

    def test_state(self):
        same = {b"va": b"1", b"vb": b"2"}
        local = lambda key: key[:1] == b"b"  # noqa: E731
        self.assertEqual(invariants.state_is_the_changelog({**same, b"bx": b""}, same, local), [])
        for state in ({b"va": b"1"}, {**same, b"vc": b""}, {**same, b"va": b"0"}):
            self.assertEqual(len(invariants.state_is_the_changelog(state, same, local)), 1, state)
        self.assertEqual(invariants.not_ahead({0: 5, 1: 0, 2: -1}, {0: 5}), [])
        self.assertEqual(len(invariants.not_ahead({0: 6}, {0: 5})), 1)

    def test_words(self):
        self.assertEqual(invariants.canaries({"log": "all is well"}, ("ann@",)), [])
        self.assertEqual(len(invariants.canaries({"log": "of ann@example.org"}, ("ann@",))), 1)
        self.assertEqual(len(invariants.counters({"a": 3.0}, {"a": 4, "b": 0})), 1)

    def test_alerts_that_counters_can_know(self):
        found = contents.Contents(alert_places=[("vaste.alerts", 0, 4), ("vaste.alerts", 0, 5), ("vaste.alerts", 1, 5)])
        self.assertEqual(verdict.counted(found, [5, 6])["vaste_alerts_total"], 2, "what came behind the ends is not counted")


SECOND, MINUTE = 1000, 60_000
DAY = 1_795_824_000_000  # a midnight


class Oracle(unittest.TestCase):
    POLICY = {"policy": "p", "calendars": {"day": {"zone": "UTC", "week": {"mon-sun": ["09:00-10:00", "11:00-12:00"]}}},
              "rules": [{"name": "all", "targets": {
                  "first_response": {"target": "3s", "at_risk": "50%"}, "next_response": {"target": "4s", "at_risk": "1s left"},
                  "speed_of_answer": "2s", "resolution": {"target": "30m", "calendar": "day"}}}]}

    def alerts(self, *events, until=DAY + 20 * 3600 * SECOND):
        """events: (seconds, kind[, contact]) after nine."""
        happenings = [Happening(DAY + 9 * 3600 * SECOND + int(at * SECOND), kind, *rest) for at, kind, *rest in
                      ((*each, "") if len(each) == 2 else each for each in events)]
        found = oracle.alerts_of(happenings, oracle.targets_of(self.POLICY), until)
        return {f"{sla} {cycle} {level.lower()}": (status, (due - DAY) / SECOND - 9 * 3600)
                for (sla, cycle, level), (status, due) in found.items()}

    def test_answered_in_time(self):
        self.assertEqual(self.alerts((0, "customer"), (1, "agent"), (60, "resolved")), {})
        self.assertEqual(self.alerts((0, "customer"), (3, "agent"), (60, "resolved")),
                         {"first_response 1 at_risk": ("RECOVERED", 1.5)}, "at the due instant it is not late")

    def test_answered_late(self):
        self.assertEqual(self.alerts((0, "customer"), (3.001, "agent"), (9, "resolved")),
                         {"first_response 1 at_risk": ("RECOVERED", 1.5), "first_response 1 breached": ("RECOVERED", 3)})

    def test_the_oldest_line_counts(self):
        found = self.alerts((0, "customer"), (1, "agent"), (10, "customer"), (12, "customer"), (14.5, "agent"), (15, "resolved"))
        self.assertEqual(found, {"next_response 1 at_risk": ("RECOVERED", 13), "next_response 1 breached": ("RECOVERED", 14)})

    def test_of_one_instant_the_customer_goes_first(self):
        self.assertEqual(self.alerts((0, "agent"), (0, "customer"), (9, "resolved")), {})

    def test_who_hangs_up_was_not_let_down(self):
        found = self.alerts((0, "queued", "c"), (1, "abandoned", "c"), (2, "resolved"))
        self.assertEqual(found, {})
        found = self.alerts((0, "customer"), (0, "queued", "c"), (1, "abandoned", "c"), (4, "resolved"))
        self.assertIn("first_response 1 breached", found)

    def test_a_call(self):
        found = self.alerts((0, "queued", "c"), (2.5, "connected", "c"), (9, "ended", "c"), (10, "resolved"))
        self.assertEqual(found, {"first_response 1 at_risk": ("RECOVERED", 1.5), "speed_of_answer 1 breached": ("RECOVERED", 2)})

    def test_the_calendar(self):
        # From 9:50 on: ten minutes until ten, twenty from eleven on.
        self.assertEqual(self.alerts((3000, "customer"), (3001, "agent")), {"resolution 1 breached": ("RAISED", 8400)})
        # The budget ends at closing: due then, late from the next opening on.
        late = self.alerts((1800, "customer"), (1801, "agent"), (5000, "resolved"))
        self.assertEqual(late, {})
        self.assertEqual(self.alerts((1800, "customer"), (1801, "agent"), (7201, "resolved")),
                         {"resolution 1 breached": ("RECOVERED", 3600)})

    def test_what_is_reopened_goes_on(self):
        found = self.alerts((0, "customer"), (1, "agent"), (1200, "resolved"), (1800, "customer"), (1801, "agent"))
        self.assertEqual(found, {"resolution 1 breached": ("RAISED", 2400)})

    def test_it_says_what_it_does_not_know(self):
        with self.assertRaises(oracle.Unknown):
            self.alerts((0, "on hold"))
        with self.assertRaises(oracle.Unknown):
            self.alerts((0, "queued", "a"), (0, "queued", "b"))


class Growth(unittest.TestCase):
    """Samples of every six minutes, that scatter."""
    TIMES = [360 * number for number in range(15)]

    def sizes(self, an_hour, scatter=0):
        return [70000 + an_hour * at / 3600 + scatter * (-1) ** number for number, at in enumerate(self.TIMES)]

    def wrong(self, resident=0, held=0, scatter=0, files=0):
        handles = [round(each) - 69900 for each in self.sizes(files)]
        return growth.wrong(self.TIMES, self.sizes(resident, scatter), self.sizes(held, scatter), handles)

    def test_a_line(self):
        grows, error = growth.line(self.TIMES, self.sizes(500))
        self.assertAlmostEqual(grows, 500)
        self.assertAlmostEqual(error, 0)
        grows, error = growth.line(self.TIMES, self.sizes(500, 1000))
        self.assertLess(abs(grows - 500), 2 * error)
        self.assertEqual(growth.line(self.TIMES[:2], [1, 2]), (0, 0))

    def test_what_grows_is_named(self):
        self.assertEqual(self.wrong(resident=900, held=900, scatter=100), "")
        self.assertIn("resident memory grows", self.wrong(resident=1200))
        self.assertIn("held grows", self.wrong(held=1200))
        self.assertIn("open files grow", self.wrong(files=4))

    def test_what_scatters_is_not_taken_for_growth(self):
        self.assertEqual(self.wrong(held=1200, scatter=2000), "")


if __name__ == "__main__":
    unittest.main()
