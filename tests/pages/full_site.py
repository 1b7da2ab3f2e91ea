"""Rows of every kind: labels, jobs and batches in every state, and two versions to compare."""

from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from mlcore.codes import PAGE_TURNED
from mlcore.pictures.encoding import png
from recognizer import codes
from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.actions.jobs import lifecycle
from recognizer.actions.versions import promotion
from recognizer.models import (
    BatchPicture,
    Correction,
    Job,
    ModelVersion,
    PageCell,
    PagePicture,
    ReadingJob,
    Review,
    User,
    WebhookDelivery,
)
from tests.actions.versions import verdicts
from tests.pages.rows import NETWORK_INPUT, answered, make_drawing, make_job

NOW = timezone.now()
PICTURE = png(np.full((28, 28), 255, np.uint8))
UPLOADED = {"source": "upload", "strokes": None, "picture": PICTURE}
BINS = [
    {"confidence": 0.55, "accuracy": 0.5, "n": 40},
    {"confidence": 0.98, "accuracy": 0.97, "n": 2_000},
]
CONFUSION = [[9 if truth == said else int(said == 10) for said in range(11)] for truth in range(11)]
HISTORY = [{"epoch": n, "loss": 0.9 / n, "accuracy": 0.9 + n / 100} for n in (1, 2, 3)]


def metrics() -> dict[str, Any]:
    found = verdicts.report()["after"]
    found["gold"] = verdicts.measured(60, 0.95)
    found["mnist_test"] |= {"ten_way_accuracy": 0.997, "digits_refused": 0.001}
    found["holdout"] |= {"reliability": BINS, "confusion": CONFUSION, "negatives_refused": 0.98}
    found["holdout"]["before_temperature"] = {
        "negative_log_likelihood": 0.03,
        "expected_calibration_error": 0.01,
    }
    found["holdout"]["selective"] = {"coverage": 0.95, "accuracy": 0.9991}
    found["pen_holdout"] |= {"reliability": BINS, "digits_refused": 0.002}
    found["mnist_holdout"] |= {"digits_refused": 0.002}
    return found


def card() -> dict[str, Any]:
    return {
        "format": 2,
        "parameters": 336_427,
        "multiply_adds": 16_912_345,
        "latency_ms": 0.4321,
        "calibration": {
            "strokes": {"temperature": 1.2345, "threshold": 0.5},
            "picture": {"temperature": 0.6789, "threshold": 0.75},
        },
        "seed": 7,
        "history": HISTORY,
        "recipe": {"epochs": 24, "learning_rate": 0.002},
        "command": "python -m mlcore train",
        "data": {"mnist": "2" * 64, "pen": "3" * 64},
    }


def retrained() -> dict[str, Any]:
    """Return the fields of a retrained version that failed its gates."""
    report = verdicts.report()
    report["after"]["embedded"]["accuracy"] = 0.9
    left_out = [{"why": codes.NEARLY_SAME(), "corrections": [4, 5]}]
    manifest = {"corrections": [1, 2], "holdout": [3], "gold": [8], "left_out": left_out}
    manifest |= {"gold_corrections": [9]}
    manifest |= {f"{name}_sha256": "1" * 64 for name in ("corrections", "holdout", "gold")}
    rehearsed = {"generated": 9, "drawn": 3, "negatives": 1}
    manifest |= {"trained_on": {"corrections": 2, "rehearsal": rehearsed}}
    return {"metrics": metrics(), "verdict": promotion.judge(report), "manifest": manifest}


def labels(owner: User, reviewer: User, first: ModelVersion, second: ModelVersion) -> None:
    """Make drawings with labels in every state; the second version fixed and broke some answers."""
    for label, was, now, state in (
        *((7, 1, 7, "approved"), (7, 7, 1, "approved"), (10, 4, 10, "approved")),
        *((3, 3, 3, "pending"), (5, 3, 3, "pending"), (None, 2, 2, "")),
    ):
        source = UPLOADED if label == 5 else {}
        drawing = make_drawing(owner, label=label, label_state=state, **source)
        answered(drawing, first, was, 0.6)
        answered(drawing, second, now, 0.99999)
        if label is not None:
            about = {"drawing": drawing, "by": owner, "source": "studio"}
            given = Correction.objects.create(
                **about, from_label=None if label == 3 else 4, to_label=label, state=state
            )
            if label == 7:
                second.learned_from.add(given)
                Review.objects.create(correction=given, by=reviewer, verdict="approved")
    delete_drawings(owner=owner, ids=[make_drawing(owner).pk])
    gone = Correction.objects.filter(to_label=10).get()
    Review.objects.create(correction=gone, verdict="withdrawn", reason_code="undone")
    Correction.objects.create(
        drawing=gone.drawing, from_label=1, to_label=1, state="withdrawn", source="review"
    )
    second.learned_from.add(Correction.objects.filter(state="withdrawn").get())


def jobs(trainer: User, first: ModelVersion, second: ModelVersion) -> None:
    """Make jobs of every kind and in every state."""
    times = {"started_at": NOW - timedelta(seconds=70), "finished_at": NOW}
    made = make_job(status="succeeded", version=second, attempt=2, crashes=1, **times)
    WebhookDelivery.objects.create(
        job=made, attempts=2, next_at=NOW, error=codes.ANSWERED_WITH(status=500)
    )
    step = codes.STEP_DONE(step=1, steps=10, loss=0.125, share=0.875)
    lifecycle.note(made, codes.ATTEMPT_STARTED(number=1), step)
    make_job(kind="train", status="failed", error=codes.OUT_OF_MEMORY(), **times)
    make_job(kind="rescore", status="canceled", asked_version=first, trigger="promotion")
    read = {"read": 1_234, "drawings": 2_000}
    done = make_job(kind="rescore", status="succeeded", asked_version=first, result=read, **times)
    WebhookDelivery.objects.create(job=done, attempts=1, sent_at=NOW)
    progress = {"phase": "train", "fraction": 0.4567, "epoch": 2, "epochs": 9, "loss": 0.1234}
    progress |= {"holdout_accuracy": 0.9876, "per_second": 12.3, "seconds_left": 70}
    progress |= {"history": HISTORY[:2]}
    config = {"architecture": "mlp", "seed": 1, "recipe": {"epochs": 3}}
    make_job(kind="train", status="running", progress=progress, config=config, requested_by=trainer)
    make_job(status="queued", trigger="schedule")
    Job.objects.filter(status="queued").update(created_at=NOW)


def batches(owner: User, version: ModelVersion) -> None:
    """Make a batch in every state, with pictures of every status, and more than a page of them."""
    counts = {"total": 70, "done": 70, "fraction": 1.0, "read": 67, "refused": 1, "failed": 1}
    reading = {"done": 35, "fraction": 0.5, "per_second": 12.3, "seconds_left": 70}
    for status, progress, error in (
        ("succeeded", {**counts, "skipped": 1}, {}),
        ("failed", counts, codes.OUT_OF_MEMORY()),
        ("running", {**counts, **reading}, {}),
        ("queued", {**counts, "done": 0, "read": 0, "refused": 0, "failed": 0}, {}),
    ):
        about = {"status": status, "progress": progress, "error": error}
        job = ReadingJob.objects.create(owner=owner, kind="batch", **about)
    job = ReadingJob.objects.get(status="succeeded")
    reasons = {"failed": codes.DAMAGED_MEMBER(), "refused": codes.UNSURE()}
    reasons |= {"skipped": codes.HIDDEN_FILE(), "waiting": {}}
    BatchPicture.objects.bulk_create(
        BatchPicture(job=job, index=index, name="7", status=status, reason=reason)
        for index, (status, reason) in enumerate(reasons.items())
    )
    read = {"status": "read", "text": "7", "answer": 7, "confidence": 0.987}
    read |= {"version": version, "network_input": NETWORK_INPUT.tobytes()}
    BatchPicture.objects.bulk_create(
        BatchPicture(job=job, index=index, name="7" * 50, **read) for index in range(4, 70)
    )


def pages(owner: User, version: ModelVersion) -> None:
    """Make a page in every state; the table has sure, doubtful, corrected and empty cells."""
    for status, progress, error in (
        ("succeeded", {"done": 1, "total": 1, "fraction": 1}, {}),
        ("failed", {"done": 0, "total": 1, "fraction": 0}, PAGE_TURNED(degrees=90)),
        ("running", {"done": 0, "total": 1, "fraction": 0.5}, {}),
        ("queued", {"done": 0, "total": 1, "fraction": 0}, {}),
    ):
        about = {"status": status, "progress": progress, "error": error}
        job = ReadingJob.objects.create(owner=owner, kind="page", **about)
        picture = {"picture": png(np.full((60, 90), 255, np.uint8)), "width": 90, "height": 60}
        PagePicture.objects.create(job=job, name="7", **picture)
    read = PagePicture.objects.get(job__status="succeeded")
    PagePicture.objects.filter(pk=read.pk).update(kind="table", version=version)
    cells = [("17", 0.99, None), ("4", 0.5, None), ("71", 0.6, "11"), ("", 1, None)]
    PageCell.objects.bulk_create(
        PageCell(
            page=read,
            row=row,
            column=column,
            read=text,
            correction=correction,
            confidence=confidence,
            box=[10 + 20 * column, 10 + 20 * row, 24 + 20 * column, 24 + 20 * row],
            is_written=bool(text),
        )
        for row in range(2)
        for column, (text, confidence, correction) in enumerate(cells)
    )
