#!/usr/bin/python3
"""The rules of deploy/prometheus by promtool: lint, and every alert fires when it must and stays quiet when it must.

--keep DIR leaves the files for `promtool test rules` there.
"""
import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

import engine_cases
import kpi_cases
import sla_cases
import surge_cases
from cases import Case, Recorded

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/integration"))
import monitoring  # noqa: E402

RULES = ROOT / "deploy/prometheus/rules"
SKIPPED = 77
ANNOTATIONS = {"summary", "description", "runbook_url", "dashboard_url"}


def fail(text):
    print(f"FAILED: {text}")
    sys.exit(1)


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    if done.returncode != 0:
        fail(f"{' '.join(map(str, command[:4]))}: exit {done.returncode}\n{done.stdout}")


def alerts():
    return [rule for rule in monitoring.rules() if "alert" in rule]


def check_texts(rules):
    """What each alert carries; a label more would make a new alert of each value."""
    for rule in rules:
        if set(rule["annotations"]) != ANNOTATIONS or set(rule["labels"]) != {"severity"}:
            fail(f"{rule['alert']}: labels {sorted(rule['labels'])}, annotations {sorted(rule['annotations'])}")
        if rule["labels"]["severity"] not in ("critical", "warning"):
            fail(f"{rule['alert']}: severity {rule['labels']['severity']}")


def check_cases(rules, cases):
    """Both ways for every alert, with the severity that the case's author knows, and none for what is not there."""
    names = [rule["alert"] for rule in rules]
    if len(names) != len(set(names)):
        fail("an alert has two rules")
    for case in cases:
        if case.alert not in names:
            fail(f"a case for {case.alert}, which is no alert")
    for name in names:
        own = [case for case in cases if case.alert == name]
        if not any(case.fires for case in own):
            fail(f"no case in which {name} fires")
        if not any(case.stays_quiet for case in own):
            fail(f"no case in which {name} never fires")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if not shutil.which("promtool"):
        print("SKIPPED: no promtool; tools/deps --test installs it")
        sys.exit(SKIPPED)
    files = sorted(map(str, RULES.glob("*.yaml")))
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *files)
    run("promtool", "check", "config", "--lint=all", "--lint-fatal", str(RULES.parent / "prometheus.yml"))
    rules = alerts()
    check_texts(rules)
    modules = (sla_cases, kpi_cases, engine_cases, surge_cases)
    cases = [case for module in modules for case in module.CASES]
    check_cases(rules, [case for case in cases if isinstance(case, Case)])
    with tempfile.TemporaryDirectory(prefix="vaste-rules-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for module in modules:
            written = folder / f"{module.__name__}.yaml"
            written.write_text(yaml.safe_dump({
                "rule_files": [str(RULES / f"{name}.yaml") for name in module.RULES], "evaluation_interval": module.EVALUATED,
                "group_eval_order": ["vaste_slas", "vaste_kpis", "vaste_engine"],
                "tests": [case.as_test() for case in module.CASES]}, sort_keys=False, width=1000))
            run("promtool", "test", "rules", str(written))
    recorded = sum(isinstance(case, Recorded) for case in cases)
    print(f"{len(rules)} alerts in {len(cases) - recorded} stories, {recorded} tables of recorded series")


if __name__ == "__main__":
    main()
