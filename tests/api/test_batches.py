"""Batches over the API: many pictures in one request, and their results."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.actions.reading.uploads import Part, SpoolUploadHandler
from recognizer.models import BatchPicture, Drawing, ReadingJob, User
from tests.actions.reading.files import archive, picture
from tests.api.client import ROOT, ask, by_token, get, post, problem

pytestmark = pytest.mark.usefixtures("version", "unsent")


@pytest.fixture
def unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message reaches a broker."""
    monkeypatch.setattr("recognizer.actions.jobs.leases.current_app.send_task", lambda *_, **__: 0)


def file(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def send(client: Client, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    return client.post(f"{ROOT}batches/", fields, headers=headers)


def zipped(**files: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("all.zip", archive(files).getvalue())


def test_files_are_accepted_and_read(as_owner: Client) -> None:
    response = send(as_owner, files=[file("1.png"), file("bad.png", b"no picture")])
    body = response.json()
    assert (response.status_code, response["Location"]) == (202, f"{ROOT}batches/{body['id']}/")
    assert (body["status"], body["total"], body["done"]) == ("queued", 2, 0)

    run_reading_job(job_id=body["id"])
    body = as_owner.get(response["Location"]).json()
    assert (body["status"], body["done"], body["fraction"]) == ("succeeded", 2, 1.0)
    assert body["counts"] == {"read": 1, "refused": 0, "failed": 1, "skipped": 0}


def test_an_archive_is_accepted_and_each_bad_file_is_named(as_owner: Client) -> None:
    files = {"a/1.png": picture(), "../2.png": picture(), ".DS_Store": b"x", "3.png": b""}
    pk = send(as_owner, archive=zipped(**files)).json()["id"]
    run_reading_job(job_id=pk)
    rows = get(as_owner, f"batches/{pk}/results/").json()["results"]
    assert [(row["name"], row["status"], row["text"], row["reason"]) for row in rows] == [
        ("a/1.png", "read", "1", ""),
        ("../2.png", "failed", "", "unsafe_path"),
        (".DS_Store", "skipped", "", "hidden_file"),
        ("3.png", "failed", "", "empty_file"),
    ]
    assert rows[0]["answer"] == rows[0]["version"] == 1
    assert rows[1]["message"] == "The path is absolute or has “..” in it."


def test_a_token_may_send_a_batch(owner: User) -> None:
    _, secret = create_token(owner=owner, name="t")
    assert send(Client(), headers=by_token(secret), files=[file("1.png")]).status_code == 202


def test_a_session_needs_the_csrf_token(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert problem(send(client, files=[file("1.png")]))[0] == 403
    assert not ReadingJob.objects.exists()


def test_pictures_are_saved_if_asked(as_owner: Client, owner: User) -> None:
    pk = send(as_owner, files=[file("1.png")], save="true").json()["id"]
    run_reading_job(job_id=pk)
    (row,) = get(as_owner, f"batches/{pk}/results/").json()["results"]
    assert row["drawing"] == Drawing.objects.owned_by(owner).get().pk


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"files": "no file"},
        {"archive": "no file"},
        {"archive": SimpleUploadedFile("a.zip", b"no archive")},
        {"archive": SimpleUploadedFile("a.zip", b"")},
        {"archive": SimpleUploadedFile("a.zip", archive({}).getvalue())},
        {"files": [file("1.png")], "archive": zipped(a=b"x")},
        {"files": [file("1.png")], "save": "perhaps"},
    ],
)
def test_bad_requests_are_refused_with_words(as_owner: Client, fields: dict[str, Any]) -> None:
    assert problem(send(as_owner, **fields)) == (400, "invalid")
    assert not ReadingJob.objects.exists()


def test_json_is_not_accepted(as_owner: Client) -> None:
    assert problem(post(as_owner, "batches/", {"files": []}))[0] == 415


def test_the_limits_are_refused_with_413(as_owner: Client, settings: Any) -> None:
    settings.BATCH_MAX_FILES = 2
    three = [file(f"{i}.png") for i in range(3)]
    assert problem(send(as_owner, files=three)) == (413, "too_large")
    assert problem(send(as_owner, archive=zipped(a=b"x", b=b"x", c=b"x"))) == (413, "too_large")
    settings.BATCH_MAX_MB = 0
    response = send(as_owner, files=[file("1.png", bytes(3000))])
    assert problem(response) == (413, "too_large")
    assert not ReadingJob.objects.exists()


def test_more_files_than_django_allows_are_refused_with_words(
    as_owner: Client, settings: Any
) -> None:
    assert settings.DATA_UPLOAD_MAX_NUMBER_FILES > settings.BATCH_MAX_FILES
    settings.BATCH_MAX_FILES, settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2, 3
    response = send(as_owner, files=[file(f"{i}.png", b"x") for i in range(9)])
    assert "at most 2 files" in response.json()["error"]["message"]


def test_only_batches_may_be_large(as_owner: Client, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 1000
    assert send(as_owner, files=[file("1.png", bytes(5000))]).status_code == 202
    other = as_owner.post(f"{ROOT}recognize/", {"image": file("1.png", bytes(5000))})
    assert problem(other) == (413, "too_large")


def test_too_many_unfinished_batches_are_a_conflict(as_owner: Client, settings: Any) -> None:
    settings.BATCH_MAX_OPEN = 1
    send(as_owner, files=[file("1.png")])
    assert problem(send(as_owner, files=[file("1.png")])) == (409, "conflict")


def test_the_files_of_a_request_share_one_file_on_disk(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    spools: list[Any] = []

    class Watched(SpoolUploadHandler):
        def __init__(self, request: Any = None) -> None:
            super().__init__(request)
            spools.append(self)

    monkeypatch.setattr("recognizer.api.batches.SpoolUploadHandler", Watched)
    contents = [bytes([i]) * (70_000 * i) for i in range(4)]
    pk = send(as_owner, files=[file(f"{i}", c) for i, c in enumerate(contents)]).json()["id"]
    stored = BatchPicture.objects.filter(job=pk).values_list("content", flat=True)
    assert [bytes(content) for content in stored] == contents
    assert len(spools) == 1
    assert spools[0].file.closed


def test_a_part_of_a_file_is_read_as_a_file(tmp_path: Any) -> None:
    path = tmp_path / "whole"
    path.write_bytes(b"0123456789")
    part = Part(path.open("rb"), 2, 5)
    assert part.read() == b"23456"
    assert part.seek(-2, 2) == 3
    assert part.read(9) == b"56"
    with pytest.raises(OSError, match="negative"):
        part.seek(-1)
    part.close()
    assert part.whole.closed


def test_results_come_in_pages(as_owner: Client) -> None:
    pk = send(as_owner, files=[file(f"{i}", b"x") for i in range(5)]).json()["id"]
    names = []
    page = get(as_owner, f"batches/{pk}/results/?page_size=2").json()
    while True:
        names += [row["name"] for row in page["results"]]
        if page["next"] is None:
            break
        page = as_owner.get(page["next"]).json()
    assert names == ["0", "1", "2", "3", "4"]


def test_downloads(as_owner: Client) -> None:
    pk = send(as_owner, files=[file("-1.png"), file("2.png", b"x")]).json()["id"]
    run_reading_job(job_id=pk)
    table = get(as_owner, f"batches/{pk}/results.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="batch-{pk}.csv"' in table["Content-Disposition"]
    assert table.getvalue().decode().splitlines()[1].startswith("0,'-1.png,read,1,1,")
    lines = get(as_owner, f"batches/{pk}/results.ndjson")
    assert lines["Content-Type"] == "application/x-ndjson"
    assert [json.loads(line)["name"] for line in lines.getvalue().splitlines()] == [
        "-1.png",
        "2.png",
    ]


def test_a_batch_is_canceled_and_deleted(as_owner: Client) -> None:
    pk = send(as_owner, files=[file("1.png")]).json()["id"]
    assert post(as_owner, f"batches/{pk}/cancel/").json()["status"] == "canceled"
    assert problem(post(as_owner, f"batches/{pk}/cancel/")) == (409, "conflict")
    assert ask(as_owner, "DELETE", f"batches/{pk}/").status_code == 204
    assert problem(get(as_owner, f"batches/{pk}/")) == (404, "not_found")


def test_the_list_has_ones_own_batches_newest_first(as_owner: Client, as_stranger: Client) -> None:
    made = [send(as_owner, files=[file("1.png")]).json()["id"] for _ in range(2)]
    send(as_stranger, files=[file("1.png")])
    assert [each["id"] for each in get(as_owner, "batches/").json()["results"]] == made[::-1]


def test_without_an_account_nothing_is_read(client: Client) -> None:
    assert problem(send(client, files=[file("1.png")]))[0] == 401
