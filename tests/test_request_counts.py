"""Requests are counted for all processes together, and no count takes the answers away."""

import logging
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from recognizer.accounts import request_counts
from recognizer.accounts.request_counts import CLEAN_EVERY, FileCounts, RedisCounts, hashed, take
from tests.processes.counting import allowed
from tests.processes.servers import redis

PICTURES = 30
KEY = hashed("pictures of an address")


def allowed_of_two_processes(where: str | Path) -> int:
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        both = [pool.submit(allowed, where, KEY, PICTURES) for _ in range(2)]
        return sum(each.result() for each in both)


def test_processes_of_one_machine_share_a_limit(tmp_path: Path) -> None:
    assert allowed_of_two_processes(tmp_path / "limits.sqlite3") == PICTURES


def test_machines_share_a_limit_in_redis() -> None:
    with redis() as server:
        wait_until_it_answers(server.url)
        assert allowed_of_two_processes(server.url) == PICTURES


def wait_until_it_answers(url: str) -> None:
    counts = RedisCounts(url)
    for _ in range(100):
        if counts.take(hashed("start"), 1000, 1) is not None:
            return
        counts.away_until = 0.0
        time.sleep(0.05)
    raise AssertionError("Redis did not start")


def test_a_refused_request_is_told_how_long_to_wait(settings: Any) -> None:
    assert [take("a", most=2, seconds=60) for _ in range(2)] == [0.0, 0.0]
    assert 55 < take("a", most=2, seconds=60) <= 60
    assert take("b", most=2, seconds=60) == 0.0


def test_redis_says_how_long_to_wait() -> None:
    with redis() as server:
        wait_until_it_answers(server.url)
        counts = RedisCounts(server.url)
        assert [counts.take(KEY, 2, 60) for _ in range(2)] == [0.0, 0.0]
        assert 55 < (counts.take(KEY, 2, 60) or 0) <= 60


def test_a_place_is_free_again_after_the_time() -> None:
    assert take("a", most=1, seconds=0.05) == 0.0
    wait = take("a", most=1, seconds=0.05)
    assert 0 < wait <= 0.05
    time.sleep(wait)
    assert take("a", most=1, seconds=0.05) == 0.0


@pytest.fixture
def without_redis(settings: Any) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.LIMITS_REDIS = f"redis://127.0.0.1:{free.getsockname()[1]}/0"
    return settings.LIMITS_REDIS


def test_while_redis_is_away_the_machine_counts_on_its_own(
    without_redis: str, caplog: pytest.LogCaptureFixture
) -> None:
    waits = [take("a", most=2, seconds=60) for _ in range(3)]
    assert waits[:2] == [0.0, 0.0]
    assert waits[2] > 0
    assert [record.getMessage()[:13] for record in caplog.records] == ["Redis is away"]


def test_a_redis_that_does_not_answer_costs_one_request_a_moment(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_counts, "REDIS_PAUSE", 60.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.LIMITS_REDIS = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert [take("a", most=9, seconds=60) for _ in range(5)] == [0.0] * 5
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # nobody asked it a second time
            silent.accept()


@pytest.mark.django_db
def test_the_login_lockout_needs_no_redis(without_redis: str, owner: Any, settings: Any) -> None:
    wrong = {"username": "owner", "password": "wrong"}
    statuses = [Client().post("/accounts/login/", wrong).status_code for _ in range(6)]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_a_damaged_file_is_begun_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "limits.sqlite3"
    path.write_bytes(b"no database" * 1000)
    counts = FileCounts(path)
    assert counts.take(KEY, 1, 60) == 0.0  # allowed, though it could not be counted
    assert "requests are not counted" in caplog.text
    assert counts.take(KEY, 1, 60) == 0.0
    assert counts.take(KEY, 1, 60) > 0


def test_requests_are_allowed_where_nothing_can_be_written(tmp_path: Path) -> None:
    counts = FileCounts(tmp_path / "missing" / "limits.sqlite3")
    assert [counts.take(KEY, 1, 60) for _ in range(3)] == [0.0] * 3


def test_clients_are_forgotten_when_their_time_is_over(tmp_path: Path) -> None:
    counts = FileCounts(tmp_path / "limits.sqlite3")
    counts.take(hashed("gone"), 1, 0.01)
    time.sleep(0.02)
    counts.taken = CLEAN_EVERY
    counts.take(KEY, 1, 60)
    with closing(request_counts.opened(counts.path)) as rows:
        assert rows.execute("SELECT key FROM client").fetchall() == [(KEY,)]
        assert rows.execute("SELECT key FROM request").fetchall() == [(KEY,)]


def test_a_worker_forgets_clients_that_do_not_come_back(settings: Any) -> None:
    take("gone", most=1, seconds=0.01)
    take("here", most=1, seconds=60)
    time.sleep(0.02)
    request_counts.forget_expired()
    with closing(request_counts.opened(settings.LIMITS_FILE)) as rows:
        assert rows.execute("SELECT key FROM client").fetchall() == [(hashed("here 1 60"),)]


def test_no_address_is_stored(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    take("throttle_try_192.0.2.77", most=1, seconds=60)
    stored = b"".join(
        path.read_bytes() for path in settings.LIMITS_FILE.parent.glob("limits.sqlite3*")
    )
    assert hashed("throttle_try_192.0.2.77 1 60") in stored
    assert b"192.0.2.77" not in stored
