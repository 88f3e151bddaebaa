#!/usr/bin/python3
"""deploy/alertmanager: amtool reads it, every alert is told to whom it concerns, what mutes what does so in a real Alertmanager."""
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
import monitoring  # noqa: E402
from monitoring import Failure  # noqa: E402

CONFIG = ROOT / "deploy/alertmanager/alertmanager.yml"
# Who is told of what; everything that is not here is the operators', by its severity.
PAGED_OPERATORS = ("VasteDown", "VasteAbsent", "VasteNotReady", "VasteBehind", "VasteStalled", "VasteRestoreStuck")
DESK = ("VasteSlaBurningFast", "VasteSlaBurning", "VasteSlaBurningSlow", "VasteQueueAtRisk", "VasteOldestWaiting",
        "VasteKpiFalling", "VasteKpiFallingBelowGoal", "VasteKpiSliding", "VasteKpiMissing", "VasteHandleTimeRising",
        "VasteChannelSilent")
MUTED = DESK  # while one of the paged operators' alerts is on


def amtool(*words):
    done = subprocess.run(["amtool", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    return done.returncode, done.stdout


def alerts():
    """(name, severity) of all."""
    return [(rule["alert"], rule["labels"]["severity"]) for rule in monitoring.rules() if "alert" in rule]


def receiver(name, severity):
    side = "desk" if name in DESK else "operators"
    return f"{side}-page" if severity == "critical" else side


def check_routes():
    status, said = amtool("check-config", str(CONFIG))
    if status != 0:
        raise Failure(f"amtool check-config: {said}")
    rows = [(name, severity, receiver(name, severity)) for name, severity in alerts()]
    rows.append(("SomethingElse", "warning", "desk"))  # nobody's alert is lost
    for name, severity, expected in rows:
        labels = [f"alertname={name}", f"severity={severity}"]
        if name in DESK and name != "VasteChannelSilent":
            labels.append("queue=mail")
        status, said = amtool("config", "routes", "test", f"--config.file={CONFIG}", f"--verify.receivers={expected}", *labels)
        if status != 0:
            raise Failure(f"{name} is not told to {expected}: {said}")
    status, said = amtool("config", "routes", "test", f"--config.file={CONFIG}", "--verify.receivers=desk",
                          "alertname=VasteKpiFalling", "severity=warning", "kpi=enps")
    if status != 0:
        raise Failure(f"a KPI without a queue is not the desk's: {said}")
    return len(rows) + 1


def states(manager, count):
    """{alertname/queue: state} once all are known."""
    def known():
        found = {f"{labels['alertname']}/{labels.get('queue', '')}": state for labels, state in manager.alerts()}
        return found if len(found) == count and "unprocessed" not in found.values() else None
    return monitoring.wait_until(f"{count} alerts are known", 30, known)


def expect(manager, posted, suppressed):
    manager.post(*posted)
    names = {f"{labels['alertname']}/{labels.get('queue', '')}" for labels in posted}
    found = {}

    def settled():
        found.update(states(manager, len(names)))
        return {name for name, state in found.items() if state == "suppressed"} == suppressed
    try:
        monitoring.wait_until("", 20, settled)
    except Failure:
        raise Failure(f"muted should be {sorted(suppressed)}, but: {found}") from None


def check_inhibition(directory, webhooks):
    """A fresh Alertmanager for each source, as alerts of the one before would go on."""
    severities = dict(alerts())

    def alert(name, **labels):
        return {"alertname": name, "severity": severities[name], **labels}
    desk = [alert(name, **({"channel": "chat"} if name == "VasteChannelSilent" else
                           {"queue": "mail", "sla": "resolution"} if name.startswith("VasteSla") else {"queue": "mail"}))
            for name in MUTED if name != "VasteSlaBurningFast"]
    muted = {f"{labels['alertname']}/{labels.get('queue', '')}" for labels in desk}
    others = [alert(name, instance="b") for name in severities if name not in MUTED and name not in PAGED_OPERATORS]
    for source in PAGED_OPERATORS:
        with monitoring.Alertmanager(directory / source, webhooks.address, seconds=120) as manager:
            expect(manager, [alert(source, instance="a"), *desk, *others], muted)
    with monitoring.Alertmanager(directory / "fast", webhooks.address, seconds=120) as manager:
        fast = alert("VasteSlaBurningFast", queue="mail", sla="resolution")
        elsewhere = [alert("VasteSlaBurning", queue="chat", sla="resolution"),
                     alert("VasteSlaBurningSlow", queue="phone", sla="first_response")]
        expect(manager, [fast, *desk, *elsewhere], {"VasteSlaBurning/mail", "VasteSlaBurningSlow/mail"})


def check_grouping(directory, webhooks):
    """Two SLAs of one queue are one message, another queue is another."""
    with monitoring.Alertmanager(directory / "groups", webhooks.address, seconds=120) as manager:
        del webhooks.received[:]
        manager.post(*({"alertname": "VasteSlaBurning", "severity": "critical", "queue": queue, "sla": sla}
                       for queue, sla in (("mail", "resolution"), ("mail", "first_response"), ("chat", "resolution"))))
        monitoring.wait_until("two messages", 30, lambda: len(webhooks.received) >= 2)
        said = [(path, body["groupLabels"], len(body["alerts"])) for path, body in webhooks.received]
    expected = [("desk-page", {"alertname": "VasteSlaBurning", "queue": queue}, count) for queue, count in (("chat", 1), ("mail", 2))]
    if sorted(said, key=str) != sorted(expected, key=str):
        raise Failure(f"told {said} instead of {expected}")


def main():
    monitoring.need("amtool", "alertmanager")
    try:
        routes = check_routes()
        with tempfile.TemporaryDirectory(prefix="vaste-alertmanager-") as folder, monitoring.Webhooks() as webhooks:
            for name in (*PAGED_OPERATORS, "fast", "groups"):
                (Path(folder) / name).mkdir()
            check_inhibition(Path(folder), webhooks)
            check_grouping(Path(folder), webhooks)
    except Failure as failure:
        print(f"FAILED: {failure}")
        sys.exit(1)
    print(f"{routes} routes, {len(PAGED_OPERATORS) + 1} sources of silence")


if __name__ == "__main__":
    main()
