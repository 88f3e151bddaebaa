#!/usr/bin/python3
"""Dashboards and rules by the catalogue: every expression parses, and asks only for what the program counts or rules record."""
import json
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/rules"), str(ROOT / "tests/integration")]
import catalog  # noqa: E402
import monitoring  # noqa: E402
import queries  # noqa: E402

PROVISIONING = ROOT / "deploy/grafana/provisioning"


def shape():
    """What Grafana needs to find its way: unique ids and uids, a source for each query, panels beside each other."""
    uids = set()
    for name, board in queries.boards().items():
        if board["uid"] in uids:
            yield f"{name}: uid {board['uid']} twice"
        uids.add(board["uid"])
        ids = [panel["id"] for panel in board["panels"]]
        if len(ids) != len(set(ids)):
            yield f"{name}: a panel's id twice"
        taken = set()
        for panel in board["panels"]:
            place = panel["gridPos"]
            cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            if cells & taken or place["x"] + place["w"] > 24:
                yield f"{name}: {panel['title']} lies on another or outside"
            taken |= cells
            for target in panel.get("targets", ()):
                if target["datasource"] != panel["datasource"]:
                    yield f"{name}: {panel['title']} asks two sources"
    linked = {rule["annotations"]["dashboard_url"].split("/d/")[1].split("?")[0] for rule in monitoring.rules() if "alert" in rule}
    if not linked <= uids:
        yield f"alerts link to dashboards that are not there: {sorted(linked - uids)}"
    for file in (PROVISIONING / "datasources/vaste.yaml", PROVISIONING / "dashboards/vaste.yaml"):
        if yaml.safe_load(file.read_text())["apiVersion"] != 1:
            yield f"{file.name}: not of version 1"


def self_test(known):
    """The check finds what it is for."""
    wrong = ["sum(vaste_contact_total)", 'vaste_contacts_total{agent="ann"}', "sum by (queue) (rate(vaste_answer_wait_seconds[5m]))",
             "queue_kpi:vaste_quality:mean5w", "count(node_load1)"]
    for expression in wrong:
        if not list(catalog.complaints(expression, known)):
            yield f"nothing found in {expression}"


def main():
    monitoring.need("promtool")
    recorded = {rule["record"] for rule in monitoring.rules() if "record" in rule}
    known = catalog.names(recorded)
    asked = [(f"{board}: {title}", expression) for board, title, expression in queries.panels()]
    asked += [(rule.get("alert") or rule["record"], rule["expr"]) for rule in monitoring.rules()]
    found = [*self_test(known), *shape(), *monitoring.unparsed([expression for _, expression in asked])]
    found += [f"{where}: {complaint}" for where, expression in asked for complaint in catalog.complaints(expression, known)]
    counted = set(catalog.PENDING) & set(catalog.catalog())
    if counted:
        found.append(f"counted by now, to be taken out of PENDING in tools/rules/catalog.py: {sorted(counted)}")
    if found:
        print("FAILED:", *found, sep="\n  ")
        sys.exit(1)
    print(f"{len(asked)} expressions; of METRICS agreed on and not counted yet: {json.dumps(sorted(catalog.PENDING))}")


if __name__ == "__main__":
    main()
