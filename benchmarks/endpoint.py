"""How long POST /api/v1/recognize/ takes, in this checkout and, side by side, in another.

    python -m benchmarks.endpoint [--against FOLDER] [--rounds 4]

FOLDER is another checkout of the project that the same Python can run. Each round asks both, one
after the other, each in a process of its own with a database of its own: signed in, Django's test
client, 30 drawn digits asked ten times each. A line tells the median and the 99th percentile of a
round in milliseconds, the last lines the medians over the rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from mlcore.data import synthesis

DIGITS, TIMES = 30, 10
ASK = """
import json, sys, time
import django
django.setup()
from django.contrib.auth import get_user_model
from django.test import Client
client = Client(SERVER_NAME="localhost")
client.force_login(get_user_model().objects.create_user(f"asker {time.time()}"))
bodies = json.load(open(sys.argv[1]))
times = []
for body in bodies[:20] + bodies * int(sys.argv[2]):
    started = time.perf_counter()
    answer = client.post("/api/v1/recognize/", body, content_type="application/json")
    times.append((time.perf_counter() - started) * 1000)
    assert answer.status_code == 200, answer.content
print(json.dumps(times[20:]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    trees = [Path().resolve(), *([options.against.resolve()] if options.against else [])]
    medians: dict[Path, list[float]] = {tree: [] for tree in trees}
    with tempfile.TemporaryDirectory() as folder:
        bodies = Path(folder, "bodies.json")
        bodies.write_text(json.dumps(drawn_digits()))
        for tree in trees:
            run(tree, home_of(folder, tree), ["manage.py", "setup"])
        print("checkout | p50 ms | p99 ms")
        for _ in range(options.rounds):
            for tree in trees:
                asked = ["-c", ASK, str(bodies), str(TIMES)]
                times = json.loads(run(tree, home_of(folder, tree), asked).splitlines()[-1])
                medians[tree].append(statistics.median(times))
                print(f"{tree} | {medians[tree][-1]:.2f} | {np.quantile(times, 0.99):.2f}")
    for tree in trees:
        print(f"median of {tree}: {statistics.median(medians[tree]):.2f} ms")


def drawn_digits() -> list[dict[str, list[list[list[float]]]]]:
    """Request bodies: strokes of digits, each point [x, y]."""
    rng = np.random.default_rng(1)
    drawings = [synthesis.draw(i % 10, rng) for i in range(DIGITS)]
    return [{"strokes": [stroke[:, :2].tolist() for stroke in drawing]} for drawing in drawings]


def home_of(folder: str, tree: Path) -> str:
    return str(Path(folder, tree.name))


def run(tree: Path, home: str, arguments: list[str]) -> str:
    """What a Python program prints that runs in the checkout."""
    limits = {"API_RATE": "1000000/min"}
    environment = (
        os.environ
        | limits
        | {
            "DIGITS_HOME": home,
            "DJANGO_SETTINGS_MODULE": "digitsite.settings",
            "PYTHONPATH": str(tree),
        }
    )
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{tree}: {done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
