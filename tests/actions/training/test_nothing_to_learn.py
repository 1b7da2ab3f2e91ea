"""A retraining without a misread correction, with the real training process."""

from pathlib import Path
from typing import Any

import pytest

from recognizer.actions.jobs import run_attempt
from recognizer.models import Correction, Job, ModelVersion, User
from recognizer.presentation.messages import brief, in_english
from tests.conftest import ONE, SEVEN
from tests.pages.rows import make_job

pytestmark = pytest.mark.usefixtures("woken")


@pytest.fixture
def job(draw: Any, owner: User, version: ModelVersion, settings: Any, tmp_path: Path) -> Job:
    """A job whose corrections confirm the version's answers."""
    settings.HOME = tmp_path
    settings.PEN_PATH = ""
    for drawing in (draw(owner, SEVEN), draw(owner, ONE)):
        said = drawing.answers.get(version=version).label
        Correction.objects.create(
            drawing=drawing, by=owner, to_label=said, source="studio", state="approved"
        )
    return make_job()


def test_the_job_says_that_there_is_nothing_to_learn(
    job: Job, caplog: pytest.LogCaptureFixture
) -> None:
    run_attempt.run_job(job_id=job.pk)

    job.refresh_from_db()
    assert (job.status, job.attempt, job.crashes) == ("failed", 1, 0)
    assert job.error == {"code": "all_answered_correctly", "count": 2}
    words = "Nothing to learn: all corrections are already answered correctly (2)."
    assert in_english(job.error) == brief(job.error) == words
    [line] = [each for each in caplog.records if "failed" in each.getMessage()]
    assert (line.levelname, line.exc_info) == ("WARNING", None)  # nobody has to do anything
    assert words in line.getMessage()
    assert ModelVersion.objects.count() == 1
    codes = [line.code for line in job.lines.all()]
    assert codes == ["attempt_started", "failed_because"]
