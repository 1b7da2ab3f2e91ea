"""Telling another program that a job is over: a row with the job's end, sent later, and again.

Headers, signature and body follow https://www.standardwebhooks.com. The message says nothing about
people. docs/jobs.md shows how a receiver checks its signature.
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
from recognizer.presentation.messages import in_english

logger = logging.getLogger(__name__)

PAUSES = (0, 10, 60, 600, 3600)  # seconds before each attempt
TIMEOUT_SECONDS = 5
REASON_CHARACTERS = 300
UNSENT = WebhookDelivery.objects.filter(sent_at=None)


class Undelivered(Exception):
    """The other side did not take the message; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(in_english(message))
        self.message = message


def announce(job: Job) -> None:
    """To be called in the transaction that ends the job."""
    if settings.WEBHOOK_URL:
        WebhookDelivery.objects.create(job=job, next_at=timezone.now())


def send_due() -> None:
    """Sends what is due, one after the other. Takes as long as the receiver does."""
    if not settings.WEBHOOK_URL:
        return
    due = UNSENT.filter(next_at__lte=timezone.now()).select_related("job", "job__version")
    for delivery in due.order_by("next_at"):
        if claim(delivery):
            send(delivery)


def claim(delivery: WebhookDelivery) -> bool:
    """Takes the delivery for one attempt and notes when the next would be due, whatever happens."""
    made = delivery.attempts + 1
    pause = PAUSES[made] if made < len(PAUSES) else None
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
    """Begins anew with one that was given up or waits; whether it had not been taken already."""
    anew = {"attempts": 0, "next_at": timezone.now(), "error": {}}
    return UNSENT.filter(pk=delivery.pk).update(**anew) == 1


def post(delivery: WebhookDelivery) -> None:
    """Raises Undelivered unless the receiver answers with a status of 200 to 299."""
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
    """Speaks HTTP and HTTPS and follows no redirect: the address was configured, not received."""
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
    """The three headers of a message. The identifier is the same at every attempt."""
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(time.timestamp())),
        "webhook-signature": Webhook(settings.WEBHOOK_SECRET).sign(identifier, time, body),
    }


def message(delivery: WebhookDelivery) -> dict[str, Any]:
    job = delivery.job
    version, reason = job.version, reason_of(job)
    promoted = (
        version is not None and version.deployments.filter(kind=Deployment.Kind.AUTOMATIC).exists()
    )
    data = {
        "job": job.pk,
        "kind": job.kind,
        "trigger": job.trigger,
        "status": job.status,
        "version": version.number if version else None,
        "promoted": promoted,
        "reason": in_english(short_reason(reason))[:REASON_CHARACTERS],
        "reason_code": reason.get("code", ""),
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
    return {"type": f"job.{job.status}", "timestamp": job.finished_at, "data": data}


def reason_of(job: Job) -> Message:
    """Why the version serves or does not, or why the job failed."""
    found: Message = job.error or (job.version.verdict.get("reason") if job.version else {}) or {}
    return found
