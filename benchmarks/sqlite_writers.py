"""Test concurrent writes to SQLite: four processes save drawings and labels.

    DIGITS_HOME=FOLDER python -m benchmarks.sqlite_writers --seconds 60 [--pace 5]

They write as fast as possible. With --pace, each process writes this many drawings with labels per
second.

FOLDER: the folder of a site that was set up with `manage.py setup`. For a realistic test, the site
should run with a worker that trains.

Expected on two busy cores with a web server, a worker and a job: no errors, and the slowest write
takes well below SQLite's timeout of 20 s.
"""

import argparse
import json
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

WRITERS = 4
LETTERS = "abcdefgh"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pace", type=float, help="drawings per second of each process")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    figures = measure(options.seconds, options.pace)
    print(json.dumps(figures) if options.json else sentence(figures))


def measure(seconds: float, pace: float | None = None) -> dict[str, Any]:
    """Return the writes of each process, the stored rows, errors, and the slowest write."""
    mark = "".join(random.choices(LETTERS, k=12))
    with ProcessPoolExecutor(WRITERS, get_context("spawn")) as pool:
        writers = [pool.submit(write, f"{mark}-{n}", seconds, pace) for n in range(WRITERS)]
        results = [writer.result() for writer in writers]
    return {
        "seconds": seconds,
        "writes": [result["writes"] for result in results],
        "stored": sum(result["stored"] for result in results),
        "slowest": max(result["slowest"] for result in results),
        "errors": [error for result in results for error in result["errors"]],
    }


def write(name: str, seconds: float, pace: float | None) -> dict[str, Any]:
    """Save and label drawings as a user of this name, one transaction each."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digitsite.settings")
    import django

    django.setup()
    from django.db import DatabaseError

    from recognizer.actions.drawings.recognition import read_strokes
    from recognizer.actions.drawings.store import save_drawing
    from recognizer.actions.labels.label_history import label_drawing
    from recognizer.models import Correction, User

    person = User.objects.create_user(name)
    ink = read_strokes([[[80, 80], [160, 60], [240, 80]], [[240, 80], [150, 300]]])
    writes, slowest, errors = 0, 0.0, []
    deadline = time.monotonic() + seconds
    while (started := time.monotonic()) < deadline:
        try:
            drawing = save_drawing(owner=person, ink=ink)
            label_drawing(drawing=drawing, by=person, label=writes % 10, source="api")
            writes += 1
        except DatabaseError as error:
            errors.append(repr(error))
        took = time.monotonic() - started
        slowest = max(slowest, took)
        if pace:
            time.sleep(max(0.0, 1 / pace - took))
    stored = Correction.objects.filter(by=person).count()
    person.delete()
    return {"writes": writes, "stored": stored, "slowest": slowest, "errors": errors}


def sentence(figures: dict[str, Any]) -> str:
    return (
        f"{sum(figures['writes']):,} drawings and as many labels in {figures['seconds']:.0f} s by "
        f"{WRITERS} processes, the slowest pair in {figures['slowest']:.2f} s; "
        f"{len(figures['errors'])} errors {figures['errors'][:3]}; "
        f"{figures['stored']:,} labels stored"
    )


if __name__ == "__main__":
    main()
