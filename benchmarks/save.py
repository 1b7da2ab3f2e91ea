"""How many drawings a second are saved, by 1, 4 and 16 writers at once, beside an empty view.

    python -m benchmarks.save [--seconds 5] [--rounds 3] [--threads 4] [--json OUT]
    DATABASE_URL=postgresql://... python -m benchmarks.save      # an empty database

One web process of the site, with SQLite unless DATABASE_URL names another database, gets drawn
digits of some 30 points with a token; each is recognized, stored and answered. Each round asks for
the empty view and for saves, with all numbers of connections in turn. Printed are the medians over
the rounds.
"""

import tempfile

from benchmarks.answer import EMPTY, Case, arguments, compare, site

WRITERS = (1, 4, 16)
SAVE = "save a drawing, token"
WITHOUT_LIMIT = {"QUOTA_DRAWINGS": "0", "QUOTA_MB": "0"}


def main() -> None:
    options = arguments(__doc__, seconds=5.0)
    with tempfile.TemporaryDirectory() as home, site(home, options.threads, WITHOUT_LIMIT) as cases:
        found = {case.name: case for case in cases}
        sent = found["strokes, token"]
        save = Case(SAVE, sent.port, "/api/v1/drawings/", sent.headers, sent.bodies, status=201)
        compare([found[EMPTY], save], WRITERS, options)


if __name__ == "__main__":
    main()
