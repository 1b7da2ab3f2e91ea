"""Batches: their request, their attempts, and their results, without a worker."""

import csv
import json
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.utils import timezone

from mlcore.codes import NOT_A_PICTURE
from recognizer.actions.jobs.leases import LeaseLost
from recognizer.actions.reading import batch_attempt, lifecycle
from recognizer.actions.reading.batches import request_batch
from recognizer.actions.reading.incoming import Incoming
from recognizer.actions.reading.results import result_lines
from recognizer.actions.reading.run_attempt import run_reading_job
from recognizer.errors import Conflict, Refused, TooLarge
from recognizer.models import BatchPicture, Drawing, ReadingJob
from recognizer.presentation.messages import in_english
from tests.actions.reading.files import picture


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
    def request_one(files: Iterable[Incoming] | None = None, **about):
        files = [Incoming("1.png", picture())] if files is None else files
        with django_capture_on_commit_callbacks(execute=True):
            return request_batch(owner=owner, files=files, **about)

    return request_one


NO_PICTURE = in_english(NOT_A_PICTURE())


def ones(count):
    return [Incoming(f"{i}.png", picture()) for i in range(count)]


def statuses(job):
    return list(job.pictures.values_list("name", "status"))


def run(job):
    run_reading_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def test_each_picture_has_a_result(request_one):
    files = [
        Incoming("one.png", picture()),
        Incoming("blank.png", picture(blank=True)),
        Incoming("text.png", b"no picture"),
        Incoming("empty.png", b""),
        Incoming("cut.png", picture()[:60]),
        Incoming(".DS_Store", reason={"code": "hidden_file"}),
        Incoming("locked.png", reason={"code": "encrypted_file"}),
    ]
    job = run(request_one(files))
    assert job.status == "succeeded"
    assert [(p.name, p.status, p.text, in_english(p.reason)) for p in job.pictures.all()] == [
        ("one.png", "read", "1", ""),
        ("blank.png", "refused", "", "Nothing is drawn."),
        ("text.png", "failed", "", NO_PICTURE),
        ("empty.png", "failed", "", "The file is empty."),
        ("cut.png", "failed", "", "The picture is damaged and cannot be decoded."),
        (".DS_Store", "skipped", "", "A hidden file of a system or a program."),
        ("locked.png", "failed", "", "The file is encrypted."),
    ]
    counts = {name: job.progress[name] for name in ("done", "total", "read", "refused", "failed")}
    assert counts == {"done": 7, "total": 7, "read": 1, "refused": 1, "failed": 4}
    assert (job.progress["skipped"], job.progress["fraction"]) == (1, 1.0)


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([Incoming("text.png", b"no picture"), Incoming("empty.png", b"")], "failed"),
        ([Incoming(".DS_Store", reason={"code": "hidden_file"})], "failed"),
        ([Incoming("text.png", b"no picture"), Incoming("blank.png", picture(blank=True))], ""),
    ],
)
def test_a_batch_without_a_readable_file_has_failed(request_one, files, status):
    job = run(request_one(files))
    assert job.status == (status or "succeeded")
    assert job.error.get("code") == ("no_file_is_readable" if status else None)
    assert job.progress["done"] == len(files)
    assert job.pictures.exclude(reason={}).count() == len(files)


def test_an_answer_goes_with_its_version_and_its_ink(request_one, version):
    (one,) = run(request_one()).pictures.all()
    assert (one.answer, one.version) == (1, version)
    assert 0.5 < one.confidence <= 1
    assert len(one.network_input) == 784
    assert max(bytes(one.network_input)) == 255


def test_a_file_is_kept_until_it_has_been_read(request_one):
    job = request_one()
    assert bytes(job.pictures.get().content) == picture()
    assert run(job).pictures.get().content is None


def test_an_unexpected_error_of_one_picture_keeps_the_others(request_one, monkeypatch):
    read_picture = batch_attempt.read_picture

    def read(content):
        if content == b"evil":
            raise ZeroDivisionError("evil")
        return read_picture(content)

    monkeypatch.setattr(batch_attempt, "read_picture", read)
    job = run(request_one([Incoming("evil.png", b"evil"), Incoming("1.png", picture())]))
    assert statuses(job) == [("evil.png", "failed"), ("1.png", "read")]
    reason = job.pictures.first().reason
    assert in_english(reason) == "An unexpected error; the log says which."


def test_without_a_version_the_batch_fails_with_the_reason(request_one, version):
    version.deployments.all().delete()
    job = run(request_one())
    assert (job.status, job.error["code"]) == ("failed", "no_version_installed")
    assert job.pictures.get().content is None


# Saving -------------------------------------------------------------------------------------------


def test_nothing_is_saved_unless_asked(request_one):
    run(request_one())
    assert not Drawing.objects.exists()


def test_what_is_read_is_saved_as_drawings_of_the_owner(request_one, owner):
    files = [*ones(2), Incoming("blank.png", picture(blank=True)), Incoming("bad.png", b"")]
    job = run(request_one(files, save_drawings=True))
    saved = Drawing.objects.owned_by(owner).order_by("pk")
    assert [each.source for each in saved] == ["upload", "upload"]
    found = list(job.pictures.values_list("drawing_id", flat=True))
    assert found == [*saved.values_list("pk", flat=True), None, None]
    assert [each.answers.get().label for each in saved] == [1, 1]


def test_drawings_outlive_the_batch_and_the_batch_the_drawings(request_one):
    job = run(request_one(ones(2), save_drawings=True))
    Drawing.objects.first().delete()
    assert job.pictures.filter(drawing=None).count() == 1
    lifecycle.delete_reading_job(job=job)
    assert Drawing.objects.count() == 1
    assert not BatchPicture.objects.exists()


# Attempts -----------------------------------------------------------------------------------------


def test_a_killed_attempt_goes_on_where_it_ended(request_one, monkeypatch):
    class Killed(BaseException):
        """The process ends: nothing handles it."""

    monkeypatch.setattr(batch_attempt, "AT_ONCE", 2)
    store = batch_attempt.store

    def store_once(*args):
        store(*args)
        monkeypatch.setattr(batch_attempt, "store", die)

    def die(*args):
        raise Killed

    monkeypatch.setattr(batch_attempt, "store", store_once)
    job = request_one(ones(5), save_drawings=True)
    with pytest.raises(Killed):
        run_reading_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.progress["done"], Drawing.objects.count()) == ("running", 2, 2)
    first = dict(job.pictures.exclude(drawing=None).values_list("index", "drawing_id"))

    monkeypatch.setattr(batch_attempt, "store", store)
    ReadingJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.reconcile()
    run(job)
    assert (job.status, job.attempt, job.progress["done"]) == ("succeeded", 2, 5)
    assert Drawing.objects.count() == 5
    assert dict(job.pictures.values_list("index", "drawing_id")).items() >= first.items()


def test_an_attempt_without_lease_stores_nothing(request_one):
    job = lifecycle.claim(request_one(save_drawings=True).pk)
    results = batch_attempt.read(batch_attempt.waiting(job), augmented=False)
    ReadingJob.objects.update(attempt=2)
    progress = batch_attempt.Progress(counts=batch_attempt.statuses(job))
    with pytest.raises(LeaseLost):
        batch_attempt.store(job, results, progress)
    assert statuses(job) == [("1.png", "waiting")]
    assert not Drawing.objects.exists()


def test_two_batches_run_at_once(request_one):
    first, second = request_one(), request_one()
    assert lifecycle.claim(first.pk).pk == first.pk
    assert lifecycle.claim(second.pk).pk == second.pk
    assert lifecycle.claim(second.pk) is None


def test_a_canceled_batch_keeps_what_was_read(request_one, monkeypatch):
    monkeypatch.setattr(batch_attempt, "AT_ONCE", 1)
    store = batch_attempt.store

    def store_and_cancel(job, *args):
        store(job, *args)
        lifecycle.cancel_reading_job(job=job)

    monkeypatch.setattr(batch_attempt, "store", store_and_cancel)
    job = run(request_one(ones(3)))
    assert job.status == "canceled"
    assert statuses(job) == [("0.png", "read"), ("1.png", "waiting"), ("2.png", "waiting")]
    assert not job.pictures.exclude(content=None).exists()
    with pytest.raises(Conflict, match="already ended"):
        lifecycle.cancel_reading_job(job=job)


def test_a_waiting_batch_is_canceled_at_once(request_one):
    job = request_one()
    lifecycle.cancel_reading_job(job=job)
    assert run(job).status == "canceled"
    assert statuses(job) == [("1.png", "waiting")]


def test_a_batch_that_is_deleted_while_it_is_read_ends(request_one, monkeypatch):
    store = batch_attempt.store

    def delete_and_store(job, *args):
        lifecycle.delete_reading_job(job=ReadingJob.objects.get(pk=job.pk))
        store(job, *args)

    monkeypatch.setattr(batch_attempt, "store", delete_and_store)
    run_reading_job(job_id=request_one(save_drawings=True).pk)
    assert not ReadingJob.objects.exists()
    assert not Drawing.objects.exists()


def test_after_three_lost_attempts_the_batch_fails(request_one):
    job = request_one()
    for _ in range(3):
        lifecycle.claim(job.pk)
        ReadingJob.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        lifecycle.reconcile()
    job.refresh_from_db()
    assert (job.status, job.error) == ("failed", {"code": "worker_lost", "times": 3})


def test_a_message_wakes_a_reading_worker_and_a_lost_one_is_repeated(request_one, messages):
    job = request_one()
    assert messages == [("recognizer.run_reading", job.pk)]
    lifecycle.reconcile()
    assert len(messages) == 1
    ReadingJob.objects.update(woken_at=timezone.now() - timedelta(seconds=11))
    lifecycle.reconcile()
    assert len(messages) == 2


def test_the_message_goes_to_the_queue_of_reading(settings):
    from digitsite.celery import app

    route = app.amqp.router.route({}, lifecycle.TASK)
    assert route["queue"].name == settings.READING_QUEUE != app.conf.task_default_queue


# Requests -----------------------------------------------------------------------------------------


def test_a_person_has_few_unfinished_batches(request_one, settings):
    settings.BATCH_MAX_OPEN = 2
    first, _ = request_one(), request_one()
    with pytest.raises(Conflict, match="2 unfinished batches"):
        request_one()
    lifecycle.cancel_reading_job(job=first)
    request_one()


def test_a_person_keeps_a_number_of_batches(request_one, settings):
    settings.BATCH_MAX_KEPT = 1
    first = run(request_one())
    with pytest.raises(Conflict, match="You would have 2 batches; at most 1 are kept"):
        request_one()
    lifecycle.delete_reading_job(job=first)
    request_one()


def test_a_batch_without_files_is_refused(request_one):
    with pytest.raises(Refused, match="no file"):
        request_one([])
    assert not ReadingJob.objects.exists()


def test_a_batch_above_a_limit_leaves_nothing(request_one, settings, messages):
    settings.BATCH_MAX_FILES = 2
    with pytest.raises(TooLarge, match="2 files"):
        request_one(ones(3))
    settings.BATCH_MAX_MB = 0
    with pytest.raises(TooLarge, match="0 MB"):
        request_one(ones(1))
    assert not ReadingJob.objects.exists()
    assert not BatchPicture.objects.exists()
    assert messages == []


def test_long_and_strange_names_are_shown_printable(request_one):
    job = request_one([Incoming("a/" * 300 + "end.png", b""), Incoming("b\n\0\x1b.png", b"")])
    long, strange = job.pictures.values_list("name", flat=True)
    assert (len(long), long[0], long[-7:], strange) == (255, "…", "end.png", "b.png")


# Results ------------------------------------------------------------------------------------------


def test_the_results_as_csv(request_one):
    files = [Incoming("=1+1.png", picture()), Incoming("bad.png", b"")]
    job = run(request_one(files))
    rows = list(csv.DictReader(result_lines(job, "csv")))
    assert [row["name"] for row in rows] == ["'=1+1.png", "bad.png"]
    assert [row["text"] for row in rows] == ["1", ""]
    assert [row["reason"] for row in rows] == ["", "empty_file"]
    assert (rows[0]["answer"], rows[0]["version"], rows[1]["answer"]) == ("1", "1", "")


def test_a_number_in_the_results_is_no_formula(request_one):
    job = run(request_one([Incoming("a.png", picture())]))
    job.pictures.update(text="-3")
    (row,) = csv.DictReader(result_lines(job, "csv"))
    assert row["text"] == "-3"


def test_the_results_as_ndjson(request_one, django_assert_num_queries):
    job = run(request_one([Incoming("=1.png", picture()), Incoming("bad.png", b"")]))
    with django_assert_num_queries(1):
        first, second = map(json.loads, result_lines(job, "ndjson"))
    assert (first["name"], first["status"], first["text"]) == ("=1.png", "read", "1")
    assert (second["index"], second["status"]) == (1, "failed")
    assert second["message"] == "The file is empty."
