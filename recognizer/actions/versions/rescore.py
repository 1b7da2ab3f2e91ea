"""Re-scoring: a version answers stored drawings. Answers are added; none is replaced.

The version answers the stored network input and does not compute it again from the strokes.
Otherwise a change in preprocessing would make the answers of two versions incomparable.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recognizer.actions.drawings.recognition import Ink, ask, with_number
from recognizer.actions.drawings.store import new_answer
from recognizer.actions.jobs import lifecycle
from recognizer.actions.jobs.database_errors import is_taken
from recognizer.actions.versions.serving import Networks, load_bundle
from recognizer.errors import Conflict
from recognizer.models import Answer, Drawing, Job, ModelVersion

BATCH = 200
READ = ("network_input", "directions", "strokes", "picture")  # columns of a drawing
BATCH_SECONDS = 1.0  # a batch's time limit, so that heartbeat and cancellation stay fast
Kind, Status, Trigger = Job.Kind, Job.Status, Job.Trigger


def queue_rescore(
    *, version: ModelVersion, by: AbstractBaseUser | None, trigger: str = Trigger.PERSON
) -> Job:
    """Queue a job in which `version` answers all drawings that it has not answered.

    Raises Conflict if there are none, or if such a job is already open.
    """
    if not Drawing.objects.unanswered_by(version).exists():
        words = _("%(version)s has already answered every drawing.")
        raise Conflict(capfirst(words % {"version": version}))
    refuse_if_open(version)
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=Kind.RESCORE,
                trigger=trigger,
                requested_by_id=by.pk if by else None,
                asked_version=version,
            )
    except IntegrityError as error:
        if not is_taken(error, Job, "asked_version"):
            raise
        refuse_if_open(version)
        raise Conflict(_("Another re-scoring was requested at this moment. Try again.")) from error
    transaction.on_commit(lambda: lifecycle.wake(job.pk))
    return job


def refuse_if_open(version: ModelVersion) -> None:
    """Raise Conflict if a re-scoring with this version is queued or running."""
    if same := version.rescores.filter(status__in=Job.OPEN).first():
        words = _("Job %(number)s is already re-scoring with %(version)s.")
        raise Conflict(words % {"number": same.pk, "version": version})


def rescore_with_new(version: ModelVersion, *, by: AbstractBaseUser | None) -> Job | None:
    """Queue the re-scoring of a newly deployed version, if enabled and if any drawing needs it."""
    if not settings.RESCORE_AFTER_PROMOTION:
        return None
    try:
        return queue_rescore(version=version, by=by, trigger=Trigger.PROMOTION)
    except Conflict:
        return None


def attempt(job: Job, folder: Path) -> None:
    """Re-score, newest drawing first. Between batches, give way to a waiting training.

    Raises LeaseLost, and UnusableBundle if the version's files are damaged.
    """
    version = ModelVersion.objects.get(rescores=job)
    networks = Networks.of(load_bundle(version))
    progress = Progress.at_start(version)
    last = progress.newest
    while batch := next_batch(version, last):
        answers = answers_to(batch, networks, version)
        last = answers[-1].drawing_id - 1
        store(job, answers, progress)
        if lifecycle.waiting().exclude(kind=Kind.RESCORE).exists():
            lifecycle.give_way(job)
            return
    conclude(job, version, progress)


def conclude(job: Job, version: ModelVersion, progress: "Progress") -> None:
    """End the job. Its result counts the drawings answered in all its attempts."""
    answers = version.answers.filter(created_at__gte=job.created_at)
    read = answers.filter(drawing__created_at__lt=job.created_at).count()
    result = {"drawings": progress.total, "read": read}
    done = progress.as_row("done") | {"fraction": 1.0}
    lifecycle.finish(job, Status.SUCCEEDED, result=result, progress=done)


def next_batch(version: ModelVersion, last: int) -> list[Drawing]:
    """Return up to BATCH unanswered drawings with their network input, from id `last` downward."""
    rows = Drawing.objects.unanswered_by(version).filter(pk__lte=last)
    return list(rows.order_by("-pk").only(*READ)[:BATCH])


def answers_to(batch: Sequence[Drawing], networks: Networks, version: ModelVersion) -> list[Answer]:
    """Answer as many drawings of the batch as BATCH_SECONDS allow, at least one."""
    deadline = time.monotonic() + BATCH_SECONDS
    answers: list[Answer] = []
    for drawing in batch:
        answers.append(answer_to(drawing, networks, version))
        if time.monotonic() >= deadline:
            break
    return answers


def answer_to(drawing: Drawing, networks: Networks, version: ModelVersion) -> Answer:
    """Return an unsaved answer, bit for bit equal to the one that `save_drawing` stores."""
    network_input = np.divide(drawing.planes, 255, dtype=np.float32)
    answer, latency_ms = ask(
        networks.recognizer, network_input, augmented=settings.STORED_ANSWERS_AUGMENTED
    )
    ink = Ink.stored(network_input, strokes=drawing.strokes, picture=drawing.picture)
    answer, number = with_number(answer, ink, networks)
    return new_answer(drawing, version.pk, answer, latency_ms, number)


def store(job: Job, answers: list[Answer], progress: "Progress") -> None:
    """Renew the lease and store the answers in one transaction, so that a lost lease stores none.

    Drawings that have been deleted or answered in the meantime are skipped.
    """
    wanted = [answer.drawing_id for answer in answers]
    progress.read += len(answers)
    with transaction.atomic():
        lifecycle.renew(job, progress.as_row())
        locked = Drawing.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        existing = set(locked.values_list("pk", flat=True))
        rows = [answer for answer in answers if answer.drawing_id in existing]
        Answer.objects.bulk_create(rows, ignore_conflicts=True)


@dataclass
class Progress:
    """The progress of an attempt. Drawings that are saved while it runs are not included.

    newest: the highest drawing id; total: the number of drawings up to it; before: how many of them
    the version had answered before this attempt; read: how many it has answered since.
    """

    newest: int
    total: int
    before: int
    read: int = 0
    started: float = field(default_factory=time.monotonic)

    @classmethod
    def at_start(cls, version: ModelVersion) -> "Progress":
        newest = Drawing.objects.aggregate(pk=Max("pk"))["pk"] or 0
        total = Drawing.objects.filter(pk__lte=newest).count()
        answered = Answer.objects.filter(version=version, drawing__lte=newest).count()
        return cls(newest, total, answered)

    @property
    def done(self) -> int:
        return min(self.before + self.read, self.total)

    def as_row(self, phase: str = "re-score") -> dict[str, Any]:
        """Return the progress as it is stored on the job's row."""
        per_second = self.read / max(time.monotonic() - self.started, 1e-3)
        return {
            "phase": phase,
            "fraction": self.done / max(self.total, 1),
            "done": self.done,
            "total": self.total,
            "per_second": round(per_second, 1),
            "seconds_left": round((self.total - self.done) / per_second) if per_second else None,
        }
