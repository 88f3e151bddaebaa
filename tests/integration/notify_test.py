#!/usr/bin/python3
"""A breach is in a real Alertmanager and at a webhook, and leaves when it recovers; a receiver that is away, and a vaste that is
killed meanwhile, lose nothing: what was not taken comes with the id it had."""
import hashlib
import hmac
import http.server
import json
import threading
import time
from datetime import datetime

import monitoring
import support
from support import Failure

SECRET = "a secret of a test, long enough"
POLICY = {"policy": "notify-test", "version": "1", "queues": {"email-main": {"channels": ["email"]}},
          "rules": [{"name": "all", "targets": {"first_response": "3s"}}]}


class Receiver:
    """A webhook's other side: checks signatures, keeps deliveries; refuses all while `broken`."""

    def __init__(self):
        self.broken, self.taken, self.refused, self.wrong = False, [], [], []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                stamp = self.headers["X-Vaste-Timestamp"]
                wanted = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
                if self.headers["X-Vaste-Signature"] != "sha256=" + wanted or abs(time.time() - int(stamp)) > 60:
                    outer.wrong.append(dict(self.headers))
                (outer.refused if outer.broken else outer.taken).append((self.headers["X-Vaste-Delivery"], json.loads(body)))
                self.send_response(503 if outer.broken else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def of(self, kind, deliveries=None):
        return [(id, body) for id, body in (self.taken if deliveries is None else deliveries) if body["kind"] == kind]

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def ask(feed, number, customer=True):
    """A mail of the customer, or our answer to it."""
    known = support.event(f"{number}-{customer}", "email", time.time(), [("EMAIL", f"canary{number}@example.org")],
                          [("TICKET", str(number))], **support.message(customer))
    feed.send("support.email", support.text_of(known), str(number))
    feed.flush()


def breaches(alertmanager):
    return [labels for labels, _ in alertmanager.alerts() if labels["alertname"] == "VasteSlaBreached"]


def told_and_ended(vaste, feed, alertmanager, receiver):
    asked = time.time()
    ask(feed, 1)
    found = monitoring.wait_until("a breach is in Alertmanager", 60, lambda: breaches(alertmanager))
    print(f"in Alertmanager {time.time() - asked - 3:.2f} s after its deadline")
    if len(found) != 1 or found[0]["queue"] != "email-main" or found[0]["severity"] != "critical":
        raise Failure(f"labels: {found}")
    if "canary" in json.dumps(alertmanager.get("/api/v2/alerts")) + json.dumps(receiver.taken):
        raise Failure("a customer's address was told")
    first = monitoring.wait_until("the webhook has it", 30, lambda: receiver.of("breached"))[0]
    due, decided = (datetime.fromisoformat(first[1][name].replace("Z", "+00:00")) for name in ("due", "decided"))
    print(f"of these {(decided - due).total_seconds():.2f} s until the engine had decided")
    if first[1]["alert_id"] != found[0]["alert_id"]:
        raise Failure(f"{first} is another alert than {found}")
    ask(feed, 1, customer=False)
    monitoring.wait_until("it leaves Alertmanager", 30, lambda: not breaches(alertmanager))
    monitoring.wait_until("the webhook hears of its end", 30, lambda: receiver.of("recovered"))
    vaste.check_alive()


def survives(vaste, feed, alertmanager, receiver):
    receiver.broken = True
    ask(feed, 2)
    monitoring.wait_until("a delivery is refused", 60, lambda: receiver.of("breached", receiver.refused))
    refused = {id for id, _ in receiver.refused}
    vaste.kill()
    receiver.broken = False
    vaste.start()
    monitoring.wait_until("what was refused is taken", 120, lambda: refused <= {id for id, _ in receiver.taken})
    monitoring.wait_until("Alertmanager still has it", 60, lambda: breaches(alertmanager))
    ask(feed, 2, customer=False)
    monitoring.wait_until("it leaves Alertmanager after the restart", 60, lambda: not breaches(alertmanager))
    monitoring.wait_until("all ends are told", 60, lambda: len({id for id, _ in receiver.of("recovered")}) == 2)
    ids = [id for id, _ in receiver.of("breached")]
    if len(set(ids)) != 2:
        raise Failure(f"two breaches, and the deliveries {ids}")
    if receiver.wrong:
        raise Failure(f"signatures are wrong: {receiver.wrong[:2]}")
    print(f"{len(receiver.taken)} deliveries taken, {len(receiver.refused)} refused before, "
          f"{len(receiver.taken) - len({id for id, _ in receiver.taken})} repeated")


def test(options, directory):
    monitoring.need("alertmanager")
    secret = support.secret_file(directory, SECRET)
    receiver = Receiver()
    with support.kafka(directory) as broker, monitoring.Webhooks() as pages, \
            monitoring.Alertmanager(directory, pages.address) as alertmanager:
        config = support.write_config(directory, broker.bootstrap, POLICY)
        known = json.loads(config.read_text())
        known["notify"] = {
            "alertmanager": {"url": f"http://{alertmanager.address}", "resend_interval": "5s"},
            "webhooks": [{"name": "desk", "url": f"http://{receiver.address}/hook", "secret": {"file": str(secret)}}]}
        config.write_text(json.dumps(known))
        vaste = support.Vaste(options.vaste, config, directory)
        feed = support.Feed(broker.bootstrap)
        try:
            vaste.start()
            monitoring.wait_until("vaste is ready", 120, lambda: (vaste.readyz() or (0,))[0] == 200)
            told_and_ended(vaste, feed, alertmanager, receiver)
            survives(vaste, feed, alertmanager, receiver)
            vaste.terminate()
        except monitoring.Failure as failure:
            raise Failure(f"{failure}\n{vaste.tail()}\n{vaste.readyz()}") from None
        finally:
            vaste.kill()
            receiver.close()


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
