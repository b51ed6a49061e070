"""Every measure, each in a process of its own: python -m bench [NAMES]

Prints what was measured, and writes `docs/performance.json` and from it the table and the picture of
`docs/performance.md`. What is not measured this time stays as it was.
"""

import json
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench.figures import Figure, line, plot, table

DOCS = Path(__file__).parent.parent / "docs"
MEASURES = ("rest", "inside", "growth", "browser", "predicted", "reports", "imports", "start")
BEGIN, END = "<!-- measured -->\n", "<!-- end -->\n"


def main(names: list[str]) -> None:
    if names[:1] == ["--one"]:
        print(json.dumps([asdict(one) for one in import_module(f"bench.{names[1]}").figures()]))
        return
    kept = DOCS / "performance.json"
    known = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    for name in names or MEASURES:
        found = measured(name)
        known[name] = {"on": datetime.now(UTC).date().isoformat(), "figures": [asdict(one) for one in found]}
        print("\n".join(line(one) for one in found), flush=True)
    known = {name: known[name] for name in MEASURES if name in known}
    kept.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write_page([Figure(**one) for name in known for one in known[name]["figures"]])


def measured(name: str) -> list[Figure]:
    """The figures of one measure. Raises CalledProcessError when it breaks."""
    command = [sys.executable, "-m", "bench", "--one", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [Figure(**one) for one in json.loads(done.stdout.splitlines()[-1])]


def write_page(figures: list[Figure]) -> None:
    (DOCS / "images" / "performance.svg").write_text(plot(figures), "utf-8")
    page = DOCS / "performance.md"
    before, rest = page.read_text("utf-8").split(BEGIN)
    page.write_text(f"{before}{BEGIN}{table(figures)}\n{END}{rest.split(END)[1]}", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
