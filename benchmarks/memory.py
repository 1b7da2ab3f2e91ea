"""What a web process needs: its memory after the start, and after many answers.

    python -m benchmarks.memory [--answers 10000] [--json OUT]

One web process of the site answers drawn digits and pictures in turn, signed in. Printed is its
memory in MB after the first answer of each kind, half way, and at the end: proportional set size
(PSS), in which pages shared with other processes count in parts, and resident set size (RSS).
"""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.answer import Case, connected, site

KINDS = ("strokes, signed in", "picture, signed in")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home, site(home, 4) as cases:
        wanted = [case for case in cases if case.name in KINDS]
        answer(wanted, len(wanted))
        rows = [("after the start", *memory(cases[0]))]
        for done in ("half way", "at the end"):
            answer(wanted, options.answers // 2)
            rows.append((done, *memory(cases[0])))
    print("| answers | PSS, MB | RSS, MB |\n| --- | --- | --- |")
    for name, pss, rss in rows:
        print(f"| {name} | {pss:.0f} | {rss:.0f} |")
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


def answer(cases: list[Case], count: int) -> None:
    """Ask for `count` answers, of each kind in turn. Raises AssertionError for one that is none."""
    with connected(cases[0].port) as connection:
        for number in range(count):
            cases[number % len(cases)].ask(connection, number)


def memory(case: Case) -> tuple[float, float]:
    """Return PSS and RSS in MB of the process that serves the site: the arbiter's only child."""
    from tests.processes.site import processes

    (process,) = [pid for pid, parent, _ in processes() if parent == case.server]
    found = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, size, *_ = line.split()
        found[name] = int(size) / 1024
    return found["Pss:"], found["Rss:"]


if __name__ == "__main__":
    main()
