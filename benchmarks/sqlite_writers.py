"""Four processes that write drawings and labels, beside whatever else runs.

    DIGITS_HOME=FOLDER python -m benchmarks.sqlite_writers --seconds 60 [--pace 5]

They write as fast as they can, or with a pace so many drawings with their labels a second each.

FOLDER: of a site that is set up, by `manage.py setup`; one that runs, with a worker that trains, is
what they are to get along with.

Expected on two busy cores, beside a web server, a worker and a job: no error; the slowest write
takes well below the 20 s after which SQLite would give up.
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
    parser.add_argument("--pace", type=float, help="drawings a second by each process")
    parser.add_argument("--json", action="store_true", help="the figures for a program")
    options = parser.parse_args()
    told = measure(options.seconds, options.pace)
    print(json.dumps(told) if options.json else sentence(told))


def measure(seconds: float, pace: float | None = None) -> dict[str, Any]:
    """Writes by each process, how many rows are there of them, errors, and the slowest write."""
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
    """A person of this name saves drawings and labels them, one transaction each."""
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


def sentence(told: dict[str, Any]) -> str:
    return (
        f"{sum(told['writes']):,} drawings and as many labels in {told['seconds']:.0f} s by "
        f"{WRITERS} processes, the slowest pair in {told['slowest']:.2f} s; "
        f"{len(told['errors'])} errors {told['errors'][:3]}; {told['stored']:,} labels stored"
    )


if __name__ == "__main__":
    main()
