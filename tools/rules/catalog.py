"""What the program counts, read from src/metrics/catalog.h, and whether an expression keeps to it."""
import re
from dataclasses import dataclass
from pathlib import Path

CATALOG = Path(__file__).resolve().parents[2] / "src/metrics/catalog.h"


@dataclass(frozen=True)
class Metric:
    kind: str  # counter, gauge, histogram
    labels: frozenset


def _metric(kind, *labels):
    return Metric(kind, frozenset(labels))


# Agreed, named by alerts and dashboards, and not counted by the program yet. What the catalogue has must go from here; the
# tests say so. Empty is how it should be.
PENDING = {}

_ROW = re.compile(r'X\(k\w+,\s*"(\w+)",\s*k(\w+),((?:[^()"]|"(?:[^"\\]|\\.)*")*)\)')
_LABEL = re.compile(r'Label (k\w+)\{\s*"(\w+)"')
_TARGET = {"instance", "job", "le"}  # a scrape brings them
_WORDS = set("and or unless on by without ignoring group_left offset sum min max avg count rate increase deriv time "
             "histogram_quantile clamp_max topk changes sqrt absent max_over_time predict_linear".split())


def catalog():
    text = CATALOG.read_text().replace("\\\n", "\n")  # lines of a macro
    labels = dict(_LABEL.findall(text))
    return {name: Metric(kind.lower(), frozenset(labels[label] for label in re.findall(r"labels::(k\w+)", rest)))
            for name, kind, rest in _ROW.findall(text)}


def names(recorded=()):
    """Every series that may be asked for, with the labels it has; None where the rules decide."""
    known = {"up": frozenset(), **dict.fromkeys(recorded)}
    for name, metric in {**PENDING, **catalog()}.items():
        for suffix in ("_bucket", "_sum", "_count") if metric.kind == "histogram" else ("",):
            known[name + suffix] = metric.labels
    return known


def series(expression):
    """(name, labels it is selected by) of each series in an expression; braces, strings and groupings put aside."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', '""', expression)
    bare = re.sub(r"\b(?:by|on|ignoring|without|group_left)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\[[^]]*\]", " ", bare)
    bare = re.sub(r"\boffset\s+\w+", " ", bare)
    found = []
    for name, selector in re.findall(r"(?<![\w:.$])([a-zA-Z_][\w:]*)\s*(\{[^}]*\})?", bare):
        if name not in _WORDS:
            found.append((name, set(re.findall(r"(\w+)\s*[=!]", selector))))
    return found


def complaints(expression, known):
    for name, labels in series(expression):
        if name not in known:
            yield f"{name} is in no catalogue"
        elif known[name] is not None and not labels <= known[name] | _TARGET:
            yield f"{name} has no label {sorted(labels - known[name] - _TARGET)}"


def family(name):
    """The metric that a series of a histogram belongs to."""
    return re.sub(r"_(bucket|sum|count)$", "", name)


def families(expression):
    return {family(name) for name, _ in series(expression)}
