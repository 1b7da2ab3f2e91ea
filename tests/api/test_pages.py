"""Pages over the API: a picture of paper with numbers, its rows, corrections and files."""

import zipfile
from io import BytesIO
from threading import BoundedSemaphore
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recognizer.actions import pdf_pages
from recognizer.actions.accounts.tokens import create_token
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.models import PageCell, ReadingJob, User
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import ROWS, sheet
from tests.api.client import ROOT, ask, by_token, get, post, problem
from tests.mlcore.pages import pdfs

pytestmark = pytest.mark.usefixtures("version", "unsent")


@pytest.fixture
def unsent(monkeypatch: pytest.MonkeyPatch) -> None:
    """No message reaches a broker."""
    monkeypatch.setattr("recognizer.actions.jobs.leases.current_app.send_task", lambda *_, **__: 0)


def send(client: Client, content: bytes | None = None, **headers: str) -> Any:
    image = SimpleUploadedFile("marks.png", sheet() if content is None else content)
    return client.post(f"{ROOT}pages/", {"image": image}, headers=headers)


def read(client: Client) -> int:
    """Send a page, let it be read, and return its id."""
    pk: int = send(client).json()["id"]
    run_reading_job(job_id=pk)
    return pk


def texts(page: dict[str, Any]) -> list[list[str]]:
    return [[cell["text"] for cell in row] for row in page["rows"]]


def test_a_page_is_accepted_and_read(as_owner: Client) -> None:
    response = send(as_owner)
    body = response.json()
    assert (response.status_code, response["Location"]) == (202, f"{ROOT}pages/{body['id']}/")
    assert (body["status"], body["progress"], body["kind"]) == ("queued", 0, None)
    assert (body["rows"], body["name"]) == ([], "marks.png")

    run_reading_job(job_id=body["id"])
    body = as_owner.get(response["Location"]).json()
    assert (body["status"], body["progress"], body["kind"]) == ("succeeded", 1, "table")
    assert (body["version"], body["error"]) == (1, "")
    assert texts(body) == ROWS
    cell, empty = body["rows"][0][:2]
    assert list(cell) == ["text", "read", "box", "confidence", "doubtful"]
    left, top, right, bottom = cell["box"]
    assert 0 < left < right < body["width"]
    assert 0 < top < bottom < body["height"]
    assert 0.5 < cell["confidence"] <= 1
    assert (empty["text"], empty["doubtful"]) == ("", False)


def test_a_token_may_send_a_page(owner: User) -> None:
    _, secret = create_token(owner=owner, name="t")
    assert send(Client(), **by_token(secret)).status_code == 202


def test_a_session_needs_the_csrf_token(owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    assert problem(send(client))[0] == 403
    assert not ReadingJob.objects.exists()


def test_a_refused_page_says_why(as_owner: Client) -> None:
    pk = send(as_owner, picture(blank=True)).json()["id"]
    run_reading_job(job_id=pk)
    body = get(as_owner, f"pages/{pk}/").json()
    assert (body["status"], body["error_code"], body["rows"]) == (
        *("failed", "no_numbers_on_page"),
        [],
    )
    assert body["error"].startswith("No numbers were found on the page.")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"no picture", 415),
        (sheet()[:5000], 400),
        (bytes(7 * 1024**2), 415),  # the form takes files as large as a PDF
        (bytes(33 * 1024**2), 413),
        (b"", 400),
    ],
)
def test_bad_pictures_are_refused_at_once(as_owner: Client, content: bytes, status: int) -> None:
    assert problem(send(as_owner, content))[0] == status
    assert not ReadingJob.objects.exists()


def test_each_page_of_a_pdf_has_an_address(as_owner: Client) -> None:
    response = send(as_owner, pdfs.of_pictures([sheet()] * 3))
    first, second, third = ReadingJob.objects.order_by("pk")
    assert (response.status_code, response["Location"]) == (202, f"{ROOT}pages/{first.pk}/")
    body = response.json()
    assert (body["id"], body["name"]) == (first.pk, "marks.png, page 1")
    assert body["others"] == [f"{ROOT}pages/{job.pk}/" for job in (second, third)]
    assert "others" not in as_owner.get(body["others"][0]).json()
    assert send(as_owner).json()["others"] == []


def test_bad_pdfs_are_refused_at_once(as_owner: Client, settings: Any) -> None:
    settings.PAGE_MAX_OPEN = 2
    assert problem(send(as_owner, b"%PDF-1.7 nothing")) == (400, "invalid")
    assert problem(send(as_owner, pdfs.encrypted())) == (400, "invalid")
    assert problem(send(as_owner, pdfs.of_pictures([picture()] * 3))) == (413, "too_large")
    assert not ReadingJob.objects.exists()
    send(as_owner)
    assert problem(send(as_owner, pdfs.of_pictures([picture()] * 2))) == (409, "conflict")
    assert ReadingJob.objects.count() == 1


def test_a_pdf_may_be_larger_than_a_picture(as_owner: Client, settings: Any) -> None:
    large = pdfs.of_pictures([sheet()]) + bytes(7 * 1024**2)
    assert send(as_owner, large).status_code == 202
    settings.PDF_MAX_BYTES = 7 * 1024**2
    assert problem(send(as_owner, large)) == (413, "too_large")
    settings.PDF_MAX_BYTES = 1024**2  # pictures of 5 MB may still be sent
    assert problem(send(as_owner, bytes(5 * 1024**2))) == (415, "unsupported_type")


def test_while_others_are_rendered_one_tries_again(
    as_owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognizer.actions.pdf_pages.RENDERING", BoundedSemaphore(1))
    monkeypatch.setattr("recognizer.actions.pdf_pages.WAIT_SECONDS", 0.25)
    with pdf_pages.RENDERING:
        response = send(as_owner, pdfs.of_pictures([picture()]))
    assert problem(response) == (429, "throttled")
    assert response["Retry-After"] == "0.25"


def test_other_bodies_are_refused(as_owner: Client) -> None:
    assert problem(as_owner.post(f"{ROOT}pages/", {})) == (400, "invalid")
    assert problem(as_owner.post(f"{ROOT}pages/", {"image": "words"})) == (400, "invalid")
    assert problem(post(as_owner, "pages/", {"image": ""}))[0] == 415


def test_too_many_unfinished_pages_are_a_conflict(as_owner: Client, settings: Any) -> None:
    settings.PAGE_MAX_OPEN = 1
    send(as_owner)
    assert problem(send(as_owner)) == (409, "conflict")


def test_a_cell_is_corrected(as_owner: Client) -> None:
    pk = read(as_owner)
    response = ask(as_owner, "PATCH", f"pages/{pk}/", {"row": 1, "column": 0, "text": " 9 "})
    assert response.status_code == 200
    found = {key: response.json()[key] for key in ("row", "column", "text", "read", "doubtful")}
    assert found == {"row": 1, "column": 0, "text": "9", "read": "4", "doubtful": False}
    assert texts(get(as_owner, f"pages/{pk}/").json())[1] == ["9", "71", "58"]
    assert get(as_owner, f"pages/{pk}/table.csv").getvalue() == b"17,,94\r\n9,71,58\r\n"


@pytest.mark.parametrize(
    "body",
    [
        {"row": 9, "column": 0, "text": "1"},
        {"row": 10**30, "column": 0, "text": "1"},
        {"row": -1, "column": 0, "text": "1"},
        {"row": 0, "text": "1"},
        {"row": 0, "column": 0},
        {"row": 0, "column": 0, "text": None},
        {"row": 0, "column": 0, "text": "1" * 256},
        {"row": 0, "column": 0, "text": "\ud800"},
        {"row": 0, "column": 0, "text": "\0"},
        [],
    ],
)
def test_bad_corrections_are_refused(as_owner: Client, body: Any) -> None:
    pk = read(as_owner)
    assert problem(ask(as_owner, "PATCH", f"pages/{pk}/", body)) == (400, "invalid")
    assert not PageCell.objects.exclude(correction=None).exists()


def test_downloads(as_owner: Client) -> None:
    pk = read(as_owner)
    ask(as_owner, "PATCH", f"pages/{pk}/", {"row": 0, "column": 1, "text": "=1+1"})
    table = get(as_owner, f"pages/{pk}/table.csv")
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="page-{pk}.csv"' in table["Content-Disposition"]
    assert table.getvalue() == b"17,'=1+1,94\r\n4,71,58\r\n"
    book = get(as_owner, f"pages/{pk}/table.xlsx")
    assert book["Content-Type"].endswith("spreadsheetml.sheet")
    assert f'filename="page-{pk}.xlsx"' in book["Content-Disposition"]
    assert "=1+1" in zipfile.ZipFile(BytesIO(book.getvalue())).read("xl/sharedStrings.xml").decode()


@pytest.mark.parametrize("file", ["table.csv", "table.xlsx"])
def test_there_are_no_files_before_a_page_has_been_read(as_owner: Client, file: str) -> None:
    pk = send(as_owner).json()["id"]
    assert problem(get(as_owner, f"pages/{pk}/{file}")) == (409, "conflict")


def test_a_page_is_canceled_and_deleted(as_owner: Client) -> None:
    pk = send(as_owner).json()["id"]
    assert post(as_owner, f"pages/{pk}/cancel/").json()["status"] == "canceled"
    assert problem(post(as_owner, f"pages/{pk}/cancel/")) == (409, "conflict")
    assert ask(as_owner, "DELETE", f"pages/{pk}/").status_code == 204
    assert problem(get(as_owner, f"pages/{pk}/")) == (404, "not_found")


def test_the_list_has_ones_own_pages_newest_first(as_owner: Client, as_stranger: Client) -> None:
    made = [send(as_owner).json()["id"] for _ in range(2)]
    send(as_stranger)
    found = get(as_owner, "pages/").json()["results"]
    assert [each["id"] for each in found] == made[::-1]
    assert "rows" not in found[0]


def test_a_batch_is_no_page_and_a_page_no_batch(as_owner: Client) -> None:
    files = {"files": [SimpleUploadedFile("1.png", picture())]}
    batch = as_owner.post(f"{ROOT}batches/", files).json()["id"]
    page = send(as_owner).json()["id"]
    assert problem(get(as_owner, f"pages/{batch}/"))[0] == 404
    assert problem(get(as_owner, f"batches/{page}/"))[0] == 404


def test_without_an_account_nothing_is_read(client: Client) -> None:
    assert problem(send(client))[0] == 401
