"""What the dashboards of deploy/grafana ask, as Prometheus hears it."""
import json
import re
from pathlib import Path

BOARDS = Path(__file__).resolve().parents[2] / "deploy/grafana/dashboards"


def boards():
    return {file.stem: json.loads(file.read_text()) for file in sorted(BOARDS.glob("*.json"))}


def panels(rate_interval="1m"):
    """(dashboard, panel, expression) of every query, with All chosen everywhere."""
    found = []
    for name, board in boards().items():
        variables = [each["name"] for each in board["templating"]["list"] if each["type"] == "query"]
        for panel in board["panels"]:
            for target in panel.get("targets", ()):
                expression = target["expr"].replace("$__rate_interval", rate_interval)
                for variable in variables:
                    expression = re.sub(rf"\${variable}\b", ".*", expression)
                if "$" in expression:
                    raise ValueError(f"{name}: {panel['title']}: a variable that the dashboard has not: {expression}")
                found.append((name, panel["title"], expression))
    return found
