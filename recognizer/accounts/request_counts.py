"""Counts the requests of each client, together for all web processes.

They are counted in Redis if CELERY_BROKER_URL names one, else in a SQLite file of its own, which
the processes of one machine share. While Redis is away each machine counts on its own; if that
fails too, every request is allowed. Clients are stored as keyed hashes.
"""

import hashlib
import logging
import sqlite3
import threading
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

REDIS_SECONDS = 0.2  # for connecting, and for an answer
REDIS_PAUSE = 5.0  # seconds without Redis after an error
LOCK_SECONDS = 0.2
CLEAN_EVERY = 10_000  # counted requests of this process

# The last `most` times are kept, newest first. They are of Redis's clock, for all machines.
TAKE = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local most, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call('LINDEX', KEYS[1], most - 1)
if oldest and tonumber(oldest) > now - seconds then
    return tostring(tonumber(oldest) + seconds - now)
end
redis.call('LPUSH', KEYS[1], string.format('%.6f', now))
redis.call('LTRIM', KEYS[1], 0, most - 1)
redis.call('PEXPIRE', KEYS[1], math.ceil(seconds * 1000))
return '0'
"""

# The times of a client are a ring of `most` places; `place` is the oldest, which is replaced next.
TABLES = """
CREATE TABLE IF NOT EXISTS client
    (key BLOB PRIMARY KEY, place INTEGER NOT NULL, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS request
    (key BLOB, place INTEGER, at REAL NOT NULL, PRIMARY KEY (key, place)) WITHOUT ROWID;
"""


def take(client: str, *, most: int, seconds: float) -> float:
    """Count a request unless the client made `most` in the last `seconds`.

    client: whom and what is counted. Returns 0.0 if it is allowed, else how many seconds to wait.
    """
    if most <= 0:
        return seconds
    key = hashed(f"{client} {most} {seconds}")
    if settings.LIMITS_REDIS:
        wait = shared(settings.LIMITS_REDIS).take(key, most, seconds)
        if wait is not None:
            return wait
    return local(settings.LIMITS_FILE).take(key, most, seconds)


def forget_expired() -> None:
    """Forget the clients of this machine that no limit looks at anymore. Redis does it itself."""
    if settings.LIMITS_FILE.exists():
        local(settings.LIMITS_FILE).forget()


def hashed(client: str) -> bytes:
    secret = settings.SECRET_KEY.encode()[:64]
    return hashlib.blake2b(client.encode(), digest_size=16, key=secret).digest()


class RedisCounts:
    """Counts of all machines, in one request to Redis."""

    def __init__(self, url: str) -> None:
        client = redis.Redis.from_url(
            url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        self.script = client.register_script(TAKE)
        self.away_until = 0.0

    def take(self, key: bytes, most: int, seconds: float) -> float | None:
        """As the function; None while Redis is away."""
        if time.monotonic() < self.away_until:
            return None
        try:
            return float(self.script(keys=[b"limit:" + key], args=[most, seconds]))
        except redis.RedisError as error:
            self.away_until = time.monotonic() + REDIS_PAUSE
            logger.warning("Redis is away, so each machine counts requests on its own: %s", error)
            return None


class FileCounts:
    """Counts of one machine, in a SQLite file. Losing it only forgets counts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.rows: sqlite3.Connection | None = None
        self.taken = 0

    def take(self, key: bytes, most: int, seconds: float) -> float:
        """As the function. Logs errors of the file and then allows the request."""
        with self.lock:
            try:
                return self.counted(key, most, seconds)
            except sqlite3.Error as error:
                self.reset(error)
                return 0.0

    def forget(self) -> None:
        """Forget clients whose time is over."""
        with self.lock:
            try:
                with self.opened() as rows:
                    forget(rows, time.time())
            except sqlite3.Error as error:
                self.reset(error)

    def opened(self) -> sqlite3.Connection:
        if self.rows is None:
            self.rows = opened(self.path)
        return self.rows

    def counted(self, key: bytes, most: int, seconds: float) -> float:
        now = time.time()
        with self.opened() as rows:
            rows.execute("BEGIN IMMEDIATE")
            self.taken += 1
            if self.taken % CLEAN_EVERY == 1:
                forget(rows, now)
            found = rows.execute("SELECT place FROM client WHERE key = ?", (key,)).fetchone()
            place = found[0] if found else 0
            at = (key, place)
            oldest = rows.execute(
                "SELECT at FROM request WHERE key = ? AND place = ?", at
            ).fetchone()
            if oldest and now - seconds < oldest[0] <= now:
                return float(oldest[0] + seconds - now)
            rows.execute("REPLACE INTO request VALUES (?, ?, ?)", (*at, now))
            following = (place + 1) % most
            rows.execute("REPLACE INTO client VALUES (?, ?, ?)", (key, following, now + seconds))
        return 0.0

    def reset(self, error: sqlite3.Error) -> None:
        """Log the error, and open the file for the next request: a new one if it is damaged."""
        logger.warning("requests are not counted: %s: %s", self.path, error)
        if self.rows is not None:
            with suppress(sqlite3.Error):
                self.rows.close()
            self.rows = None
        if getattr(error, "sqlite_errorcode", None) in (
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_CORRUPT,
        ):
            for end in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + end).unlink(missing_ok=True)


def opened(path: Path) -> sqlite3.Connection:
    """Open the file. Nothing waits for the disk: after a power failure counts may begin anew."""
    rows = sqlite3.connect(
        path, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False
    )
    rows.execute("PRAGMA journal_mode=WAL")
    rows.execute("PRAGMA synchronous=OFF")
    rows.executescript(TABLES)
    return rows


def forget(rows: sqlite3.Connection, now: float) -> None:
    """Delete what no limit looks at anymore at this time."""
    rows.execute(
        "DELETE FROM request WHERE key IN (SELECT key FROM client WHERE until < ?)", (now,)
    )
    rows.execute("DELETE FROM client WHERE until < ?", (now,))


@cache
def shared(url: str) -> RedisCounts:
    return RedisCounts(url)


@cache
def local(path: Path) -> FileCounts:
    return FileCounts(path)
