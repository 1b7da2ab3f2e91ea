from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recognizer import codes
from recognizer.actions.labels.label_history import review_corrections
from recognizer.models import Correction, Job, User, Worker
from tests.admin.conftest import make_version
from tests.conftest import person, signed_in

LIST = "/admin/recognizer/job/"
RETRAIN = f"{LIST}retrain/"
Status = Job.Status


@pytest.fixture
def staff_trainer(db: None) -> User:
    return person("staff trainer", "view_job", "start_training", is_staff=True)


@pytest.fixture
def approved(correction: Correction, administrator: User) -> Correction:
    review_corrections(corrections=[correction], by=administrator, verdict="approved")
    return correction


def words(response: HttpResponse) -> list[tuple[str, str]]:
    return [(message.level_tag, str(message)) for message in get_messages(response.wsgi_request)]


def act(client: Client, action: str, *jobs: Job) -> HttpResponse:
    chosen = [job.pk for job in jobs]
    return client.post(LIST, {"action": action, "index": "0", "_selected_action": chosen})


def test_the_button_queues_a_job(
    approved: Correction,
    staff_trainer: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client = signed_in(staff_trainer)
    assert f'action="{RETRAIN}"' in client.get(LIST).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(RETRAIN)

    assert (response.status_code, response["Location"]) == (302, LIST)
    job = Job.objects.get()
    assert (job.status, job.requested_by) == (Status.QUEUED, staff_trainer)
    assert job.woken_at is not None
    assert f"{LIST}{job.pk}/change/" in words(response)[0][1]


def test_a_warning_says_that_no_worker_runs(approved: Correction, staff_trainer: User) -> None:
    client = signed_in(staff_trainer)

    assert [level for level, _ in words(client.post(RETRAIN))] == ["success", "warning"]

    Job.objects.update(status=Status.SUCCEEDED)
    now = timezone.now()
    Worker.objects.create(name="worker@here", started_at=now, seen_at=now)
    client = signed_in(staff_trainer)
    assert [level for level, _ in words(client.post(RETRAIN))] == ["success"]


def test_the_action_queues_a_job(approved: Correction, staff_trainer: User) -> None:
    over = Job.objects.create(status=Status.FAILED)

    act(signed_in(staff_trainer), "retrain", over)

    assert Job.objects.get(status=Status.QUEUED).requested_by == staff_trainer


def test_without_approved_labels_retraining_is_refused_with_a_reason(
    correction: Correction, staff_trainer: User
) -> None:
    [(level, text)] = words(signed_in(staff_trainer).post(RETRAIN))

    assert level == "error"
    assert "No label is approved yet" in text
    assert not Job.objects.exists()


def test_retraining_needs_the_permission(approved: Correction, viewer: User) -> None:
    client = signed_in(viewer)

    assert RETRAIN not in client.get(LIST).content.decode()
    assert client.post(RETRAIN).status_code == 403
    assert not Job.objects.exists()


def test_retraining_needs_a_post_with_the_csrf_token(
    approved: Correction, staff_trainer: User
) -> None:
    assert signed_in(staff_trainer).get(RETRAIN).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff_trainer)
    assert strict.post(RETRAIN).status_code == 403
    assert not Job.objects.exists()


def test_retraining_in_the_admin_needs_a_member_of_staff(
    approved: Correction, trainer: User
) -> None:
    response = signed_in(trainer).post(RETRAIN)

    assert response["Location"].startswith("/admin/login/")
    assert not Job.objects.exists()


def test_selected_jobs_are_canceled(staff_trainer: User) -> None:
    waiting = Job.objects.create()
    running = Job.objects.create(status=Status.RUNNING)
    over = Job.objects.create(status=Status.SUCCEEDED)

    response = act(signed_in(staff_trainer), "cancel_jobs", waiting, running, over)

    assert words(response) == [("success", "Canceled: 2. Already finished: 1.")]
    for job in (waiting, running, over):
        job.refresh_from_db()
    assert waiting.status == Status.CANCELED
    assert running.cancel_requested_at is not None
    assert over.status == Status.SUCCEEDED


def test_canceling_needs_the_permission(viewer: User) -> None:
    job = Job.objects.create()

    act(signed_in(viewer), "cancel_jobs", job)

    job.refresh_from_db()
    assert job.status == Status.QUEUED


def test_the_list_shows_progress_and_the_start_of_the_error(viewer: User) -> None:
    Job.objects.create(status=Status.RUNNING, progress={"phase": "train", "fraction": 0.25})
    reason = "<b>ended with exit status 1</b>" + " and more" * 40
    error = codes.OTHER_LINE(text=reason)
    failed = Job.objects.create(status=Status.FAILED, error=error)
    client = signed_in(viewer)

    page = client.get(LIST).content.decode()

    assert 'value="0.250">25%</progress> train' in page
    assert "&lt;b&gt;ended with exit status 1&lt;/b&gt;" in page
    assert reason.count(" and more") > page.count(" and more")
    page = client.get(f"{LIST}{failed.pk}/change/").content.decode()
    assert page.count(" and more") == 40


def test_a_result_is_shown_as_text(viewer: User) -> None:
    job = Job.objects.create(status=Status.SUCCEEDED, result={"share": 0.6})
    page = signed_in(viewer).get(f"{LIST}{job.pk}/change/").content.decode()
    assert "&quot;share&quot;: 0.6" in page


def test_the_list_distinguishes_training_from_scratch_and_retraining(viewer: User) -> None:
    Job.objects.create()
    scratch = Job.objects.create(kind="train", config={"architecture": "mlp"})
    client = signed_in(viewer)

    assert "training from scratch" in client.get(LIST).content.decode()
    rows = client.get(LIST, {"kind__exact": "train"}).context["cl"].result_list
    assert list(rows) == [scratch]
    assert "mlp" in client.get(f"{LIST}{scratch.pk}/change/").content.decode()


def test_jobs_cannot_be_changed_by_hand(administrator: User) -> None:
    job = Job.objects.create()
    client = signed_in(administrator)

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{job.pk}/change/", {"status": "succeeded"}).status_code == 403
    assert client.post(f"{LIST}{job.pk}/delete/", {"post": "yes"}).status_code == 403
    job.refresh_from_db()
    assert job.status == Status.QUEUED


def test_the_number_of_queries_does_not_grow_with_the_jobs(
    administrator: User, owner: User
) -> None:
    client = signed_in(administrator)
    Job.objects.create(requested_by=owner, version=make_version(1))
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(2, 8):
        Job.objects.create(requested_by=owner, version=make_version(number))

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)


def test_a_retraining_that_gates_stopped_says_so(staff_trainer: User) -> None:
    passed, failed = (make_version(number, verdict={"passed": number == 2}) for number in (2, 3))
    good = Job.objects.create(status=Status.SUCCEEDED, version=passed)
    stopped = Job.objects.create(status=Status.SUCCEEDED, version=failed)
    other = Job.objects.create(kind="train", status=Status.SUCCEEDED)
    client = signed_in(staff_trainer)

    def listed(query: str) -> list[int]:
        return sorted(job.pk for job in client.get(f"{LIST}{query}").context["cl"].result_list)

    assert listed("?state=stopped") == [stopped.pk]
    assert listed("?state=succeeded") == [good.pk, other.pk]
    assert "stopped by gates</td>" in client.get(f"{LIST}?state=stopped").text
    assert "stopped by gates</td>" not in client.get(f"{LIST}?state=succeeded").text
    assert "stopped by gates</div>" in client.get(f"{LIST}{stopped.pk}/change/").text
