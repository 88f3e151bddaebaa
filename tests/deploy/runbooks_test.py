#!/usr/bin/python3
"""deploy/runbooks: a page for each alert and none besides, with its four parts, metrics that exist and questions that parse."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/rules"), str(ROOT / "tests/integration")]
import catalog  # noqa: E402
import monitoring  # noqa: E402

PAGES = ROOT / "deploy/runbooks"
PARTS = ["Meaning", "Impact", "Where to look", "What to do"]
FEWEST_WORDS = 8  # of a part


def questions(text):
    return [line for block in re.findall(r"```promql\n(.*?)```", text, re.S) for line in block.splitlines() if line.strip()]


def look_at(page, known, alerts):
    """What is wrong with a page."""
    text = page.read_text()
    if not text.startswith(f"# {page.stem}\n"):
        yield "the title is not the alert"
    parts = re.split(r"^## (.+)\n", text, flags=re.M)[1:]
    if parts[0::2] != PARTS:
        yield f"its parts are {parts[0::2]}"
    for title, body in zip(parts[0::2], parts[1::2]):
        if len(re.sub(r"```.*?```", "", body, flags=re.S).split()) < FEWEST_WORDS and not questions(body):
            yield f"{title} says next to nothing"
    if not questions(text):
        yield "no question to Prometheus"
    for question in questions(text):
        yield from catalog.complaints(question, known)
    prose = re.sub(r"```.*?```", "", text, flags=re.S)
    for name in re.findall(r"\b(?:vaste|process)_[a-z0-9_]+\b", prose):
        if name not in known and f"{name}_count" not in known:
            yield f"{name} is in no catalogue"
    for name in re.findall(r"\bVaste[A-Z]\w+", text):
        if name not in alerts:
            yield f"{name} is no alert"


def main():
    monitoring.need("promtool")
    known = catalog.names({rule["record"] for rule in monitoring.rules() if "record" in rule})
    links = {rule["alert"]: rule["annotations"]["runbook_url"] for rule in monitoring.rules() if "alert" in rule}
    pages = {page.stem: page for page in PAGES.glob("*.md") if page.stem != "README"}
    found = [f"{name}: no page" for name in sorted(set(links) - set(pages))]
    found += [f"{name}: a page without an alert" for name in sorted(set(pages) - set(links))]
    found += [f"{name}: runbook_url is {url}" for name, url in links.items() if not url.endswith(f"/{name}.md")]
    for name, page in sorted(pages.items()):
        found += [f"{name}: {complaint}" for complaint in look_at(page, known, set(links))]
    asked = [question for page in pages.values() for question in questions(page.read_text())]
    found += monitoring.unparsed(asked)
    if found:
        print("FAILED:", *found, sep="\n  ")
        sys.exit(1)
    print(f"{len(pages)} pages, {len(asked)} questions to Prometheus")


if __name__ == "__main__":
    main()
