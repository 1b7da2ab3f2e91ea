"""How many drawings a second are saved, by 1, 4 and 16 writers at once, beside an empty view.

    python -m benchmarks.save [--seconds 5] [--rounds 3] [--threads 4] [--json OUT]
    DATABASE_URL=postgresql://... python -m benchmarks.save      # an empty database

One web process of the site, with SQLite, gets drawn digits of some 30 points with a token; each is
recognized, stored and answered. Each round asks for the empty view and for saves, with all numbers
of connections in turn. Printed are the medians over the rounds.
"""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.answer import EMPTY, Case, asked, site, table

WRITERS = (1, 4, 16)
SAVE = "save a drawing, token"
WITHOUT_LIMIT = {"QUOTA_DRAWINGS": "0", "QUOTA_MB": "0"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=4, help="threads of the web process")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    rounds = []
    with tempfile.TemporaryDirectory() as home, site(home, options.threads, WITHOUT_LIMIT) as cases:
        found = {case.name: case for case in cases}
        sent = found["strokes, token"]
        save = Case(SAVE, sent.port, "/api/v1/drawings/", sent.headers, sent.bodies, status=201)
        for case in (found[EMPTY], save):  # warm
            asked(case, 1, 0.5)
        for _ in range(options.rounds):
            rounds.append(
                {
                    f"{case.name}, {count}": asked(case, count, options.seconds)
                    for case in (found[EMPTY], save)
                    for count in WRITERS
                }
            )
    print(table(rounds))
    if options.json:
        options.json.write_text(json.dumps(rounds, indent=2) + "\n")


if __name__ == "__main__":
    main()
