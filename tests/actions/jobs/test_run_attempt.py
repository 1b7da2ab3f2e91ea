"""An attempt from its claim to its end, with a function in place of the training process."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from django.db import DataError, OperationalError

from mlcore.errors import UnusableBundle
from recognizer import codes
from recognizer.actions.jobs import attempts, leases, lifecycle, run_attempt
from recognizer.actions.jobs.child_failures import ChildCrashed, ChildFailed
from recognizer.models import Job
from recognizer.presentation.messages import in_english
from tests.pages.rows import make_job

pytestmark = pytest.mark.usefixtures("woken")

Attempt = Callable[[Job, Path], None]


def said(text: str) -> dict[str, str]:
    return {"code": "other_line", "text": text}


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def run(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Job]:
    """Run a job whose attempt raises `error`."""

    def run(error: Exception, job: Job | None = None) -> Job:
        job = job or make_job()

        def attempt(job: Job, folder: Path) -> None:
            (folder / "half").write_text("a version")
            raise error

        monkeypatch.setitem(run_attempt.ATTEMPTS, Job.Kind.RETRAIN, attempt)
        run_attempt.run_job(job_id=job.pk)
        job.refresh_from_db()
        assert not [path for path in (home / "jobs").rglob("*") if path.is_file()]
        return job

    return run


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ChildFailed(said("it refused")), {"code": "other_line", "text": "it refused"}),
        (UnusableBundle(codes.FILES_DIFFER(number=3)), {"code": "files_differ", "number": 3}),
        (
            OSError(28, "No space left on device"),
            {"code": "out_of_disk", "detail": "OSError(28, 'No space left on device')"},
        ),
        (
            PermissionError(13, "Permission denied"),
            {
                "code": "system_refused",
                "reason": "Permission denied",
                "detail": "PermissionError(13, 'Permission denied')",
            },
        ),
        (MemoryError(), {"code": "out_of_memory"}),
        (ValueError("of ours"), {"code": "unexpected", "detail": "ValueError('of ours')"}),
        (DataError("NaN"), {"code": "unexpected", "detail": "DataError('NaN')"}),
    ],
)
def test_every_failure_is_stored_at_once(run, error, message):
    job = run(error)
    assert (job.status, job.attempt, job.error) == ("failed", 1, message)


def test_the_log_has_what_other_programs_wrote(run):
    job = run(ChildCrashed(said("signal 11") | {"detail": "Fatal Python error"}))
    assert [line.code for line in job.lines.all()] == [
        *("attempt_started", "other_line", "crashed", "trying_again")
    ]
    job = run(ValueError("of a library"), job)
    lines = [in_english(line.message) for line in job.lines.all()]
    assert lines[-2:] == [
        "ValueError('of a library')",
        "Failed: An unexpected error; the log says which.",
    ]


def test_a_crash_is_retried_once_and_the_last_reason_is_kept(run, settings, woken):
    settings.JOB_RETRIES_AFTER_CRASH = 1
    job = run(ChildCrashed(said("signal 11")))
    assert (job.status, job.attempt, job.crashes) == ("queued", 1, 1)
    assert job.error == said("signal 11")
    assert woken == [job.pk]

    job = run(ChildCrashed(said("signal 6")), job)
    assert (job.status, job.attempt, job.crashes) == ("failed", 2, 2)
    assert job.error == said("signal 6")
    assert [line.code for line in job.lines.all()] == [
        *("attempt_started", "crashed", "trying_again"),
        *("attempt_started", "failed_because"),
    ]


def test_without_retries_the_first_crash_fails_the_job(run, settings):
    settings.JOB_RETRIES_AFTER_CRASH = 0
    assert run(ChildCrashed(said("signal 11"))).status == "failed"


def test_crashes_do_not_count_as_lost_workers(run, settings):
    settings.JOB_RETRIES_AFTER_CRASH, settings.JOB_MAX_ATTEMPTS = 2, 1
    job = run(ChildCrashed(said("signal 11")))
    claimed = lifecycle.claim(job.pk)
    assert claimed is not None
    lifecycle.give_up(claimed, leases.held(claimed))
    claimed.refresh_from_db()
    assert (claimed.status, claimed.error) == (
        "failed",
        {"code": "worker_lost", "times": 1},
    )


def test_an_unavailable_database_leaves_the_job_running_until_its_lease_expires(run):
    job = run(OperationalError("gone"))
    assert (job.status, job.error) == ("running", {})


@pytest.fixture
def full() -> OperationalError:
    """Django's error for a full SQLite database."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("PRAGMA max_page_count=1")
        try:
            database.execute("CREATE TABLE versions (content)")
        except sqlite3.OperationalError as cause:
            error = OperationalError(*cause.args)
            error.__cause__ = cause
    return error


FULL = {"code": "database_full", "detail": "database or disk is full"}


def test_a_full_database_fails_the_job(run, full):
    job = run(full)
    assert (job.status, job.attempt, job.error) == ("failed", 1, FULL)


def test_a_full_postgresql_server_fails_the_job(run):
    error = OperationalError("could not extend file: No space left on device\nHINT: Free some.")
    error.__cause__ = DiskFull()
    assert run(error).error == {"code": "database_full", "detail": str(error)}


class DiskFull(Exception):
    """psycopg's error of this name."""

    sqlstate = "53100"


def test_a_failure_is_stored_once_the_database_has_space(run, full, monkeypatch):
    refusals, finish = [full, full], lifecycle.finish

    def refuse_twice(*args, **values):
        if refusals:
            raise refusals.pop()
        finish(*args, **values)

    monkeypatch.setattr(lifecycle, "finish", refuse_twice)
    monkeypatch.setattr(attempts, "RETRY_SECONDS", 0)
    job = make_job()
    claimed = lifecycle.claim(job.pk)
    attempts.fail_with_retries(claimed, ChildFailed(said("it refused")), run_attempt.store_failure)
    job.refresh_from_db()
    assert (job.status, job.error, refusals) == ("failed", said("it refused"), [])


def test_a_failure_without_space_leaves_the_job_running_until_its_lease_expires(
    run, full, settings, monkeypatch
):
    def finish(*args, **values):
        raise full

    settings.JOB_LEASE_SECONDS = 0
    monkeypatch.setattr(lifecycle, "finish", finish)
    monkeypatch.setattr(attempts, "RETRY_SECONDS", 0)
    job = make_job()
    with pytest.raises(OperationalError):
        attempts.fail_with_retries(lifecycle.claim(job.pk), full, run_attempt.store_failure)
    job.refresh_from_db()
    assert job.status == "running"


def test_success_clears_the_error_of_an_earlier_crash(db):
    job = lifecycle.claim(make_job(error=said("signal 11"), crashes=1).pk)
    assert job is not None
    lifecycle.finish(job, "succeeded")
    job.refresh_from_db()
    assert job.error == {}


def test_only_folders_of_dead_attempts_are_removed(db, home):
    living = lifecycle.claim(make_job().pk)
    assert living is not None
    kept = run_attempt.work_folder(living)
    (kept / "job.json").touch()
    for name in (f"{living.pk}-0", "999-1"):
        (kept.parent / name).mkdir()
        (kept.parent / name / "network.tflite").touch()

    run_attempt.sweep()

    assert list(kept.parent.iterdir()) == [kept]
    assert [path.name for path in kept.iterdir()] == ["job.json"]
