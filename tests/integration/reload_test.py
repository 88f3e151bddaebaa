#!/usr/bin/python3
"""SIGHUP while vaste runs: a wrong configuration is named and changes nothing, a good one is taken as far as it can be.

The receiver of webhooks moves; a real Kafka; the service manager is a socket that listens as systemd does.
"""
import json
import signal
import socket

import monitoring
import support
from monitoring import wait_until
from notify_test import POLICY, SECRET, Receiver, ask
from support import Failure


class Manager:
    """Hears what a program tells its service manager."""

    def __init__(self, directory):
        self.path, self.heard = str(directory / "manager"), []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.path)
        self._socket.setblocking(False)

    def lines(self):
        try:
            while True:
                self.heard += self._socket.recv(4096).decode().splitlines()
        except BlockingIOError:
            return self.heard


class Change:
    """Of the configuration, and SIGHUP; waits for what the log says of it."""

    def __init__(self, vaste, config, manager):
        self._vaste, self._config, self._manager = vaste, config, manager
        self.plain = json.loads(config.read_text())

    def make(self, text, *said):
        self._config.write_text(text)
        before, known = len(self._vaste.log()), len(self._manager.lines())
        self._vaste.process.send_signal(signal.SIGHUP)
        for each in said:
            wait_until(f"the log says: {each}", 30, lambda: each in self._vaste.log()[before:])
        wait_until("the manager hears of it", 30, lambda: self._manager.lines()[known:].count("READY=1") == 1)
        if not any(line.startswith("RELOADING=1") for line in self._manager.lines()[known:]):
            raise Failure(f"the manager heard {self._manager.lines()[known:]}")
        self._vaste.check_alive()
        return self._vaste.log()[before:]


def gauge(vaste, name):
    return [float(line.split()[1]) for line in vaste.get("metrics")[1].splitlines() if line.startswith(name + " ")][0]


def breach_at(feed, receiver, number):
    ask(feed, number)
    wait_until(f"breach {number} is told", 60, lambda: receiver.of("breached"))


def changes(vaste, config, manager, feed, first, second):
    change = Change(vaste, config, manager)
    breach_at(feed, first, 1)
    wrong = json.dumps({**change.plain, "log": {"level": "loud"}}, indent=1)
    change.make(wrong, f"{config}:", "what runs goes on as it is")
    if gauge(vaste, "vaste_config_last_reload_successful") != 0:
        raise Failure("a refused configuration counts as taken")
    moved = json.loads(json.dumps(change.plain))
    moved["notify"]["webhooks"][0]["url"] = f"http://{second.address}/hook"
    moved["log"], moved["engine"] = {"level": "debug"}, {**moved["engine"], "workers": 3}
    said = change.make(json.dumps(moved, indent=1), "notify: taken", "log: taken", "engine.workers: changed")
    if "workers: changed in the file; a restart takes it" not in said or SECRET in vaste.log():
        raise Failure(f"the log says\n{said}")
    if gauge(vaste, "vaste_config_last_reload_successful") != 1:
        raise Failure("a good configuration counts as refused")
    heard = len(first.taken)
    breach_at(feed, second, 2)
    policy = config.parent / "policy.yaml"
    policy.write_text(policy.read_text().replace('"3s"', '"5s"'))
    change.make(config.read_text(), "vaste policy apply")
    if len(first.taken) != heard:
        raise Failure("the address of before is still told")
    if first.wrong or second.wrong:
        raise Failure(f"signatures are wrong: {(first.wrong + second.wrong)[:2]}")


def test(options, directory):
    first, second, manager = Receiver(), Receiver(), Manager(directory)
    secret = support.secret_file(directory, SECRET)
    with support.kafka(directory) as broker:
        config = support.write_config(directory, broker.bootstrap, POLICY, notify={"webhooks": [
            {"name": "desk", "url": f"http://{first.address}/hook", "secret": {"file": str(secret)}}]})
        vaste = support.Vaste(options.vaste, config, directory)
        try:
            vaste.start(NOTIFY_SOCKET=manager.path)
            wait_until("vaste is ready", 120, lambda: (vaste.readyz() or (0,))[0] == 200)
            wait_until("the manager hears that it is ready", 30, lambda: "READY=1" in manager.lines())
            changes(vaste, config, manager, support.Feed(broker.bootstrap), first, second)
            vaste.terminate()
        except monitoring.Failure as failure:
            raise Failure(f"{failure}\n{vaste.tail()}\n{vaste.readyz()}") from None
        finally:
            vaste.kill()
            first.close()
            second.close()


if __name__ == "__main__":
    support.main(test, support.options(__doc__))
