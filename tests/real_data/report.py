"""Figures beside what they should be, and the few ways to compute them that all sets share."""
import math


def percentile(values, percent):
    """Nearest rank; None of nothing."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(percent / 100 * len(ordered))) - 1] if ordered else None


def ratio(part, whole, digits=6):
    return round(part / whole, digits) if whole else None


def mean(values, digits=3):
    return ratio(sum(values), len(values), digits)


class Report:
    """Collects and prints. A figure is equal or it differs; there is no tolerance."""

    def __init__(self, quiet=False):
        self.count = 0
        self.differ = 0
        self.quiet = quiet  # only what differs
        self._spoken_for = set()

    def figure(self, name, got, expected):
        self.count += 1
        self._spoken_for.add(name)
        verdict = "ok" if got == expected else "DIFFERS"
        self.differ += got != expected
        if verdict != "ok" or not self.quiet:
            print(f"{verdict:7} {name}: {got} (expected {expected})")

    def table(self, name, got, expected):
        """Nested dicts of figures: a figure each; a key that one side lacks is a figure too."""
        if not isinstance(expected, dict) or not isinstance(got, dict):
            return self.figure(name, got, expected)
        for key in [*expected, *(key for key in got if key not in expected)]:
            self.table(f"{name}.{key}" if name else str(key), got.get(key), expected.get(key))

    def rows(self, name, got, expected):
        """Two dicts of rows: one figure, how many rows are exactly right; the first wrong ones are shown."""
        self._spoken_for.add(name)
        wrong = [key for key in {**expected, **got} if got.get(key) != expected.get(key)]
        self.figure(f"{name}: rows that are exact", len({**expected, **got}) - len(wrong), len(expected))
        for key in wrong[:5]:
            print(f"          row {key}: {got.get(key)}\n          expected {expected.get(key)}")

    def not_applicable(self, name, why):
        self._spoken_for.add(name)
        print(f"not applicable: {name} ({why})")

    def complete(self, expected, besides=("definitions",)):
        """Every entry of the expected file was compared or explained; one that was forgotten differs."""
        for key in expected:
            if key in besides or any(name == key or name.startswith(f"{key}.") for name in self._spoken_for):
                continue
            self.figure(key, "not computed", "a figure")
