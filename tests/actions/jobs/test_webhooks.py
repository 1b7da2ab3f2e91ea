"""Messages about jobs that are over; a receiver in a thread takes them."""

import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.utils import timezone

from recognizer.actions.jobs import lifecycle, webhooks
from recognizer.models import Job, User, WebhookDelivery
from tests.pages.rows import make_job, make_version, serve

SECRET = "known to both"


class Receiver:
    def __init__(self) -> None:
        self.answers: list[int] = []  # the next ones; 204 where there are none
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
    """The message about a job that ended so."""

    def finished(status: str = "failed", **values: Any) -> WebhookDelivery:
        job = lifecycle.claim(make_job().pk)
        assert job is not None
        lifecycle.finish(job, status, **values)
        return WebhookDelivery.objects.get(job=job)

    return finished


def make_due() -> None:
    WebhookDelivery.objects.update(next_at=timezone.now() - timedelta(seconds=1))


def test_the_message_tells_of_the_job_and_of_nobody(receiver, finished, administrator):
    verdict = {"passed": True, "reason": "Better by every check."}
    version = make_version(2, verdict=verdict)
    serve(version, kind="automatic")
    delivery = finished("succeeded", version=version)
    Job.objects.update(requested_by=administrator)

    webhooks.send_due()

    ((headers, body),) = receiver.taken
    told = json.loads(body)
    job = delivery.job
    assert {name: told[name] for name in ("job", "kind", "trigger", "status")} == {
        "job": job.pk,
        "kind": "retrain",
        "trigger": "person",
        "status": "succeeded",
    }
    assert (told["version"], told["promoted"]) == (2, True)
    assert told["reason"] == "Better by every check."
    assert told["delivery"] == delivery.pk == int(headers["X-Delivery"])
    assert all(told[name] for name in ("created_at", "started_at", "finished_at"))
    assert administrator.username not in body.decode()


def test_it_is_signed_over_time_and_body(receiver, finished):
    finished()
    webhooks.send_due()
    ((headers, body),) = receiver.taken
    signed = headers["X-Timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Signature-256"] == f"sha256={expected}"
    assert abs(int(headers["X-Timestamp"]) - timezone.now().timestamp()) < 60


def test_a_candidate_that_was_kept_aside_is_not_promoted(receiver, finished):
    verdict = {"passed": False, "reason": "Not better: MNIST hold-out."}
    finished("succeeded", version=make_version(2, verdict=verdict))
    webhooks.send_due()
    told = json.loads(receiver.taken[0][1])
    assert (told["promoted"], told["reason"]) == (False, "Not better: MNIST hold-out.")


def test_a_failed_job_tells_the_last_line_of_its_reason(receiver, finished):
    finished("failed", error="Traceback\n  File\nValueError: labels")
    webhooks.send_due()
    told = json.loads(receiver.taken[0][1])
    assert (told["status"], told["version"], told["reason"]) == (
        "failed",
        None,
        "ValueError: labels",
    )


def test_what_was_taken_is_not_sent_again(receiver, finished):
    delivery = finished()
    webhooks.send_due()
    make_due()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert len(receiver.taken) == 1
    assert delivery.sent_at is not None
    assert (delivery.attempts, delivery.error) == (1, "")


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
    assert delivery.error == "It answered with status 500."


def test_before_its_time_it_is_not_tried(receiver, finished):
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
    assert delivery.error == "It answered with status 302."


def test_a_receiver_that_is_not_there_is_said_to_be_so(receiver, finished, settings):
    settings.WEBHOOK_URL = "http://127.0.0.1:1/hook"
    delivery = finished()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert delivery.sent_at is None
    assert "It could not be reached: [Errno 111] Connection refused" in delivery.error


def test_no_other_scheme_is_spoken(receiver, finished, settings, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    settings.WEBHOOK_URL = secret.as_uri()
    delivery = finished()
    webhooks.send_due()
    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.attempts) == (None, 1)


def test_of_two_workers_one_sends(receiver, finished):
    delivery = finished()
    assert [webhooks.claim(delivery), webhooks.claim(delivery)] == [True, False]


def test_a_worker_that_dies_while_it_sends_leaves_it_to_the_next(receiver, finished):
    delivery = finished()
    webhooks.claim(delivery)
    make_due()
    webhooks.send_due()
    assert len(receiver.taken) == 1


def test_every_way_to_end_is_told(receiver, db):
    waiting = make_job()
    lifecycle.cancel(job=waiting)
    stopped = lifecycle.claim(make_job().pk)
    assert stopped is not None
    lifecycle.cancel(job=stopped)
    lifecycle.release(stopped)
    lost = lifecycle.claim(make_job(attempt=2).pk)
    assert lost is not None
    Job.objects.filter(pk=lost.pk).update(lease_until=timezone.now() - timedelta(1))
    lifecycle.reconcile()

    webhooks.send_due()

    told = [json.loads(body) for _, body in receiver.taken]
    assert [(each["job"], each["status"]) for each in told] == [
        (waiting.pk, "canceled"),
        (stopped.pk, "canceled"),
        (lost.pk, "failed"),
    ]


def test_an_end_that_does_not_come_about_is_not_told(receiver, db):
    job = lifecycle.claim(make_job().pk)
    assert job is not None
    Job.objects.update(attempt=2)  # another worker's by now
    with pytest.raises(lifecycle.LeaseLost):
        lifecycle.finish(job, "succeeded")
    assert not WebhookDelivery.objects.exists()


def test_without_an_address_nothing_is_kept(db):
    job = lifecycle.claim(make_job().pk)
    assert job is not None
    lifecycle.finish(job, "succeeded")
    assert not WebhookDelivery.objects.exists()


def test_one_that_was_given_up_can_be_sent_again(receiver, finished, owner: User):
    delivery = finished()
    WebhookDelivery.objects.update(attempts=5, next_at=None, error="x")
    assert webhooks.again(delivery)
    webhooks.send_due()
    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.error) == (1, "")
    assert delivery.sent_at is not None
    assert not webhooks.again(delivery)
