"""Concurrent promotions, and a version with damaged files."""

import urllib.error
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.processes.survival import Survivor
from tests.processes.waiting import wait_for

pytestmark = pytest.mark.slow

ROUNDS = 5


def test_one_of_two_concurrent_promotions_gets_a_conflict(site: Survivor) -> None:
    one, two = (site.run("train")["version"] for _ in range(2))
    for _ in range(ROUNDS):
        serving = site.expected
        site.expected = winner(site, [one, two], serving)
        wait_for(lambda: site.serving() == site.expected, name="the winner serves")
        site.expected = winner(site, [serving], site.expected)
        wait_for(lambda: site.serving() == site.expected, name="the first serves again")


def winner(site: Survivor, versions: list[int], serving: int) -> int:
    """Promote all versions at once over `serving`. One gets 201, the others 409."""
    start = Barrier(len(versions))

    def promote(number: int) -> int:
        body = {"expected_serving": serving, "reason": "a test of two at once"}
        start.wait()
        return status(site, f"/api/v1/versions/{number}/promote/", body)

    with ThreadPoolExecutor(len(versions)) as people:
        answers = dict(zip(versions, people.map(promote, versions), strict=True))
    assert sorted(answers.values()) == [201] + [409] * (len(versions) - 1)
    return next(number for number, answer in answers.items() if answer == 201)


def status(site: Survivor, path: str, body: Any) -> int:
    try:
        site.post(path, body, by="trainer")
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    return 201


def test_a_version_with_a_flipped_bit_never_answers_and_is_not_retrained(
    site: Survivor,
) -> None:
    damaged = site.run("train")["version"]
    flip_a_bit(site, damaged)
    body = {"expected_serving": site.expected, "reason": "a test of a flipped bit"}
    assert status(site, f"/api/v1/versions/{damaged}/promote/", body) == 409
    flip_a_bit(site, damaged)  # back
    site.post(f"/api/v1/versions/{damaged}/promote/", body, by="trainer")
    flip_a_bit(site, damaged)
    before = site.versions()

    job = site.run("train")

    assert (job["status"], job["attempt"]) == ("failed", 1)
    assert "its files do not match the checksum it was stored with" in job["error"]
    assert site.versions() == before
    site.kill_group("web")
    wait_for(site.answers, name="the web server answers again")
    site.follows(site.expected)  # new processes fall back to the previous version
    site.post("/api/v1/versions/roll-back/", {"expected_serving": damaged}, by="trainer")
    assert site.run("train")["status"] == "succeeded"


def flip_a_bit(site: Survivor, number: int) -> None:
    """Flip a bit in the middle of the version's network file."""
    question = """SELECT f.id, content FROM recognizer_versionfile f
        JOIN recognizer_modelversion v ON v.id = f.version_id
        WHERE f.name = 'network.tflite' AND v.number = ?"""
    with site.database() as rows:
        pk, content = rows.execute(question, [number]).fetchone()
        flipped = bytearray(content)
        flipped[len(flipped) // 2] ^= 1
        change = "UPDATE recognizer_versionfile SET content = ? WHERE id = ?"
        rows.execute(change, [bytes(flipped), pk])
