"""A dashboard as Grafana reads it, from rows of panels with their queries."""
import json
from dataclasses import dataclass

COLUMNS, HEIGHT = 24, 8
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str              # as Grafana names it: s, bytes, percentunit, short, ops, dateTimeAsIso
    queries: tuple         # (expression, legend)
    note: str = ""         # what a reader should know, shown at the i
    kind: str = "timeseries"
    width: int = 8
    right: tuple = ()      # legends of what is counted on the right-hand axis


def _panel(number, panel, x, y):
    targets = [{"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": expression, "legendFormat": legend,
                "instant": panel.kind != "timeseries", "range": panel.kind == "timeseries"}
               for place, (expression, legend) in enumerate(panel.queries)]
    overrides = [{"matcher": {"id": "byFrameRefID", "options": target["refId"]},
                  "properties": [{"id": "unit", "value": "short"}, {"id": "custom.axisPlacement", "value": "right"},
                                 {"id": "custom.drawStyle", "value": "bars"}, {"id": "custom.fillOpacity", "value": 15}]}
                 for target in targets if target["legendFormat"] in panel.right]
    options = {"timeseries": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
               "stat": {"reduceOptions": {"calcs": ["lastNotNull"]}, "textMode": "value_and_name"},
               "bargauge": {"reduceOptions": {"calcs": ["lastNotNull"]}, "orientation": "horizontal"}}[panel.kind]
    return {"id": number, "title": panel.title, "description": panel.note, "type": panel.kind, "datasource": SOURCE,
            "gridPos": {"h": HEIGHT, "w": panel.width, "x": x, "y": y},
            "fieldConfig": {"defaults": {"unit": panel.unit}, "overrides": overrides},
            "options": options, "targets": targets}


def _layout(rows):
    panels, y = [], 0
    for title, row in rows:
        panels.append({"id": len(panels) + 1, "type": "row", "title": title, "collapsed": False, "panels": [],
                       "gridPos": {"h": 1, "w": COLUMNS, "x": 0, "y": y}})
        x, y = 0, y + 1
        for panel in row:
            if x + panel.width > COLUMNS:
                x, y = 0, y + HEIGHT
            panels.append(_panel(len(panels) + 1, panel, x, y))
            x += panel.width
        y += HEIGHT
    return panels


def _variable(name, label, query):
    return {"name": name, "label": label, "type": "query", "datasource": SOURCE,
            "definition": query, "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1,
            "multi": True, "includeAll": True, "allValue": ".*", "current": {"text": ["All"], "value": ["$__all"]}}


def dashboard(uid, title, description, variables, rows, span, refresh):
    """`variables`: (name, label, query); JSON text."""
    source = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
              "current": {}, "hide": 0}
    links = {"title": "vaste", "type": "dashboards", "tags": ["vaste"], "asDropdown": True, "includeVars": True, "keepTime": True}
    return json.dumps({
        "uid": uid, "title": title, "description": description, "tags": ["vaste"], "schemaVersion": 39, "version": 1,
        "editable": False, "graphTooltip": 1, "timezone": "browser", "refresh": refresh, "links": [links],
        "time": {"from": f"now-{span}", "to": "now"},
        "annotations": {"list": [{
            "name": "Alerts", "enable": True, "iconColor": "red", "datasource": SOURCE,
            "expr": 'ALERTS{alertname=~"Vaste.*",alertstate="firing"}', "titleFormat": "{{alertname}} {{queue}}", "step": "60s"}]},
        "templating": {"list": [source, *(_variable(*variable) for variable in variables)]},
        "panels": _layout(rows)}, indent=1) + "\n"
