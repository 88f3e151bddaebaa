#!/usr/bin/python3
"""The broker goes away while first answers are due. vaste lives on and says what is wrong; afterwards no alert stands
against those who answered in time, though their answers could only be delivered when it was back; and if they were due
while it was away, none was ever raised."""
import threading
import time

import support
from support import Failure, alert_pb2

BEFORE_SECONDS = 5    # from the question to the outage
EACH = 20             # questions that are answered, and as many that are not
BREACH_SECONDS = 90   # for the others to breach once the broker is back
SETTLE_SECONDS = 5
GRACE_SECONDS = 10    # engine.outage_grace: so long deadlines wait for what producers held back


def policy(target):
    return {"policy": "outage-test", "version": "1", "rules": [{"name": "all", "targets": {
        "first_response": {"target": f"{target}s", "at_risk": "50%"}}}]}


def question(number, at, answer=False):
    return support.text_of(support.event(f"{'answer' if answer else 'question'}-{number}", "chat", at,
                                         [("CHAT_VISITOR", f"visitor-{number}")],
                                         [("CHAT_SESSION", f"session-{number}")], **support.message(not answer)))


def breached(outputs):
    """Conversation -> whether its newest breach alert stands."""
    return {alert.conversation_id: alert.status != alert_pb2.ALERT_STATUS_RETRACTED
            for alert in outputs.alerts.values() if alert.level == alert_pb2.ALERT_LEVEL_BREACHED}


class Listener(threading.Thread):
    """What /readyz says from the start of the thread to its end: (status, text) -> seconds until it was first said."""

    def __init__(self, vaste):
        super().__init__(daemon=True)
        self.said, self._vaste, self._ended = {}, vaste, threading.Event()

    def run(self):
        began = time.time()
        while not self._ended.wait(0.25):
            self.said.setdefault(self._vaste.readyz(), time.time() - began)

    def end(self):
        self._ended.set()
        self.join()
        return self.said


def test(options, directory):
    settings = ["broker.session.timeout.ms=3000", "broker.heartbeat.interval.ms=500"]
    with support.kafka(directory, settings) as broker:
        config = support.write_config(directory, broker.bootstrap, policy(options.target))
        vaste = support.Vaste(options.vaste, config, directory)
        feed, outputs = support.Feed(broker.bootstrap), support.Outputs(broker.bootstrap)
        try:
            vaste.start()
            feed.send("support.chat", question("warm-up", time.time()), "warm-up")
            feed.send("support.chat", question("warm-up", time.time(), True), "warm-up")
            feed.flush()
            outputs.wait_for(feed.positions, vaste, 60)

            asked = time.time()
            for number in range(2 * EACH):
                feed.send("support.chat", question(number, asked), f"session-{number}", mark=number)
            feed.flush()
            outputs.wait_for(feed.positions, vaste, max(BEFORE_SECONDS, options.target // 2 - BEFORE_SECONDS))
            conversations = {mark: outputs.enriched[at][0].conversation_id
                             for at, mark in feed.positions.items() if mark is not None}
            time.sleep(max(0, asked + BEFORE_SECONDS - time.time()))

            pause = options.how == "pause"
            broker.node("pause-node" if pause else "stop-node")
            away = time.time()
            listener = Listener(vaste)
            listener.start()
            while time.time() < away + options.seconds:
                vaste.check_alive()
                time.sleep(0.5)
            broker.node("resume-node" if pause else "start-node")
            back = time.time()
            said = listener.end()
            vaste.check_alive()
            for number in range(EACH):  # said inside the target, delivered only now
                feed.send("support.chat", question(number, asked + BEFORE_SECONDS + number / EACH, True),
                          f"session-{number}")
            feed.flush()
            delivered = time.time()
            outputs.wait_for(feed.positions, vaste, 60)
            answered = time.time()

            silent = {conversations[number] for number in range(EACH, 2 * EACH)}
            while not silent <= {each for each, stands in breached(outputs).items() if stands}:
                vaste.check_alive()
                if time.time() > back + BREACH_SECONDS:
                    raise Failure(f"{len(silent - breached(outputs).keys())} of {EACH} questions that nobody answered "
                                  f"did not breach within {BREACH_SECONDS} s\n{vaste.tail()}")
                outputs.poll()
            all_breached = time.time()
            while time.time() < all_breached + SETTLE_SECONDS:
                outputs.poll()
            ready = vaste.readyz()
            vaste.terminate()
        finally:
            vaste.kill()
            outputs.close()

    due = asked + options.target
    in_time = {conversations[number] for number in range(EACH)}
    verdicts = breached(outputs)
    wrong = [each for each in in_time if verdicts.get(each)]
    taken_back = sum(1 for each in in_time if verdicts.get(each) is False)
    reasons = sorted((seconds, *what) for what, seconds in said.items() if what and what[0] == 503)
    print(f"broker away {back - away:.1f} s ({options.how}), {due - back:+.1f} s from its return to "
          f"the due instant; answers delivered {delivered - back:.1f} s and enriched {answered - back:.1f} s after it, "
          f"unanswered breached {all_breached - back:.1f} s after it; of {EACH} answered in time {len(wrong)} "
          f"breached, {taken_back} raised and retracted; of {EACH} unanswered {len(silent & verdicts.keys())} breached")
    print("readyz during the outage: " + ("; ".join(f"after {seconds:.1f} s {text.strip()}" for seconds, _, text in
                                                    reasons) or f"never 503: {said}"))
    if wrong:
        raise Failure(f"breached although answered in time: {wrong[:5]}\n{vaste.tail()}")
    if taken_back and away <= due <= back and answered - back < GRACE_SECONDS:
        raise Failure(f"{taken_back} breaches were raised and taken back, though the broker was away when they were due "
                      f"and the answers were read inside the grace\n{vaste.tail()}")
    if not any("broker" in text for _, _, text in reasons):
        raise Failure(f"/readyz did not say that the broker is away: {said}")
    if not ready or ready[0] != 200:
        raise Failure(f"/readyz afterwards: {ready}")


if __name__ == "__main__":
    support.main(test, support.options(__doc__, seconds=15, target=20, how="stop"))
