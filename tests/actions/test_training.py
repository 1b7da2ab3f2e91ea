"""An attempt from its claim to its end, with other arithmetic in the child's place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DataError, OperationalError

from mlcore.errors import UnusableBundle
from recognizer.actions import jobs, training
from recognizer.actions.endings import ChildCrashed, ChildFailed
from recognizer.models import TrainingJob
from tests.pages.rows import make_job

pytestmark = pytest.mark.usefixtures("woken")

Attempt = Callable[[TrainingJob, Path], None]


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def run(db: None, home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., TrainingJob]:
    """Runs a job whose attempt raises `error`."""

    def run(error: Exception, job: TrainingJob | None = None) -> TrainingJob:
        job = job or make_job()

        def attempt(job: TrainingJob, folder: Path) -> None:
            (folder / "half").write_text("a version")
            raise error

        monkeypatch.setitem(training.ATTEMPTS, TrainingJob.Kind.RETRAIN, attempt)
        training.run_training(job_id=job.pk)
        job.refresh_from_db()
        assert not [path for path in (home / "jobs").rglob("*") if path.is_file()]
        return job

    return run


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ChildFailed("it refused"), "it refused"),
        (UnusableBundle("files do not match"), "files do not match"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (MemoryError(), "MemoryError()"),
        (ValueError("of ours"), "ValueError('of ours')"),
        (DataError("NaN"), "DataError('NaN')"),
    ],
)
def test_whatever_goes_wrong_is_written_down_at_once(run, error, words):
    job = run(error)
    assert (job.status, job.attempt, job.error) == ("failed", 1, words)


def test_a_crash_is_tried_again_once_and_the_last_reason_stays(run, settings, woken):
    settings.JOB_RETRIES_AFTER_CRASH = 1
    job = run(ChildCrashed("signal 11"))
    assert (job.status, job.attempt, job.crashes, job.error) == ("queued", 1, 1, "signal 11")
    assert woken == [job.pk]

    job = run(ChildCrashed("signal 6"), job)
    assert (job.status, job.attempt, job.crashes, job.error) == ("failed", 2, 2, "signal 6")


def test_without_retries_the_first_crash_ends_it(run, settings):
    settings.JOB_RETRIES_AFTER_CRASH = 0
    assert run(ChildCrashed("signal 11")).status == "failed"


def test_crashes_do_not_count_as_lost_workers(run, settings):
    settings.JOB_RETRIES_AFTER_CRASH, settings.JOB_MAX_ATTEMPTS = 2, 1
    job = run(ChildCrashed("signal 11"))
    claimed = jobs.claim(job.pk)
    assert claimed is not None
    jobs.give_up(claimed, jobs.held(claimed))
    claimed.refresh_from_db()
    assert (claimed.status, claimed.error) == (
        "failed",
        "The worker was lost 1 times while training.",
    )


def test_a_database_that_is_away_leaves_the_job_to_its_lease(run):
    job = run(OperationalError("gone"))
    assert (job.status, job.error) == ("running", "")


def test_success_forgets_the_crash_before_it(db):
    job = jobs.claim(make_job(error="signal 11", crashes=1).pk)
    assert job is not None
    jobs.finish(job, "succeeded")
    job.refresh_from_db()
    assert job.error == ""


def test_what_dead_attempts_left_is_removed_and_the_living_keep_theirs(db, home):
    living = jobs.claim(make_job().pk)
    assert living is not None
    kept = training.work_folder(living)
    (kept / "job.json").touch()
    for name in (f"{living.pk}-0", "999-1"):
        (kept.parent / name).mkdir()
        (kept.parent / name / "network.tflite").touch()

    training.sweep()

    assert list(kept.parent.iterdir()) == [kept]
    assert [path.name for path in kept.iterdir()] == ["job.json"]
