"""What counting a request costs: in the file of one machine, and in Redis.

    python -m benchmarks.request_counts [--redis redis://127.0.0.1:6379/0]

One client with a limit of 1,200 a minute and 99 others. Then two processes count in the same file,
without a pause and 100 requests a second each.

Expected on a busy core: 0.03 ms in the file, 0.13 ms with 200 requests a second, 0.18 ms in Redis.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from recognizer.accounts.request_counts import FileCounts, RedisCounts

REQUESTS = 20_000
CLIENTS = 100
MOST, SECONDS = 1200, 60.0
Take = Callable[[bytes, int, float], float | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--redis", help="the URL of a Redis server")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "limits.sqlite3"
        show("in the file", times(FileCounts(path).take))
        for name, pause in (("two processes, no pause", 0.0), ("two processes, 100/s", 0.01)):
            with ProcessPoolExecutor(2, get_context("spawn")) as pool:
                both = [pool.submit(times_in_file, path, pause) for _ in range(2)]
                show(name, [each for one in both for each in one.result()])
    if options.redis:
        show("in Redis", times(RedisCounts(options.redis).take))


def times_in_file(path: Path, pause: float) -> list[float]:
    return times(FileCounts(path).take, pause)


def times(take: Take, pause: float = 0.0) -> list[float]:
    """Return how many ms each of the requests took to be counted."""
    taken = []
    for number in range(1000 if pause else REQUESTS):
        key = (number % CLIENTS).to_bytes(16) if number % 2 else bytes(16)
        start = time.perf_counter()
        take(key, MOST, SECONDS)
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(pause)
    return taken


def show(name: str, taken: list[float]) -> None:
    ranked = sorted(taken)
    print(
        f"{name:26} median {statistics.median(ranked):.3f} ms, "
        f"mean {statistics.mean(ranked):.3f}, 99th percentile {ranked[len(ranked) * 99 // 100]:.3f}"
    )


if __name__ == "__main__":
    main()
