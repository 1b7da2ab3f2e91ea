"""How long an export of many drawings takes, and how much memory.

    python -m benchmarks.export [--drawings 200000] [--database sqlite postgresql] [--json OUT]

A new site is filled through SQL as by `python -m benchmarks.scale`, and all drawings are exported
by a reviewer in each format, through Django's test client: the stream is read and thrown away.
Printed are seconds, megabytes, and the peak of the process's memory above that before.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.scale import ADMIN, database, new_site

FORMATS = ("ndjson", "csv")
HEADER = "| database | format | rows | seconds | MB | memory, MB more |\n" + "| --- " * 6 + "|"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drawings", type=int, default=200_000)
    parser.add_argument("--database", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--fill-and-measure", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fill_and_measure:
        print(json.dumps(measured(options.drawings)))
        return
    rows = []
    print(HEADER)
    for kind in options.database:
        with database(kind) as environment:
            known = new_site(environment)
            command = [sys.executable, "-m", "benchmarks.export", "--fill-and-measure"]
            command += ["--drawings", str(options.drawings)]
            done = subprocess.run(command, env=known, check=True, stdout=subprocess.PIPE, text=True)
        for row in json.loads(done.stdout.splitlines()[-1]):
            rows.append({"database": kind, **row})
            words = [kind, row["format"], f"{row['rows']:,}", f"{row['seconds']:.1f}"]
            words += [f"{row['mb']:.0f}", f"{row['memory']:.0f}"]
            print(f"| {' | '.join(words)} |", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n")


def measured(count: int) -> list[dict[str, Any]]:
    """Fill the site of this process and export it."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.test import Client

    from benchmarks.scale import fill
    from recognizer.models import Drawing

    fill(count)
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=ADMIN))
    return [
        {"format": each, "rows": Drawing.objects.count(), **exported(client, each)}
        for each in FORMATS
    ]


def exported(client: Any, kind: str) -> dict[str, float]:
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before, began, size = peak(), time.perf_counter(), 0
    answer = client.get(f"/drawings/export/?format={kind}&everybody=1")
    if answer.status_code != 200:
        sys.exit(f"{kind}: {answer.status_code} {answer.content[:300]!r}")
    for part in answer.streaming_content:
        size += len(part)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "mb": size / 2**20, "memory": peak() - before}


def peak() -> float:
    """Return the peak of this process's resident memory in MB."""
    lines = Path(f"/proc/{os.getpid()}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
