"""Pages: their request, their attempts, their corrections and their files, without a worker."""

import csv
import io
import zipfile
from datetime import timedelta
from threading import BoundedSemaphore
from xml.etree import ElementTree

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from mlcore import codes
from mlcore.errors import InvalidInk
from recognizer.actions import pdf_pages
from recognizer.actions.jobs.leases import LeaseLost
from recognizer.actions.reading import lifecycle, page_attempt
from recognizer.actions.reading.page_tables import csv_lines, number_of, rows_of, texts_of, xlsx
from recognizer.actions.reading.pages import correct_cell, request_pages
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.errors import Conflict, Refused, TooMany
from recognizer.models import PageCell, PagePicture, ReadingJob
from tests.actions.reading.files import picture
from tests.actions.reading.sheets import ROWS, sheet
from tests.mlcore.pages import pdfs

XML = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def messages(monkeypatch):
    """The ids of jobs that were sent to workers."""
    sent = []
    monkeypatch.setattr(
        "recognizer.actions.jobs.leases.current_app.send_task",
        lambda name, args: sent.append((name, args[0])),
    )
    return sent


@pytest.fixture
def request_one(version, owner, messages, django_capture_on_commit_callbacks):
    def request_one(file: bytes | None = None, name: str = "marks.png"):
        with django_capture_on_commit_callbacks(execute=True):
            (job,) = request_pages(owner=owner, name=name, file=file or sheet())
        return job

    return request_one


@pytest.fixture
def with_texts(request_one):
    """A page that was read, with cells of these texts in one row."""

    def with_texts(*texts: str):
        job = request_one()
        for column, text in enumerate(texts):
            about = {"row": 0, "column": column, "read": text, "box": [0, 0, 1, 1]}
            PageCell.objects.create(page_id=job.pk, confidence=1, is_written=True, **about)
        lifecycle.end(ReadingJob.objects.all(), job, "succeeded")
        job.refresh_from_db()
        return job

    return with_texts


def run(job):
    run_reading_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_a_page_is_read_row_by_row(request_one, version):
    job = run(request_one())
    assert (job.status, job.progress["fraction"], job.error) == ("succeeded", 1, {})
    assert (job.page.kind, job.page.version) == ("table", version)
    assert texts_of(job) == ROWS
    written = [[cell.is_written for cell in row] for row in rows_of(job)]
    assert written == [[bool(text) for text in row] for row in ROWS]


def test_boxes_are_in_pixels_of_the_picture_as_it_was_sent(request_one):
    """The same page five times as large is reduced before it is read."""
    small = Image.open(io.BytesIO(sheet()))
    file = io.BytesIO()
    small.resize((small.width * 5, small.height * 5)).save(file, "PNG")
    job = run(request_one(file.getvalue()))
    assert (job.page.width, job.page.height) == (small.width * 5, small.height * 5)
    assert max(Image.open(io.BytesIO(job.page.picture)).size) == 2000
    once, five_times = rows_of(run(request_one()))[0][0].box, rows_of(job)[0][0].box
    assert np.allclose(np.array(five_times) / 5, once, atol=3)


def test_the_stored_picture_is_upright_and_has_no_metadata(request_one):
    image = Image.open(io.BytesIO(sheet())).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "at home"  # the orientation, and a description
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, exif=exif)
    job = run(request_one(file.getvalue()))
    assert texts_of(job) == ROWS
    assert b"at home" not in bytes(job.page.picture)


@pytest.mark.parametrize("file", [b"no picture", b"\x89PNG\r\n\x1a\n", b"x" * (5 * 1024**2 + 1)])
def test_what_is_no_picture_is_refused_at_once(request_one, file):
    with pytest.raises(InvalidInk):
        request_one(file)
    assert not ReadingJob.objects.exists()


def test_a_page_without_numbers_fails_with_the_reason(request_one):
    job = run(request_one(picture(blank=True)))
    assert (job.status, job.error) == ("failed", codes.NO_NUMBERS_ON_PAGE())
    assert rows_of(job) == []


def test_a_person_has_few_unfinished_pages(request_one, settings):
    settings.PAGE_MAX_OPEN = 1
    first = request_one()
    with pytest.raises(Conflict, match="1 unfinished page"):
        request_one()
    lifecycle.cancel_reading_job(job=first)
    request_one()


def test_a_person_keeps_few_pages(request_one, settings):
    settings.PAGE_MAX_KEPT = 1
    first = request_one()
    lifecycle.cancel_reading_job(job=first)
    with pytest.raises(Conflict, match="You would have 2 pages; at most 1 are kept"):
        request_one()
    lifecycle.delete_reading_job(job=first)
    request_one()


# PDFs ---------------------------------------------------------------------------------------------


@pytest.fixture
def request_pdf(version, owner, messages, django_capture_on_commit_callbacks):
    def request_pdf(pictures: list[bytes], name: str = "scan.pdf"):
        with django_capture_on_commit_callbacks(execute=True):
            return request_pages(owner=owner, name=name, file=pdfs.of_pictures(pictures))

    return request_pdf


def test_each_page_of_a_pdf_is_read_as_a_page_of_its_own(request_pdf, messages):
    rows = [["12", "3"], ["4", "56"]]
    jobs = request_pdf([sheet(), sheet(rows)])
    assert [job.page.name for job in jobs] == ["scan.pdf, page 1", "scan.pdf, page 2"]
    assert messages == [(lifecycle.TASK, job.pk) for job in jobs]
    assert [texts_of(run(job)) for job in jobs] == [ROWS, rows]
    sizes = [Image.open(io.BytesIO(job.page.picture)).size for job in jobs]
    assert [(job.page.width, job.page.height) for job in jobs] == sizes


def test_a_pdf_with_one_page_keeps_its_name(request_pdf):
    (job,) = request_pdf([picture()])
    assert job.page.name == "scan.pdf"


def test_a_pdf_is_known_by_its_bytes(request_pdf, request_one):
    assert len(request_pdf([picture(), picture()], name="scan.png")) == 2
    assert request_one(name="scan.pdf").page.name == "scan.pdf"


def test_of_a_pdf_all_pages_are_stored_or_none(request_pdf, request_one, settings):
    settings.PAGE_MAX_OPEN = 3
    request_one()
    with pytest.raises(Conflict, match="The PDF has 3 pages, and 1 of your pages are unfinished"):
        request_pdf([picture()] * 3)
    with pytest.raises(InvalidInk, match="The PDF has 4 pages; at most 3") as caught:
        request_pdf([picture()] * 4)
    assert caught.value.kind == "too_large"
    assert ReadingJob.objects.count() == PagePicture.objects.count() == 1
    assert len(request_pdf([picture()] * 2)) == 2


def test_a_pdf_has_a_limit_of_its_own(request_pdf, settings):
    settings.PDF_MAX_BYTES = 1000
    with pytest.raises(InvalidInk, match="at most 1,000 are allowed") as caught:
        request_pdf([sheet()])
    assert caught.value.kind == "too_large"


def test_without_room_no_pdf_is_rendered(request_pdf, request_one, settings, monkeypatch):
    settings.PAGE_MAX_OPEN = 1
    request_one()
    monkeypatch.setattr("recognizer.actions.reading.pages.rendered_pages", pytest.fail)
    with pytest.raises(Conflict):
        request_pdf([picture()])


def test_while_others_are_rendered_a_pdf_waits_only_for_a_moment(request_pdf, owner, monkeypatch):
    monkeypatch.setattr(pdf_pages, "WAIT_SECONDS", 0)
    monkeypatch.setattr(pdf_pages, "RENDERING", BoundedSemaphore(1))
    with pdf_pages.RENDERING, pytest.raises(TooMany, match="Other PDFs"):
        request_pdf([picture()])
    with pytest.raises(InvalidInk):
        request_pages(owner=owner, name="broken.pdf", file=b"%PDF-")
    assert len(request_pdf([picture()])) == 1  # a refused one leaves the room to others


def test_pdfs_that_are_drawings_leave_room_for_pages(request_pdf, monkeypatch):
    monkeypatch.setattr(pdf_pages, "WAIT_SECONDS", 0)
    with pdf_pages.AS_DRAWINGS:
        with pytest.raises(TooMany, match="Other PDFs"):
            pdf_pages.only_page(b"%PDF-", most_bytes=1_000)
        assert len(request_pdf([picture()])) == 1


def test_a_message_wakes_a_reading_worker(request_one, messages):
    job = request_one()
    assert messages == [(lifecycle.TASK, job.pk)]


# Attempts -----------------------------------------------------------------------------------------


def test_a_killed_workers_page_is_read_again(request_one, monkeypatch):
    class Killed(BaseException):
        """The process ends: nothing handles it."""

    def die(*args, **kwargs):
        raise Killed

    store = page_attempt.store
    monkeypatch.setattr(page_attempt, "store", die)
    job = request_one()
    with pytest.raises(Killed):
        run_reading_job(job_id=job.pk)
    monkeypatch.setattr(page_attempt, "store", store)
    ReadingJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.reconcile()
    run(job)
    assert (job.status, job.attempt) == ("succeeded", 2)
    assert texts_of(job) == ROWS


def test_an_attempt_without_lease_stores_nothing(request_one, monkeypatch):
    store = page_attempt.store

    def store_too_late(job, reading, **about):
        ReadingJob.objects.update(attempt=2)
        with pytest.raises(LeaseLost):
            store(job, reading, **about)
        raise LeaseLost

    monkeypatch.setattr(page_attempt, "store", store_too_late)
    job = run(request_one())
    assert (job.status, job.page.kind) == ("running", "")
    assert not PageCell.objects.exists()


def test_a_failure_while_cells_are_stored_leaves_none(request_one, monkeypatch):
    def fail(job, row, column, cell):
        if (row, column) == (1, 2):
            raise ZeroDivisionError
        return cell_row(job, row, column, cell)

    cell_row = page_attempt.cell_row
    monkeypatch.setattr(page_attempt, "cell_row", fail)
    job = run(request_one())
    assert (job.status, job.error["code"], job.page.kind) == ("failed", "unexpected", "")
    assert not PageCell.objects.exists()


def test_a_page_is_canceled_while_it_is_read(request_one, monkeypatch):
    read_page = page_attempt.read_page

    def cancel_and_read(*args, **about):
        lifecycle.cancel_reading_job(job=job)
        return read_page(*args, **about)

    monkeypatch.setattr(page_attempt, "read_page", cancel_and_read)
    job = request_one()
    assert run(job).status == "canceled"
    assert not PageCell.objects.exists()


def test_the_lease_is_renewed_while_a_page_is_read(request_one, monkeypatch):
    monkeypatch.setattr(page_attempt, "RENEW_SECONDS", 0)
    renewed = []
    renew = page_attempt.leases.renew

    def watched(job, progress):
        renew(job, progress)
        renewed.append(progress["fraction"])

    monkeypatch.setattr(page_attempt.leases, "renew", watched)
    run(request_one())
    assert renewed == [0.2, 0.4, 0.6, 0.8, 0.99]  # five cells have writing


def test_a_page_that_is_deleted_while_it_is_read_ends(request_one, monkeypatch):
    store = page_attempt.store

    def delete_and_store(job, *args, **about):
        lifecycle.delete_reading_job(job=ReadingJob.objects.get(pk=job.pk))
        store(job, *args, **about)

    monkeypatch.setattr(page_attempt, "store", delete_and_store)
    run_reading_job(job_id=request_one().pk)
    assert not ReadingJob.objects.exists()
    assert not PagePicture.objects.exists()


# Corrections and files ----------------------------------------------------------------------------


def test_a_correction_is_stored_beside_what_was_read(with_texts):
    job = with_texts("17", "")
    cell = correct_cell(job=job, row=0, column=0, text="11")
    assert (cell.text, cell.read, cell.is_doubtful) == ("11", "17", False)
    assert texts_of(job) == [["11", ""]]
    correct_cell(job=job, row=0, column=0, text="")
    assert texts_of(job) == [["", ""]]
    with pytest.raises(Refused, match="no such cell"):
        correct_cell(job=job, row=1, column=0, text="11")


def test_doubtful_is_writing_that_is_unsure_or_unread_until_it_is_corrected():
    def doubtful(read, confidence, **about):
        return PageCell(read=read, confidence=confidence, **about).is_doubtful

    assert doubtful("17", 0.79, is_written=True)
    assert doubtful("", 0.99, is_written=True)
    assert not doubtful("17", 0.81, is_written=True)
    assert not doubtful("", 1, is_written=False)
    assert not doubtful("17", 0.1, is_written=True, correction="17")


def test_csv_cells_never_run_as_formulas(with_texts):
    job = with_texts("17", "=1+1", "+5+1", "-A1", "@A1", "\t1", "\r1", "1,5")
    (row,) = csv.reader(io.StringIO("".join(csv_lines(job)), newline=""))
    assert row == ["17", "'=1+1", "'+5+1", "'-A1", "'@A1", "'\t1", "'\r1", "1,5"]


def test_csv_cells_with_numbers_are_numbers_for_programs(with_texts):
    numbers = ["-3", "+5", "-2,5", "-0.25", "-50%"]
    (row,) = csv.reader(io.StringIO("".join(csv_lines(with_texts(*numbers))), newline=""))
    assert row == numbers


def parsed(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314  # written by this site


def test_xlsx_cells_are_numbers_or_texts(with_texts):
    job = with_texts("17", "=1+1", "-5", "1,5", "007", "", "https://a.example", "{=1}")
    with zipfile.ZipFile(io.BytesIO(xlsx(job))) as book:
        sheet = parsed(book.read("xl/worksheets/sheet1.xml"))
        shared = parsed(book.read("xl/sharedStrings.xml"))
    texts = ["".join(item.itertext()) for item in shared.iter(f"{XML}si")]
    assert not list(sheet.iter(f"{XML}f"))
    assert not list(sheet.iter(f"{XML}hyperlink"))
    cells = {}
    for cell in sheet.iter(f"{XML}c"):
        value = cell.findtext(f"{XML}v")
        cells[cell.get("r")] = texts[int(value)] if cell.get("t") == "s" else float(value)
    assert cells == {
        **{"A1": 17.0, "B1": "=1+1", "C1": -5.0, "D1": 1.5, "E1": "007"},
        **{"G1": "https://a.example", "H1": "{=1}"},
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *[("0", 0.0), ("-3", -3.0), ("0.5", 0.5), ("12,25", 12.25), ("3.1415", 3.1415)],
        *[("007", None), ("1,234", None), ("1.234", None), ("", None), ("+5", None)],
        *[("1:30", None), ("1/2", None), ("50%", None), ("1e5", None), ("\u0661", None)],
        *[("123456789012345", 123456789012345.0), ("1234567890123456", None)],
    ],
)
def test_only_what_a_spreadsheet_keeps_exactly_is_a_number(text, number):
    assert number_of(text) == number


def test_there_are_no_files_before_a_page_has_been_read(request_one):
    job = request_one()
    for file in (csv_lines, xlsx):
        with pytest.raises(Conflict, match="has not been read"):
            file(job)
