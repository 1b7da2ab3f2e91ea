"""Webhooks that report the end of a job: stored as a row, sent later, with retries.

Headers, signature and body follow https://www.standardwebhooks.com. The message contains nothing
about people. docs/jobs.md shows how a receiver checks the signature.
"""

import http.client
import json
import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook

from mlcore.messages import Message, short_reason
from recognizer import codes
from recognizer.models import Deployment, Job, WebhookDelivery
from recognizer.models.jobs import passed_gates, with_verdicts
from recognizer.presentation.messages import in_english

logger = logging.getLogger(__name__)

PAUSES = (0, 10, 60, 600, 3600)  # seconds before each attempt
TIMEOUT_SECONDS = 5
REASON_CHARACTERS = 300
STOPPED = "stopped_by_gates"
UNSENT = WebhookDelivery.objects.filter(sent_at=None)


class Undelivered(Exception):
    """The receiver did not accept the delivery; `message` is the reason."""

    def __init__(self, message: Message) -> None:
        super().__init__(in_english(message))
        self.message = message


def announce(job: Job) -> None:
    """Queue a delivery. Call it in the transaction that ends the job."""
    if settings.WEBHOOK_URL:
        WebhookDelivery.objects.create(job=job, next_at=timezone.now())


def send_due() -> None:
    """Send all due deliveries, one after the other. Blocks as long as the receiver does."""
    if not settings.WEBHOOK_URL:
        return
    due = UNSENT.filter(next_at__lte=timezone.now()).select_related("job__version")
    due = due.defer("job__version__card", "job__version__manifest")
    for delivery in due.order_by("next_at"):
        if claim(delivery):
            send(delivery)


def claim(delivery: WebhookDelivery) -> bool:
    """Take the delivery for one attempt, and schedule the next one in case this one dies."""
    attempts = delivery.attempts + 1
    pause = PAUSES[attempts] if attempts < len(PAUSES) else None
    rows = UNSENT.filter(pk=delivery.pk, attempts=delivery.attempts)
    updated = rows.update(
        attempts=F("attempts") + 1,
        next_at=None if pause is None else timezone.now() + timedelta(seconds=pause),
        error=codes.INTERRUPTED(),
    )
    return updated == 1


def send(delivery: WebhookDelivery) -> None:
    rows = UNSENT.filter(pk=delivery.pk)
    try:
        post(delivery)
    except Undelivered as error:
        logger.warning("%s was not delivered: %s", delivery, error)
        rows.update(error=error.message)
    else:
        rows.update(sent_at=timezone.now(), next_at=None, error={})


def again(delivery: WebhookDelivery) -> bool:
    """Restart an undelivered message from its first attempt. Returns False if it was delivered."""
    restart = {"attempts": 0, "next_at": timezone.now(), "error": {}}
    return UNSENT.filter(pk=delivery.pk).update(**restart) == 1


def post(delivery: WebhookDelivery) -> None:
    """Send the delivery. Raises Undelivered unless the status is 200 to 299."""
    body = json.dumps(message(delivery), cls=DjangoJSONEncoder)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "DigitStudio",
        **signed(f"msg_{delivery.pk}", datetime.now(UTC), body),
    }
    request = urllib.request.Request(  # noqa: S310
        settings.WEBHOOK_URL, body.encode(), headers, method="POST"
    )
    try:
        with opener().open(request, timeout=TIMEOUT_SECONDS):
            pass
    except urllib.error.HTTPError as error:
        error.close()
        raise Undelivered(codes.ANSWERED_WITH(status=error.code)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = str(getattr(error, "reason", error))[:REASON_CHARACTERS]
        raise Undelivered(codes.NOT_REACHED(reason=reason)) from None


def opener() -> urllib.request.OpenerDirector:
    """Open HTTP and HTTPS addresses without following redirects, so only WEBHOOK_URL is reached."""
    director = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        director.add_handler(handler)
    return director


def signed(identifier: str, time: datetime, body: str) -> dict[str, str]:
    """Return the message's three headers. The identifier is the same in every attempt."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(time.timestamp())),
        "webhook-signature": Webhook(settings.WEBHOOK_SECRET).sign(identifier, time, body),
    }


def message(delivery: WebhookDelivery) -> dict[str, Any]:
    """Return the body. A retraining that gates stopped has a status of its own, not `succeeded`."""
    job = delivery.job
    passed = passed_gates(with_verdicts(Job.objects.only("kind", "version")).get(pk=job.pk))
    status = STOPPED if passed is False else job.status
    version, reason = job.version, reason_of(job)
    promoted = (
        version is not None and version.deployments.filter(kind=Deployment.Kind.AUTOMATIC).exists()
    )
    data = {
        "job": job.pk,
        "kind": job.kind,
        "trigger": job.trigger,
        "status": status,
        "version": version.number if version else None,
        "passed_gates": passed,
        "promoted": promoted,
        "reason": in_english(short_reason(reason))[:REASON_CHARACTERS],
        "reason_code": reason.get("code", ""),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
    return {"type": f"job.{status}", "timestamp": job.finished_at, "data": data}


def reason_of(job: Job) -> Message:
    """Return why the job failed, or why its version passed or failed the gates."""
    reason: Message = job.error or (job.version.verdict.get("reason") if job.version else {}) or {}
    return reason
