#!/usr/bin/env python3
"""The schemas that `vaste config schema` prints, used as an editor uses them: every policy and configuration of this
tree is valid, and what is broken is refused by the schema as well as by `vaste check`.

    schema_test.py VASTE SOURCE_DIR        exit code 77: python3-jsonschema is not installed
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("SKIPPED: python3-jsonschema is not installed (tools/deps --test)", file=sys.stderr)
    sys.exit(77)


class Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: no dates, no times as numbers, no `yes`."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in [
        ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
        ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
        ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
        ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""])]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))

RULES = "policy: p\nrules: [{name: r, calendar: 24x7, targets: {first_response: 1h}}]\n"
HOURS = "zone: UTC, week: {mon: '09:00-10:00'}"
CONFIG = "policy: p.yaml\nsources: [{topic: mail}]\n"


def as_json(value):
    """As JSON has it: keys are texts."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    return [as_json(inner) for inner in value] if isinstance(value, list) else value


def target(text):
    return "policy: p\nrules: [{name: r, calendar: 24x7, targets: {%s}}]\n" % text


BROKEN_POLICIES = {
    "unknown key": RULES + "calendar: {}\n",
    "no rules": "policy: p\n",
    "empty rules": "policy: p\nrules: []\n",
    "no name of a rule": "policy: p\nrules: [{targets: {}}]\n",
    "a list for a mapping": RULES + "queues: [mail]\n",
    "a mapping for a list": "policy: p\nrules: {name: r, targets: {}}\n",
    "unknown key of a rule": "policy: p\nrules: [{name: r, targets: {}, wen: {}}]\n",
    "unknown condition": "policy: p\nrules: [{name: r, targets: {}, when: {chanel: email}}]\n",
    "unknown channel": "policy: p\nrules: [{name: r, targets: {}, when: {channel: mail}}]\n",
    "no unit": target("resolution: 4"),
    "wrong unit": target("resolution: 4 hours"),
    "smaller unit first": target("resolution: 30m4h"),
    "negative": target("resolution: -4h"),
    "no target": target("resolution: {at_risk: 75%}"),
    "warning without left": target("resolution: {target: 4h, at_risk: 30m}"),
    "warning of 100 %": target("resolution: {target: 4h, at_risk: 100%}"),
    "four warnings": target("resolution: {target: 4h, at_risk: [10%, 20%, 30%, 40%]}"),
    "nobody promises": target("resolution: promised"),
    "only promised": target("next_update: 4h"),
    "no days": target("resolution: {business_days: 0}"),
    "unknown word": target("resolution: {target: 4h, due: later}"),
    "priority without unit": target("resolution: {target: 4h, by_priority: {urgent: 1}}"),
    "no priority": target("resolution: {target: 4h, by_priority: {}}"),
    "unknown clock": RULES + "slas: {a: {clock: first_respons}}\n",
    "no clock": RULES + "slas: {a: {bot_counts: true}}\n",
    "yes": RULES + "slas: {resolution: {bot_counts: yes}}\n",
    "never pauses": RULES + "slas: {callback: {pause_pending: true}}\n",
    "never pauses by another name": RULES + "slas: {a: {clock: callback, pause_pending: true}}\n",
    "option of another clock": RULES + "slas: {a: {clock: resolution, from_opening: true}}\n",
    "stands for another": RULES + "slas: {resolution: {clock: first_response}}\n",
    "name of an SLA": RULES + "slas: {'a b': {clock: resolution}}\n",
    "share without %": RULES + "queues: {q: {objective: 0.8}}\n",
    "objective of 0 %": RULES + "slas: {resolution: {objective: 0%}}\n",
    "reserved queue": RULES + "queues: {_other: {}}\n",
    "unknown KPI": RULES + "goals: {happiness: 80%}\n",
    "KPI without %": RULES + "goals: {csat: 0.8}\n",
    "score with %": RULES + "goals: {nps: 30%}\n",
    "score too high": RULES + "goals: {nps: 100}\n",
    "reserved calendar": RULES + "calendars: {24x7: {}}\n",
    "no zone": RULES + "calendars: {c: {week: {mon: '09:00-10:00'}}}\n",
    "no hours": RULES + "calendars: {c: {zone: UTC}}\n",
    "unknown day": RULES + "calendars: {c: {zone: UTC, week: {monday: '09:00-10:00'}}}\n",
    "no period": RULES + "calendars: {c: {zone: UTC, week: {mon: '9-17'}}}\n",
    "no time": RULES + "calendars: {c: {zone: UTC, week: {mon: '09:60-10:00'}}}\n",
    "after midnight": RULES + "calendars: {c: {zone: UTC, week: {mon: '09:00-24:30'}}}\n",
    "no date": RULES + "calendars: {c: {%s, holidays: [25.12.2026]}}\n" % HOURS,
    "no date of hours": RULES + "calendars: {c: {%s, dates: {24.12.: closed}}}\n" % HOURS,
    "intersection of one": RULES + "calendars: {c: {intersect: [24x7]}}\n",
    "intersection with hours": RULES + "calendars: {c: {intersect: [24x7, 24x7], zone: UTC}}\n",
    "change without date": RULES + "calendars: {c: {%s, changes: [{week: {mon: '09:00-10:00'}}]}}\n" % HOURS,
    "repeat window too short": RULES + "kpis: {repeat_window: 10}\n",
    "CES beyond its scale": RULES + "kpis: {ces_good: 8}\n",
    "unknown pair": RULES + "stitch: {windows: {chat-mail: 1h}}\n",
    "window without unit": RULES + "stitch: {reopen: 48}\n",
    "own messages": RULES + "stitch: {own_messages: never}\n",
    "trust of nobody": RULES + "identity: {trust: []}\n",
    "trust without source": RULES + "identity: {trust: [{methods: [login]}]}\n",
    "limit of none": RULES + "identity: {limits: {all: 1}}\n",
    "limit of another kind": RULES + "identity: {limits: {mail: 5}}\n",
    "shared by none": RULES + "identity: {shared: {beyond: 0}}\n",
    "evidence without unit": RULES + "identity: {evidence: {lasts: 365}}\n",
    "pattern without kind": RULES + "identity: {deny: ['*@example.com']}\n",
    "pattern of all": RULES + "identity: {deny: ['email:*']}\n",
    "two stars": RULES + "identity: {own: ['email:*@*.example.com']}\n",
    "local part": RULES + "identity: {email_local_part: upper}\n",
    "on change": RULES + "on_policy_change: forget\n",
}
BROKEN_CONFIGS = {
    "no sources": "policy: p.yaml\n",
    "no policy": "sources: [{topic: mail}]\n",
    "unknown key": CONFIG + "engin: {}\n",
    "unknown setting": CONFIG + "engine: {wokers: 2}\n",
    "text for a number": CONFIG + "engine: {workers: two}\n",
    "too many": CONFIG + "engine: {workers: 65}\n",
    "no unit": CONFIG + "engine: {commit_interval: 100}\n",
    "wrong unit": CONFIG + "engine: {cache_size: 128MB}\n",
    "a word": CONFIG + "log: {level: loud}\n",
    "a topic": CONFIG + "topics: {core: 'a b'}\n",
    "an id": "application: 'my app'\n" + CONFIG,
    "a source without topic": "policy: p.yaml\nsources: [{format: json}]\n",
    "a source's format": "policy: p.yaml\nsources: [{topic: a, format: xml}]\n",
    "a source's region": "policy: p.yaml\nsources: [{topic: a, default_region: Finland}]\n",
    "a source's channel": "policy: p.yaml\nsources: [{topic: a, channels: [mail]}]\n",
    "a secret in the open": CONFIG + "kafka: {secrets: {sasl.password: hunter2}}\n",
    "two places of a secret": CONFIG + "kafka: {secrets: {sasl.password: {file: a, env: B}}}\n",
}
# What readers take, and editors must not underline.
GOOD_POLICIES = {
    "numbers for names": "policy: 7\nversion: 2.0\nrules: [{name: 1, targets: {}, when: {priority: [1, 2], queue: 4711}}]\n",
    "everything left out": "policy: p\nrules: [{name: r, when: , targets: {}}]\nqueues:\nslas:\ncalendars:\nstitch:\n",
    "days": RULES + "calendars: {c: {zone: UTC, week: {'sat, sun': closed, mon - fri: ['09:00-12:00', '13:00 - 24:00'], }}}\n",
    "no holidays yet": RULES + "calendars: {c: {%s, holidays: []}}\n" % HOURS,
    "identity": RULES + "identity: {trust: [crm, {source: '*', methods: login}], limits: {device: 0, all: 2}, deny: 'email:*@example.com', own: ['phone:+35810*']}\n",
    "identity left out": RULES + "identity:\n",
    "promises": target("commitment: {target: promised, at_risk: [4h left, 1h left]}, hold: 2m, next_update: promised"),
    "priorities": target("resolution: {at_risk: 50%, by_priority: {urgent: 1h, 3: {business_days: 2, end_of_day: true}}}"),
    "goals": RULES + "goals: {service_level: 80%, nps: -5}\nqueues: {q: {goals: {csat: 99.5%}}}\n",
    "how KPIs count": RULES + "kpis: {repeat_window: 30d, ces_good: 6, ces_middle: 4}\n",
    "reopening at once": RULES + "stitch: {reopen: 0s}\n",
}


def check(vaste, text, folder):
    file = folder / "x.yaml"
    file.write_text(text)
    return subprocess.run([vaste, "check", str(file)], capture_output=True, text=True, timeout=60)


def main():
    vaste, source = sys.argv[1], pathlib.Path(sys.argv[2])
    failures = []

    def validator(of):
        printed = subprocess.run([vaste, "config", "schema", "--of", of], check=True, capture_output=True, timeout=60)
        schema = json.loads(printed.stdout)
        Draft202012Validator.check_schema(schema)
        return Draft202012Validator(schema)

    def problems(of, text):
        return ["/".join(map(str, error.path)) + ": " + error.message[:200]
                for error in validators[of].iter_errors(as_json(yaml.load(text, Core)))]

    validators = {"policy": validator("policy"), "config": validator("config")}
    shipped = [("policy", file) for folder in ("deploy/policies", "tests/real_data/policies")
               for file in sorted((source / folder).rglob("*.yaml"))]
    shipped.append(("config", source / "deploy/vaste.example.yaml"))
    if len(shipped) < 15:
        failures.append(f"only {len(shipped)} files to validate: where are the policies?")
    for of, file in shipped:
        failures += [f"{file}: {problem}" for problem in problems(of, file.read_text())]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "p.yaml").write_text(RULES)
        for what, text in GOOD_POLICIES.items():
            failures += [f"{what}: {problem}" for problem in problems("policy", text)]
            ended = check(vaste, text, folder)
            if ended.returncode != 0:
                failures.append(f"{what}: vaste check refuses it: {ended.stdout}")
        for of, broken in (("policy", BROKEN_POLICIES), ("config", BROKEN_CONFIGS)):
            for what, text in broken.items():
                if not problems(of, text):
                    failures.append(f"{what}: the schema takes it")
                ended = check(vaste, text, folder)
                if ended.returncode != 78 or "x.yaml" not in ended.stdout:
                    failures.append(f"{what}: vaste check takes it: {ended.stdout}{ended.stderr}")
    for failure in failures:
        print("FAILED", failure)
    print(f"{len(shipped)} files are valid, {len(BROKEN_POLICIES) + len(BROKEN_CONFIGS)} broken ones refused by both"
          if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
