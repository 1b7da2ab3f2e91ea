"""A process that counts requests. It imports no models, so it needs no setup."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from recognizer.accounts.request_counts import FileCounts, RedisCounts

THREADS = 4
REQUESTS = 40


def allowed(where: str | Path, key: bytes, most: int) -> int:
    """Make REQUESTS by some threads; return how many were allowed. where: a Redis URL or a file."""
    counts = FileCounts(where) if isinstance(where, Path) else RedisCounts(where)
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(lambda _: counts.take(key, most, 60) == 0.0, range(REQUESTS)))
