"""The pages of batches."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.models import Drawing, ReadingJob, User, Worker
from tests.actions.reading.files import archive, picture
from tests.conftest import signed_in, words_of

pytestmark = pytest.mark.usefixtures("version", "unsent")


@pytest.fixture
def unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message reaches a broker."""
    monkeypatch.setattr("recognizer.actions.jobs.leases.current_app.send_task", lambda *_, **__: 0)


def file(name: str, content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture() if content is None else content)


def send(client: Client, *files: SimpleUploadedFile, **fields: Any) -> Any:
    return client.post("/batches/", {"files": list(files), **fields})


def read(client: Client, *files: SimpleUploadedFile, **fields: Any) -> ReadingJob:
    """Send a batch, let it be read, and return it."""
    response = send(client, *files, **fields)
    job = ReadingJob.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/batches/{job.pk}/")
    run_reading_job(job_id=job.pk)
    return job


def test_chosen_files_are_read(owner: User) -> None:
    job = read(signed_in(owner), file("one.png"), file("bad.png", b"x"))
    page = words_of(owner, f"/batches/{job.pk}/")
    assert "1 of 2 read, 1 failed" in page
    assert re.findall(r"<span>(\w+\.png)</span>", page) == ["bad.png", "one.png"]
    assert "Not a supported picture." in page
    assert page.count("data:image/png;base64,") == 1


def test_an_archive_that_is_chosen_alone_is_opened(owner: User) -> None:
    members = {"a.png": picture(), "b.png": picture()}
    job = read(signed_in(owner), file("all.ZIP", archive(members).getvalue()))
    assert list(job.pictures.values_list("name", flat=True)) == ["a.png", "b.png"]


def test_saved_pictures_link_to_their_drawings(owner: User) -> None:
    job = read(signed_in(owner), file("one.png"), save="on")
    drawing = Drawing.objects.owned_by(owner).get()
    assert f'<a href="/drawings/{drawing.pk}/">one.png</a>' in words_of(
        owner, f"/batches/{job.pk}/"
    )


def test_the_form_is_protected_against_forged_requests(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert send(client, file("one.png")).status_code == 403
    assert not ReadingJob.objects.exists()
    page = client.get("/batches/").content.decode()
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    assert send(client, file("one.png"), csrfmiddlewaretoken=token[1]).status_code == 302


def test_a_refused_batch_is_explained_on_the_form(owner: User, settings: Any) -> None:
    client = signed_in(owner)
    settings.BATCH_MAX_OPEN = 0
    response = send(client, file("one.png"))
    assert response.status_code == 409
    assert "unfinished batches" in response.content.decode()
    response = send(client, file("bad.zip", b"x"))
    assert response.status_code == 409


def test_a_damaged_archive_and_no_file_are_explained(owner: User) -> None:
    client = signed_in(owner)
    response = send(client, file("bad.zip", b"x"))
    assert (response.status_code, "not a ZIP archive" in response.content.decode()) == (400, True)
    response = send(client)
    assert (response.status_code, "no file in the batch" in response.content.decode()) == (
        400,
        True,
    )


def test_too_many_files_are_explained(owner: User, settings: Any) -> None:
    settings.BATCH_MAX_FILES = 1
    response = send(signed_in(owner), file("1.png"), file("2.png"))
    assert response.status_code == 413
    assert "at most 1 files" in response.content.decode()


def test_the_list_shows_progress_and_whether_a_worker_reads(owner: User) -> None:
    send(signed_in(owner), file("1.png"), file("2.png"))
    now = timezone.now()
    Worker.objects.create(name="trains", started_at=now, seen_at=now)
    page = words_of(owner, "/batches/")
    assert "0 of 2 pictures" in page
    assert "Waiting until a worker runs." in page
    assert "No worker for reading is running." in page

    Worker.objects.create(name="reads", started_at=now, seen_at=now, trains=False, reads=True)
    page = words_of(owner, "/batches/")
    assert "Waiting for a worker." in page
    assert "No worker for reading is running." not in page


def test_a_reader_does_not_count_as_a_worker_of_trainings(owner: User) -> None:
    now = timezone.now()
    Worker.objects.create(name="reads", started_at=now, seen_at=now, trains=False, reads=True)
    assert "No worker is running." in words_of(owner, "/jobs/")


def test_a_long_batch_has_pages(owner: User) -> None:
    client = signed_in(owner)
    send(client, *(file(f"{i}.png", b"x") for i in range(61)))
    address = f"/batches/{ReadingJob.objects.get().pk}/"
    assert "Page 1 of 2" in words_of(owner, address)
    assert "60.png" in words_of(owner, f"{address}?page=2")
    assert client.get(f"{address}?page=nonsense").status_code == 200


def test_a_batch_is_canceled_then_deleted(owner: User) -> None:
    client = signed_in(owner)
    send(client, file("1.png"))
    job = ReadingJob.objects.get()
    assert client.post(f"/batches/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.status == "canceled"
    assert client.post(f"/batches/{job.pk}/cancel/").status_code == 409
    assert client.post(f"/batches/{job.pk}/delete/")["Location"] == "/batches/"
    assert not ReadingJob.objects.exists()


def test_downloads(owner: User) -> None:
    job = read(signed_in(owner), file("=1.png"))
    table = signed_in(owner).get(f"/batches/{job.pk}/results.csv").getvalue().decode()
    assert "'=1.png,read,1,1," in table
    assert signed_in(owner).get(f"/batches/{job.pk}/results.ndjson").getvalue().count(b"\n") == 1


@pytest.mark.parametrize("action", ["", "results.csv", "results.ndjson", "cancel/", "delete/"])
def test_other_peoples_batches_do_not_exist(owner: User, administrator: User, action: str) -> None:
    job = read(signed_in(owner), file("1.png"))
    client = signed_in(administrator)
    ask = client.post if action in ("cancel/", "delete/") else client.get
    assert ask(f"/batches/{job.pk}/{action}").status_code == 404


def test_the_admin_shows_jobs_without_what_they_read(owner: User, administrator: User) -> None:
    job = read(signed_in(owner), file("private.png"))
    for address in ("", f"{job.pk}/change/"):
        page = words_of(administrator, f"/admin/recognizer/readingjob/{address}")
        assert "1 / 1" in page
        assert "private.png" not in page
