"""Webhooks about ended jobs, sent to a receiver in a thread."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from recognizer.actions.jobs import lifecycle, webhooks
from recognizer.actions.jobs.leases import LeaseLost
from recognizer.models import Job, User, WebhookDelivery
from tests.pages.rows import make_job, make_version, serve

KEY = b"known to both, and long enough"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Receiver:
    def __init__(self) -> None:
        self.answers: list[int] = []  # next statuses; 204 if empty
        self.taken: list[tuple[Any, bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.taken.append((self.headers, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    receiver = Receiver()
    threading.Thread(target=receiver.server.serve_forever, args=(0.01,), daemon=True).start()
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = receiver.url, SECRET
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def finished(db: None) -> Callable[..., WebhookDelivery]:
    """Create the delivery for a job that ended with this status."""

    def finished(status: str = "failed", **values: Any) -> WebhookDelivery:
        job = lifecycle.claim(make_job().pk)
        assert job is not None
        lifecycle.finish(job, status, **values)
        return WebhookDelivery.objects.get(job=job)

    return finished


def make_due() -> None:
    WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))


def test_the_message_describes_the_job_and_no_person(receiver, finished, administrator):
    verdict = {"passed": True, "reason": {"code": "passed"}}
    version = make_version(2, verdict=verdict)
    serve(version, kind="automatic")
    delivery = finished("succeeded", version=version)
    Job.objects.update(requested_by=administrator)

    webhooks.send_due()

    ((headers, body),) = receiver.taken
    whole = json.loads(body)
    job = delivery.job
    assert set(whole) == {"type", "timestamp", "data"}
    assert whole["type"] == "job.succeeded"
    assert whole["timestamp"] == whole["data"]["finished_at"]
    assert headers["webhook-id"] == f"msg_{delivery.pk}"
    told = whole["data"]
    assert {name: told[name] for name in ("job", "kind", "trigger", "status")} == {
        "job": job.pk,
        "kind": "retrain",
        "trigger": "person",
        "status": "succeeded",
    }
    assert (told["version"], told["promoted"], told["passed_gates"]) == (2, True, True)
    assert (told["reason"], told["reason_code"]) == ("Passed every gate.", "passed")
    assert all(told[name] for name in ("created_at", "started_at", "finished_at"))
    assert administrator.username not in body.decode()


def test_a_retraining_that_gates_stopped_has_not_succeeded(receiver, finished):
    finished("succeeded", version=make_version(2, verdict={"passed": False}))
    webhooks.send_due()

    ((_headers, body),) = receiver.taken
    whole = json.loads(body)
    assert whole["type"] == "job.stopped_by_gates"
    told = whole["data"]
    assert (told["status"], told["passed_gates"]) == ("stopped_by_gates", False)


def test_it_is_signed_over_identifier_time_and_body(receiver, finished):
    finished()
    webhooks.send_due()
    ((headers, body),) = receiver.taken
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_the_signature_equals_the_specifications_test_vector(settings):
    """The test vector of all libraries in github.com/standard-webhooks/standard-webhooks."""
    settings.WEBHOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    time = datetime.fromtimestamp(1614265330, UTC)
    assert webhooks.signed("msg_p5jXN8AQM9LWM0D4loKWxJek", time, '{"test": 2432232314}') == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_every_attempt_has_the_same_identifier(receiver, finished):
    receiver.answers = [503]
    finished()
    webhooks.send_due()
    make_due()
    webhooks.send_due()
    first, second = (headers["webhook-id"] for headers, _ in receiver.taken)
    assert first == second


def test_a_candidate_that_failed_gates_is_reported_as_not_promoted(receiver, finished):
    gates = [{"code": "mnist_holdout_set"}, {"code": "set_digit", "set": {"code": "gold_set"}}]
    gates[1]["digit"] = 4
    verdict = {"passed": False, "reason": {"code": "failed_gates", "gates": gates}}
    finished("succeeded", version=make_version(2, verdict=verdict))
    webhooks.send_due()
    told = json.loads(receiver.taken[0][1])["data"]
    stopped = "Failed gates: MNIST hold-out; Gold set, digit 4."
    assert (told["promoted"], told["reason"]) == (False, stopped)
    assert told["reason_code"] == "failed_gates"


def test_a_failed_job_reports_its_cause_and_not_what_libraries_wrote(receiver, finished):
    detail = "Traceback\n  File\nValueError: labels"
    cause = {"code": "out_of_disk"}
    error = {"code": "child_ended", "status": 1, "detail": detail, "cause": cause}
    finished("failed", error=error)
    webhooks.send_due()
    told = json.loads(receiver.taken[0][1])["data"]
    assert (told["status"], told["version"], told["reason"]) == (
        "failed",
        None,
        "The disk has no space left.",
    )


def test_an_accepted_message_is_not_sent_again(receiver, finished):
    delivery = finished()
    webhooks.send_due()
    make_due()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert len(receiver.taken) == 1
    assert delivery.sent_at is not None
    assert (delivery.attempts, delivery.error) == (1, {})


def test_it_is_tried_five_times_with_growing_pauses(receiver, finished):
    receiver.answers = [500] * 9
    delivery = finished()
    pauses = []
    for _ in range(7):
        before = timezone.now()
        webhooks.send_due()
        delivery.refresh_from_db()
        if delivery.next_at:
            pauses.append(round((delivery.next_at - before).total_seconds()))
            make_due()
    assert pauses == [10, 60, 600, 3600]
    assert len(receiver.taken) == 5
    assert (delivery.attempts, delivery.sent_at, delivery.next_at) == (5, None, None)
    assert delivery.error == {"code": "answered_with", "status": 500}


def test_a_delivery_is_not_sent_before_it_is_due(receiver, finished):
    receiver.answers = [500]
    finished()
    webhooks.send_due()
    webhooks.send_due()
    assert len(receiver.taken) == 1


def test_no_redirect_is_followed(receiver, finished):
    receiver.answers = [302]
    delivery = finished()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert len(receiver.taken) == 1
    assert delivery.error == {"code": "answered_with", "status": 302}


def test_an_unreachable_receiver_is_recorded(receiver, finished, settings):
    settings.WEBHOOK_URL = "http://127.0.0.1:1/hook"
    delivery = finished()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert delivery.sent_at is None
    reason = "[Errno 111] Connection refused"
    assert delivery.error == {"code": "not_reached", "reason": reason}


def test_only_http_addresses_are_opened(receiver, finished, settings, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    settings.WEBHOOK_URL = secret.as_uri()
    delivery = finished()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.attempts) == (None, 1)


def test_only_one_of_two_workers_sends(receiver, finished):
    delivery = finished()
    assert [webhooks.claim(delivery), webhooks.claim(delivery)] == [True, False]


def test_another_worker_resends_after_a_worker_died(receiver, finished):
    delivery = finished()
    webhooks.claim(delivery)
    make_due()
    webhooks.send_due()
    assert len(receiver.taken) == 1


def test_every_final_status_is_reported(receiver, db):
    waiting = make_job()
    lifecycle.cancel_job(job=waiting)
    stopped = lifecycle.claim(make_job().pk)
    assert stopped is not None
    lifecycle.cancel_job(job=stopped)
    lifecycle.release(stopped)
    lost = lifecycle.claim(make_job(attempt=2).pk)
    assert lost is not None
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(1))
    lifecycle.reconcile()

    webhooks.send_due()

    told = [json.loads(body) for _, body in receiver.taken]
    assert [(each["data"]["job"], each["data"]["status"], each["type"]) for each in told] == [
        (waiting.pk, "canceled", "job.canceled"),
        (stopped.pk, "canceled", "job.canceled"),
        (lost.pk, "failed", "job.failed"),
    ]


def test_a_failed_end_is_not_reported(receiver, db):
    job = lifecycle.claim(make_job().pk)
    assert job is not None
    Job.objects.update(attempt=2)  # now held by another worker
    with pytest.raises(LeaseLost):
        lifecycle.finish(job, "succeeded")
    assert not WebhookDelivery.objects.exists()


def test_without_an_address_no_delivery_is_stored(db):
    job = lifecycle.claim(make_job().pk)
    assert job is not None
    lifecycle.finish(job, "succeeded")
    assert not WebhookDelivery.objects.exists()


def test_an_abandoned_delivery_can_be_restarted(receiver, finished, owner: User):
    delivery = finished()
    WebhookDelivery.objects.update(attempts=5, next_at=None, error={"code": "x"})
    assert webhooks.again(delivery)
    webhooks.send_due()
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.error) == (1, {})
    assert delivery.sent_at is not None
    assert not webhooks.again(delivery)
