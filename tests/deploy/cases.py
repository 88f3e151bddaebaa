"""Stories for rules: what Prometheus has scraped, when the alert fires, and when it does not."""
from dataclasses import dataclass, field


def steps(*parts):
    """Values of a counter in promtool's notation; a part is (increase a step, steps)."""
    text, at = ["0"], 0
    for increase, count in parts:
        text.append(f"{at + increase}+{increase}x{count - 1}")
        at += increase * count
    return " ".join(text)


def held(*parts):
    """Values of a gauge; a part is (value, steps)."""
    return " ".join(f"{value}+0x{count - 1}" for value, count in parts)


def _labels(labels):
    return ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))


def _series(given):
    return [{"series": series, "values": values} for series, values in given.items()]


@dataclass(frozen=True)
class Case:
    alert: str
    story: str
    given: dict            # series: values, one a step
    step: str = "1m"
    severity: str = "warning"
    fires: dict = field(default_factory=dict)  # when: labels of each alert that fires, without severity
    quiet: tuple = ()      # when nothing fires

    @property
    def stays_quiet(self):
        return self.quiet and not self.fires

    def as_test(self):
        name = f'ALERTS{{alertname="{self.alert}",alertstate="firing"}}'
        checks = [{"expr": name, "eval_time": at, "exp_samples": []} for at in self.quiet]
        for at, alerts in self.fires.items():
            own = {"alertname": self.alert, "alertstate": "firing", "severity": self.severity}
            samples = [{"labels": f"ALERTS{{{_labels({**own, **labels})}}}", "value": 1} for labels in alerts]
            checks.append({"expr": name, "eval_time": at, "exp_samples": samples})
        return {"name": f"{self.alert}: {self.story}", "interval": self.step, "input_series": _series(self.given),
                "promql_expr_test": checks}


@dataclass(frozen=True)
class Recorded:
    """What is recorded at an instant, to four places, as promtool compares every bit: {expression: {labels: value}}."""
    story: str
    given: dict
    at: str
    values: dict
    step: str = "1m"

    def as_test(self):
        checks = [{"expr": f"round({expression}, 0.0001)", "eval_time": self.at,
                   "exp_samples": [{"labels": labels, "value": value} for labels, value in samples.items()]}
                  for expression, samples in self.values.items()]
        return {"name": self.story, "interval": self.step, "input_series": _series(self.given), "promql_expr_test": checks}
