"""Automatic retraining: after enough new labels, or on a schedule.

Any process may call these functions at any time. They do nothing if no label was approved since the
last retraining was queued, or if a retraining is still open.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.jobs.job_requests import request_retraining
from recognizer.actions.labels.label_history import APPROVED, newest_approved
from recognizer.actions.training.selection import expected_selection
from recognizer.errors import Refused
from recognizer.models import Chore, Correction, Job

logger = logging.getLogger(__name__)
Kind, Trigger = Job.Kind, Job.Trigger
CHORE = "automatic retraining"
EVERY = timedelta(seconds=30)  # whether one is due may take all approved labels to say


def retrain_if_due() -> None:
    """Look once in EVERY, whichever worker comes first."""
    if settings.RETRAIN_AFTER_CORRECTIONS and Chore.objects.is_due(CHORE, every=EVERY):
        retrain_after_corrections()


def retrain_after_corrections() -> Job | None:
    """Queue a retraining if there are at least RETRAIN_AFTER_CORRECTIONS new labels."""
    minimum = settings.RETRAIN_AFTER_CORRECTIONS
    return retrain(Trigger.CORRECTIONS, minimum) if minimum else None


def retrain_on_schedule() -> Job | None:
    """Queue a retraining if there is any new label."""
    return retrain(Trigger.SCHEDULE, 1)


def retrain(trigger: str, minimum: int) -> Job | None:
    """Queue a retraining if one is due. Returns the job, or None."""
    if not is_due(minimum):
        return None
    try:
        with transaction.atomic():
            if not is_due(minimum):  # checked again inside the transaction
                return None
            return request_retraining(by=None, trigger=trigger)
    except IntegrityError as error:
        if not is_taken(error, Job, "kind"):  # one_automatic_retraining_is_open
            raise
        return None
    except Refused as refusal:
        logger.info("no retraining: %s", refusal.message)
        return None


def is_due(minimum: int) -> bool:
    """Whether no retraining is open, `minimum` labels are new, and one of them is trainable."""
    retrainings = Job.objects.filter(kind=Kind.RETRAIN)
    if retrainings.filter(status__in=Job.OPEN).exists():
        return False
    last = retrainings.aggregate(at=Max("created_at"))["at"]
    new = set(approved_since(last).values_list("pk", flat=True))
    if len(new) < minimum:
        return False
    return any(example.correction in new for example in expected_selection().training)


def approved_since(moment: datetime | None) -> QuerySet[Correction]:
    """Return the newest approved label of every drawing, if it was approved after `moment`."""
    rows = Correction.objects.filter(pk__in=newest_approved())
    if moment is None:
        return rows
    reviewed = Q(reviews__verdict=APPROVED, reviews__created_at__gt=moment)
    at_once = Q(reviews=None, created_at__gt=moment)
    return rows.filter(reviewed | at_once).distinct()
