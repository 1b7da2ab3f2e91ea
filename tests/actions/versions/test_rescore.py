"""Re-scoring of drawings; this process acts as the worker."""

from datetime import timedelta

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from mlcore.ink import strokes
from mlcore.pictures.encoding import photographed, png
from mlcore.recognition import bundle as bundles
from recognizer.actions.drawings.recognition import read_picture, read_strokes
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.exchange import records
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.job_requests import request_rescore
from recognizer.actions.jobs.leases import LeaseLost
from recognizer.actions.jobs.run_attempt import run_job
from recognizer.actions.versions import rescore
from recognizer.actions.versions.deployment import (
    deploy_version,
    register_version,
    serving_deployment,
)
from recognizer.errors import Conflict, Refused
from recognizer.models import Answer, Drawing, Job, VersionFile
from recognizer.models.drawings import packed
from tests.conftest import ONE, SEVEN
from tests.pages.rows import answered, make_drawing, make_version

pytestmark = pytest.mark.usefixtures("woken")


@pytest.fixture
def second(version):
    """The shipped model again as version 2, which has never served."""
    return register_version(bundle=bundles.shipped(), parent=version)


@pytest.fixture
def sevens(draw, owner):
    """Five drawings, answered by version 1."""
    return [draw(owner) for _ in range(5)]


def run(job):
    run_job(job_id=job.pk)
    job.refresh_from_db()
    return job


def answers_of(version):
    return set(version.answers.values_list("drawing", flat=True))


def test_every_drawing_gets_an_answer_and_keeps_the_others(sevens, second):
    kept = list(Answer.objects.order_by("pk").values())

    job = run(request_rescore(by=None, number=2))

    assert job.status == "succeeded", job.error
    assert job.result == {"drawings": 5, "read": 5}
    assert (job.progress["done"], job.progress["total"]) == (5, 5)
    assert answers_of(second) == {drawing.pk for drawing in sevens}
    assert list(Answer.objects.exclude(version=second).order_by("pk").values()) == kept


def test_re_scoring_gives_the_same_answer_as_saving(sevens, second):
    run(request_rescore(by=None, number=2))

    # The same network, once when saving and once on the stored network input.
    first, again = sevens[0].answers.order_by("version__number")
    assert again.label == first.label == 7
    assert again.probabilities == first.probabilities
    assert again.not_a_digit == first.not_a_digit
    assert again.latency_ms > 0


@pytest.mark.parametrize("as_picture", [False, True])
def test_re_scoring_reads_the_same_number_as_saving(version, second, owner, as_picture):
    gray = np.full((1600, 2400), 240, np.uint8)  # larger than pictures are kept
    cv2.line(gray, (900, 560), (890, 1040), 20, 42)
    cv2.ellipse(gray, (1440, 800), (170, 240), 0, 0, 360, 20, 42)
    strokes = [*SEVEN, [[400, 60], [400, 300]]]
    ink = read_picture(png(gray)) if as_picture else read_strokes(strokes)
    drawing = save_drawing(owner=owner, ink=ink)

    run(request_rescore(by=None, number=2))

    first, again = drawing.answers.order_by("version__number")
    assert first.number["text"] == again.number["text"] == ("10" if as_picture else "71")
    for mark, other in zip(first.number["marks"], again.number["marks"], strict=True):
        assert mark["box"] == pytest.approx(other["box"])


def test_the_stored_network_input_is_answered_not_the_strokes(version, second, owner, draw):
    drawing = draw(owner)
    one = read_strokes(ONE)
    Drawing.objects.update(network_input=one.as_bytes, directions=packed(one.directions))

    run(request_rescore(by=None, number=2))

    assert drawing.answers.get(version=second).label == 1


def test_the_network_sees_the_stored_directions(version, second, owner, draw, monkeypatch):
    drawing, seen = draw(owner), []
    backwards = [stroke[::-1] for stroke in SEVEN]
    Drawing.objects.update(directions=packed(read_strokes(backwards).directions))

    plain, whole = rescore.ask, read_strokes(SEVEN).network_input

    def ask(recognizer, network_input, **options):
        seen.append(network_input)
        return plain(recognizer, network_input, **options)

    monkeypatch.setattr(rescore, "ask", ask)
    run(request_rescore(by=None, number=2))

    (network_input,) = seen
    assert network_input.dtype == np.float32
    np.testing.assert_array_equal(network_input[..., 0], whole[..., 0])
    np.testing.assert_array_equal(
        network_input[..., 1:], read_strokes(backwards).network_input[..., 1:]
    )
    assert drawing.answers.filter(version=second).exists()


def test_an_upload_is_answered_again_as_it_was(second, owner):
    ink = strokes.ink_of(strokes.parse(SEVEN))
    picture = read_picture(png(photographed(np.pad(ink, 40), 2, paper=231, black=37)))
    drawing = save_drawing(owner=owner, ink=picture)

    run(request_rescore(by=None, number=2))

    first, again = drawing.answers.order_by("version__number")
    assert first.probabilities == again.probabilities
    assert first.not_a_digit == again.not_a_digit


def test_the_default_is_the_serving_version(version, owner, second):
    make_drawing(owner)
    assert request_rescore(by=owner).asked_version == version


def test_an_unknown_version_is_refused(sevens):
    with pytest.raises(Refused, match="There is no version 9"):
        request_rescore(by=None, number=9)


def test_without_any_version_it_is_refused(db):
    with pytest.raises(Refused, match="No version is installed"):
        request_rescore(by=None)


def test_a_version_that_answered_everything_is_refused(sevens):
    with pytest.raises(Conflict, match="Version 1 has already answered every drawing"):
        request_rescore(by=None, number=1)


def test_one_re_scoring_of_a_version_at_a_time(sevens, second):
    job = request_rescore(by=None, number=2)
    with pytest.raises(Conflict, match=f"Job {job.pk} is already re-scoring with version 2"):
        request_rescore(by=None, number=2)
    assert request_rescore_of_another(sevens).status == "queued"


def test_one_of_two_concurrent_requests_gets_a_conflict(sevens, second, monkeypatch):
    faster = request_rescore(by=None, number=2)
    looks = [lambda version: None, rescore.refuse_if_open]  # the first check misses the other row
    monkeypatch.setattr(rescore, "refuse_if_open", lambda version: looks.pop(0)(version))

    with pytest.raises(Conflict, match=f"Job {faster.pk} is already re-scoring with version 2"):
        request_rescore(by=None, number=2)

    assert Job.objects.get() == faster


def test_after_its_end_it_can_be_requested_again(sevens, second):
    first = request_rescore(by=None, number=2)
    lifecycle.cancel_job(job=first)
    assert request_rescore(by=None, number=2) != first


def request_rescore_of_another(drawings):
    make_version(3)
    return request_rescore(by=None, number=3)


def test_damaged_files_fail_the_job_with_the_reason(sevens, second):
    file = VersionFile.objects.get(version=second, name="network.tflite")
    content = bytearray(file.content)
    content[1000] ^= 1
    VersionFile.objects.filter(pk=file.pk).update(content=bytes(content))

    job = run(request_rescore(by=None, number=2))

    assert job.status == "failed"
    assert job.error == {"code": "files_differ", "number": 2}
    assert answers_of(second) == set()


def counting(drawing):
    """Return the version whose answer counts; page, list, filter and export must agree."""
    listed = Drawing.objects.with_answers().with_newest_answer().get(pk=drawing.pk)
    assert listed.answer == Drawing.objects.get(pk=drawing.pk).answer
    assert listed.newest_answer == listed.answer.label
    [exported] = records.rows_of(Drawing.objects.filter(pk=drawing.pk))
    assert exported["version"] == listed.answer.version.number
    return listed.answer.version.number


def test_the_serving_versions_answer_counts_independent_of_its_age(
    version, second, owner, settings
):
    settings.RESCORE_AFTER_PROMOTION = False
    drawing = make_drawing(owner)
    answered(drawing, make_version(3), 3)  # a candidate, and the highest number
    assert counting(drawing) == 3  # the only answer
    deploy_version(version=second, kind="promotion")
    answered(drawing, second, 2)
    answered(drawing, version, 1)  # the newest answer
    assert counting(drawing) == 2
    deploy_version(version=version, kind="rollback")
    assert counting(drawing) == 1
    drawing.answers.filter(version=version).delete()
    assert counting(drawing) == 2  # the version that served before


# In batches ---------------------------------------------------------------------------------------


@pytest.fixture
def between_batches(monkeypatch):
    """Use batches of two. Functions in this list run after the first batch was stored."""
    monkeypatch.setattr(rescore, "BATCH", 2)
    todo, store = [], rescore.store

    def store_and_then(*arguments):
        store(*arguments)
        if todo:
            todo.pop(0)()

    monkeypatch.setattr(rescore, "store", store_and_then)
    return todo


def test_a_cancel_takes_effect_at_the_next_batch_and_keeps_stored_answers(
    sevens, second, between_batches
):
    job = request_rescore(by=None, number=2)
    between_batches.append(lambda: lifecycle.cancel_job(job=job))

    assert run(job).status == "canceled"
    assert answers_of(second) == {drawing.pk for drawing in sevens[-2:]}  # the newest first


def test_after_a_lost_worker_the_next_attempt_continues(sevens, second, between_batches):
    job = request_rescore(by=None, number=2)
    asked = []

    def die():
        asked.append(answers_of(second))
        raise SystemExit

    between_batches.append(die)
    with pytest.raises(SystemExit):
        run_job(job_id=job.pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.reconcile()

    job = run(job)

    assert len(asked[0]) == 2
    assert (job.status, job.attempt) == ("succeeded", 2)
    assert job.result == {"drawings": 5, "read": 5}
    assert second.answers.count() == 5


def test_an_attempt_that_lost_its_lease_stores_nothing(sevens, second):
    first = lifecycle.claim(request_rescore(by=None, number=2).pk)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    lifecycle.reconcile()
    lifecycle.claim(first.pk)

    with pytest.raises(LeaseLost):
        rescore.attempt(first, None)

    assert answers_of(second) == set()


def test_drawings_deleted_or_answered_in_the_meantime_are_skipped(
    sevens, second, owner, between_batches
):
    job = request_rescore(by=None, number=2)

    def meddle():
        sevens[0].delete()
        answered(sevens[1], second, 3)

    between_batches.append(meddle)
    assert run(job).status == "succeeded"
    assert answers_of(second) == {drawing.pk for drawing in sevens[1:]}
    assert sevens[1].answers.get(version=second).label == 3


def test_a_drawing_deleted_during_a_batch_is_skipped(sevens, second, monkeypatch):
    answers_to = rescore.answers_to

    def answer_and_delete(batch, *about):
        answers = answers_to(batch, *about)
        Drawing.objects.filter(pk=sevens[2].pk).delete()
        return answers

    monkeypatch.setattr(rescore, "answers_to", answer_and_delete)
    assert run(request_rescore(by=None, number=2)).status == "succeeded"
    assert answers_of(second) == {sevens[i].pk for i in (0, 1, 3, 4)}


def test_a_slow_network_shortens_the_batches(sevens, second, monkeypatch):
    monkeypatch.setattr(rescore, "BATCH_SECONDS", 0.0)
    lengths, store = [], rescore.store
    monkeypatch.setattr(
        rescore,
        "store",
        lambda job, answers, p: (lengths.append(len(answers)), store(job, answers, p)),
    )
    assert run(request_rescore(by=None, number=2)).status == "succeeded"
    assert lengths == [1] * 5


def test_it_gives_way_to_a_training_and_continues_afterwards(
    sevens, second, between_batches, woken
):
    job = request_rescore(by=None, number=2)
    training = []
    between_batches.append(lambda: training.append(Job.objects.create(kind="retrain")))

    assert run(job).status == "queued"
    assert job.attempt == 0  # giving way is not an attempt
    assert [line.message for line in job.lines.all()] == [
        {"code": "attempt_started", "number": 1},
        {"code": "gave_way"},
    ]
    assert len(answers_of(second)) == 2
    assert woken == [training[0].pk]

    claimed = lifecycle.claim(training[0].pk)
    assert lifecycle.claim(job.pk) is None
    lifecycle.finish(claimed, "succeeded")
    lifecycle.wake_next()
    assert woken == [training[0].pk, job.pk]
    assert run(job).status == "succeeded"
    assert job.result["read"] == 5


def test_a_waiting_training_is_woken_before_an_older_re_scoring(sevens, second, woken):
    request_rescore(by=None, number=2)
    training = Job.objects.create(kind="train")
    lifecycle.wake_next()
    assert woken == [training.pk]


# After a promotion --------------------------------------------------------------------------------


def promote(version, **about):
    return deploy_version(version=version, kind="promotion", **about)


def test_a_promotion_queues_a_re_scoring(
    sevens, second, trainer, woken, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        promote(second, by=trainer)

    job = Job.objects.get()
    assert (job.kind, job.trigger, job.requested_by) == ("rescore", "promotion", trainer)
    assert woken == [job.pk]
    assert run(job).status == "succeeded"
    assert len(answers_of(second)) == 5


def test_a_roll_back_queues_a_re_scoring_of_newer_drawings(version, second, draw, owner):
    promote(second)
    answered(make_drawing(owner), second, 7)
    deploy_version(version=version, kind="rollback")
    assert Job.objects.get().asked_version == version


def test_without_drawings_nothing_is_queued(second):
    promote(second)
    assert serving_deployment().version == second
    assert not Job.objects.exists()


def test_a_setting_turns_off_re_scoring_after_promotion(sevens, second, settings):
    settings.RESCORE_AFTER_PROMOTION = False
    promote(second)
    assert not Job.objects.exists()


def test_a_refused_promotion_queues_nothing(sevens, second):
    with pytest.raises(Conflict):
        promote(second, expected=7)
    assert not Job.objects.exists()


# The command --------------------------------------------------------------------------------------


def test_a_command_requests_it(sevens, second, capsys):
    call_command("rescore", "2")
    job = Job.objects.get()
    assert job.asked_version == second
    assert f"Queued job {job.pk}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "words"), [("1", "answered every drawing"), ("8", "no version 8")]
)
def test_the_command_shows_the_reason_of_a_refusal(sevens, number, words):
    with pytest.raises(CommandError, match=words):
        call_command("rescore", number)
