"""The pages of pages: sending one, its table beside its picture, and its files."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from recognizer.actions.reading.pages import correct_cell
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.models import ReadingJob, User, Worker
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import sheet
from tests.conftest import signed_in, words_of
from tests.mlcore.pages import pdfs

pytestmark = pytest.mark.usefixtures("version", "unsent")


@pytest.fixture
def unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message reaches a broker."""
    monkeypatch.setattr("recognizer.actions.jobs.leases.current_app.send_task", lambda *_, **__: 0)


def send(client: Client, content: bytes | None = None, name: str = "marks.png") -> Any:
    image = SimpleUploadedFile(name, sheet() if content is None else content)
    return client.post("/pages/", {"image": image})


def read(client: Client, content: bytes | None = None) -> ReadingJob:
    """Send a page, let it be read, and return it."""
    response = send(client, content)
    job = ReadingJob.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/pages/{job.pk}/")
    run_reading_job(job_id=job.pk)
    return job


def test_the_table_is_shown_beside_the_picture(owner: User) -> None:
    job = read(signed_in(owner))
    job.page.cells.filter(row=1, column=0).update(confidence=0.5)
    shown = words_of(owner, f"/pages/{job.pk}/")
    assert re.findall(r'<input value="(\w*)"', shown) == ["17", "", "94", "4", "71", "58"]
    assert re.findall(r'<input value="(\w+)"[^>]*data-doubtful', shown) == ["4"]
    assert shown.count("<path ") == 5  # an empty cell has no outline
    assert len(re.findall("<path [^>]*data-doubtful", shown)) == 1
    assert '<b class="num" data-sheet-count>1</b>' in shown
    assert f'href="/pages/{job.pk}/picture.png"' in shown
    assert "style=" not in shown


def test_after_a_pdf_the_list_shows_its_pages(owner: User) -> None:
    response = send(signed_in(owner), pdfs.of_pictures([picture()] * 2), "scan.pdf")
    assert (response.status_code, response["Location"]) == (302, "/pages/")
    shown = words_of(owner, "/pages/")
    assert shown.index("scan.pdf, page 2") < shown.index("scan.pdf, page 1")
    assert "a PDF up to 30 pages; at most 32 MB" in shown


def test_a_bad_pdf_is_refused_with_words(owner: User) -> None:
    response = send(signed_in(owner), pdfs.encrypted())
    assert response.status_code == 400
    assert "The PDF is protected by a password." in response.content.decode()
    assert not ReadingJob.objects.exists()


def test_a_correction_is_shown_and_what_was_read(owner: User) -> None:
    job = read(signed_in(owner))
    correct_cell(job=job, row=0, column=0, text='<1"')
    shown = words_of(owner, f"/pages/{job.pk}/")
    (cell,) = re.findall(r'<input value="&lt;1&quot;"[^>]*>', shown)
    assert "data-corrected" in cell
    assert "Read: 17 (" in cell


def test_a_refused_page_says_what_to_do(owner: User) -> None:
    job = read(signed_in(owner), picture(blank=True))
    shown = words_of(owner, f"/pages/{job.pk}/")
    assert "No numbers were found on the page." in shown
    assert "<input value" not in shown
    assert "table.csv" not in shown
    assert "No numbers were found on the page." in words_of(owner, "/pages/")


def test_the_picture_is_the_owners_and_has_no_metadata(owner: User) -> None:
    client = signed_in(owner)
    job = read(client)
    response = client.get(f"/pages/{job.pk}/picture.png")
    assert response["Content-Type"] == "image/png"
    assert response.content == bytes(job.page.picture)


def test_a_page_that_waits_shows_it(owner: User) -> None:
    send(signed_in(owner))
    address = f"/pages/{ReadingJob.objects.get().pk}/"
    assert "No worker for reading is running." in words_of(owner, address)
    now = timezone.now()
    Worker.objects.create(name="reads", started_at=now, seen_at=now, trains=False, reads=True)
    shown = words_of(owner, address)
    assert "Waiting for a worker." in shown
    assert "data-open" in shown
    ReadingJob.objects.update(status="running", progress={"fraction": 0.25})
    assert "<span>25%</span>" in words_of(owner, address)


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"no picture", 415, "Not a supported picture."),
        (bytes(5 * 1024**2 + 1), 413, "at most 5,242,880 are allowed"),
        (sheet()[:5000], 400, "damaged"),
        (b"", 400, "empty"),
    ],
)
def test_a_refused_picture_is_explained_on_the_form(
    owner: User, content: bytes, status: int, words: str, settings: Any
) -> None:
    settings.PDF_MAX_BYTES = 1024**2  # pictures of 5 MB may still be sent
    response = send(signed_in(owner), content)
    assert (response.status_code, words in response.content.decode()) == (status, True)
    assert not ReadingJob.objects.exists()


def test_no_file_and_too_many_pages_are_explained(owner: User, settings: Any) -> None:
    client = signed_in(owner)
    assert client.post("/pages/").status_code == 400
    settings.PAGE_MAX_OPEN = 0
    response = send(client)
    assert response.status_code == 409
    assert "unfinished pages" in response.content.decode()


def test_the_form_is_protected_against_forged_requests(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert send(client).status_code == 403


def test_downloads(owner: User) -> None:
    client = signed_in(owner)
    job = read(client)
    correct_cell(job=job, row=0, column=0, text="=1")
    assert client.get(f"/pages/{job.pk}/table.csv").getvalue() == b"'=1,,94\r\n4,71,58\r\n"
    book = client.get(f"/pages/{job.pk}/table.xlsx")
    assert book.getvalue().startswith(b"PK")
    assert f'filename="page-{job.pk}.xlsx"' in book["Content-Disposition"]


def test_there_are_no_files_before_a_page_has_been_read(owner: User) -> None:
    client = signed_in(owner)
    send(client)
    pk = ReadingJob.objects.get().pk
    assert client.get(f"/pages/{pk}/table.csv").status_code == 409
    assert client.get(f"/pages/{pk}/table.xlsx").status_code == 409


def test_a_page_is_canceled_then_deleted(owner: User) -> None:
    client = signed_in(owner)
    send(client)
    job = ReadingJob.objects.get()
    assert client.post(f"/pages/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.status == "canceled"
    assert client.post(f"/pages/{job.pk}/cancel/").status_code == 409
    assert client.post(f"/pages/{job.pk}/delete/")["Location"] == "/pages/"
    assert not ReadingJob.objects.exists()


ACTIONS = ["", "picture.png", "table.csv", "table.xlsx", "cancel/", "delete/"]


@pytest.mark.parametrize("action", ACTIONS)
def test_other_peoples_pages_do_not_exist(owner: User, administrator: User, action: str) -> None:
    job = read(signed_in(owner))
    client = signed_in(administrator)
    ask = client.post if action in ("cancel/", "delete/") else client.get
    assert ask(f"/pages/{job.pk}/{action}").status_code == 404


def test_the_admin_shows_jobs_without_what_they_read(owner: User, administrator: User) -> None:
    job = read(signed_in(owner))
    for address in ("", f"{job.pk}/change/"):
        shown = words_of(administrator, f"/admin/recognizer/readingjob/{address}")
        assert "1 / 1" in shown
        assert "marks.png" not in shown
