"""Personal archive: everything the site stores about one person, as a streamed zip."""

import base64
import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Prefetch
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from recognizer import codes
from recognizer.actions.audit.events import record_export
from recognizer.actions.drawings.packed_rows import unpacked_rows
from recognizer.actions.exchange.streamed_zip import Member, zipped
from recognizer.actions.reading.page_tables import rows_of
from recognizer.actions.reading.results import pictures_of, record
from recognizer.models import (
    Answer,
    AuditEvent,
    Correction,
    DeletedDrawing,
    Drawing,
    PagePicture,
    ReadingJob,
    Review,
    ReviewDecision,
    User,
)
from recognizer.models.drawings import DrawingQuerySet
from recognizer.models.versions import with_versions
from recognizer.presentation.messages import in_english

BATCH = 200  # rows in memory at a time, with all that belongs to them
README = _(
    """account.json      the account, and the names of its API tokens
drawings.ndjson   one drawing per line, oldest first: strokes, every version's answer, every label
                  strokes: x, y, t (milliseconds), p (pressure), as they were drawn
                  network_input: the ink that the network saw, 28x28, 784 bytes, base64
                  10 as an answer or a label: not a digit
deleted.ndjson    drawings that you deleted lately and can bring back, without answers and labels
pictures/         the uploaded pictures as they are stored: gray, named by drawing number
labels.ndjson     labels given to other people's drawings
reviews.ndjson    what you decided about labels, with your reasons
decisions.ndjson  what you answered in the review, drawing by drawing
batches.ndjson    what was read in each picture of your batches
pages.ndjson      what was read on your pages, cell by cell, and what you corrected
audit.ndjson      what the audit has about what you did: when, what, on what, and your address
pages/            the pictures of your pages as they are stored: gray, named by page number
"""
)


def export_archive(*, person: User) -> Iterator[bytes]:
    """Return the zip's bytes, to be sent to the person."""
    record_export(codes.ON_OWN_DATA(), by=person)
    return archive(person)


def archive(person: User) -> Iterator[bytes]:
    """Yield the zip's bytes in chunks. At most one batch of drawings is in memory at a time."""
    drawings = Drawing.objects.owned_by(person)
    uploads = drawings.filter(source=Drawing.Source.UPLOAD).order_by("id")
    members: tuple[Member, ...] = (
        ("README.txt", [str(README).encode()]),
        ("account.json", [json.dumps(account(person), indent=2).encode()]),
        ("drawings.ndjson", map(line, map(drawing_record, with_history(drawings)))),
        ("deleted.ndjson", map(line, map(deleted_record, deleted_by(person)))),
        ("labels.ndjson", map(line, map(label_record, labels_given(person)))),
        ("reviews.ndjson", map(line, map(review_record, reviews_by(person)))),
        ("decisions.ndjson", map(line, map(decision_record, decisions_of(person)))),
        ("batches.ndjson", map(line, batch_records(person))),
        ("pages.ndjson", map(line, page_records(person))),
        ("audit.ndjson", map(line, map(audit_record, own_events(person)))),
    )
    yield from zipped(chain(members, pictures(uploads), page_pictures(person)))


def line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, cls=DjangoJSONEncoder).encode() + b"\n"


def account(person: User) -> dict[str, Any]:
    return {
        "username": person.get_username(),
        "email": person.email,
        "joined": person.date_joined.isoformat(),
        "last_signed_in": person.last_login.isoformat() if person.last_login else None,
        "groups": list(person.groups.values_list("name", flat=True)),
        "api_tokens": list(person.api_tokens.values_list("name", flat=True)),
    }


def with_history(drawings: DrawingQuerySet) -> Iterator[Drawing]:
    corrections = Correction.objects.order_by("id").prefetch_related("reviews")
    answers = with_versions(Answer.objects.order_by("id"))
    fetched = (Prefetch("corrections", corrections), Prefetch("answers", answers))
    rows = drawings.defer("picture", "directions").prefetch_related(*fetched)
    return rows.order_by("id").iterator(BATCH)


def drawing_record(drawing: Drawing) -> dict[str, Any]:
    return {
        "id": drawing.pk,
        "created_at": drawing.created_at,
        "source": drawing.source,
        "label": drawing.number or drawing.label,
        "label_state": drawing.label_state,
        "answers": [answer_record(answer) for answer in drawing.answers.all()],
        "labels": [
            {**label_record(each), "by_you": each.by_id == drawing.owner_id}
            for each in drawing.corrections.all()
        ],
        "strokes": drawing.strokes,
        "network_input": base64.b64encode(bytes(drawing.network_input)).decode(),
    }


def deleted_by(person: User) -> Iterator[DeletedDrawing]:
    return DeletedDrawing.objects.filter(owner=person).order_by("number").iterator(BATCH)


def deleted_record(deleted: DeletedDrawing) -> dict[str, Any]:
    drawing = unpacked_rows(deleted.rows)["rows"][0]["fields"]
    columns = ("source", "strokes", "picture", "network_input")  # of the release that deleted it
    return {
        "id": deleted.number,
        "created_at": parse_datetime(drawing["created_at"]),
        "deleted_at": deleted.deleted_at,
        "label": drawing.get("number") or drawing.get("label"),
        **{name: drawing.get(name) for name in columns},
    }


def answer_record(answer: Answer) -> dict[str, Any]:
    return {
        "version": answer.version.number,
        "created_at": answer.created_at,
        "answer": answer.number_text or answer.label,
        "confidence": answer.confidence,
        "probabilities": answer.probabilities,
        "not_a_digit": answer.not_a_digit,
    }


def label_record(correction: Correction) -> dict[str, Any]:
    """Return a label with its reviews, without the reviewers' names."""
    reviews = sorted(correction.reviews.all(), key=lambda review: review.pk)
    return {
        "drawing": correction.drawing_id,
        "created_at": correction.created_at,
        "from": correction.from_label,
        "to": correction.as_written,
        "source": correction.source,
        "state": correction.state,
        "reviews": [verdict_record(each) for each in reviews],
    }


def verdict_record(review: Review) -> dict[str, Any]:
    columns = ("created_at", "verdict", "reason", "reason_code")
    return {name: getattr(review, name) for name in columns}


def labels_given(person: User) -> Iterator[Correction]:
    """Return labels of other people's drawings. Only the drawing's number is exported."""
    given = Correction.objects.filter(by=person).exclude(drawing__owner=person)
    return given.prefetch_related("reviews").order_by("id").iterator(BATCH)


def reviews_by(person: User) -> Iterator[Review]:
    rows = Review.objects.filter(by=person).select_related("correction")
    return rows.order_by("id").iterator(BATCH)


def review_record(review: Review) -> dict[str, Any]:
    return {
        "drawing": review.correction.drawing_id,
        "label": review.correction.as_written,
        **verdict_record(review),
    }


def decisions_of(person: User) -> Iterator[ReviewDecision]:
    return ReviewDecision.objects.filter(by=person).order_by("id").iterator(BATCH)


def decision_record(decision: ReviewDecision) -> dict[str, Any]:
    columns = ("created_at", "why", "label", "answer", "verdict", "undone_at")
    about = {name: getattr(decision, name) for name in columns}
    return {"drawing": decision.drawing_id, **about}


def batch_records(person: User) -> Iterator[dict[str, Any]]:
    """Yield the results of all batches. Files that still wait are not in the archive."""
    for job in ReadingJob.objects.batches_of(person).order_by("id"):
        for picture in pictures_of(job).iterator(BATCH):
            yield {"batch": job.pk, "created_at": job.created_at, **record(picture)}


def page_records(person: User) -> Iterator[dict[str, Any]]:
    """Yield all pages with their cells."""
    columns = ("read", "correction", "confidence", "box")
    for job in ReadingJob.objects.pages_of(person).order_by("id"):
        rows = [
            [{name: getattr(cell, name) for name in columns} for cell in row]
            for row in rows_of(job)
        ]
        about = {"page": job.pk, "created_at": job.created_at, "name": job.page.name}
        yield {**about, "status": job.status, "kind": job.page.kind or None, "rows": rows}


def own_events(person: User) -> Iterator[AuditEvent]:
    return AuditEvent.objects.filter(by_number=person.pk).order_by("id").iterator(BATCH)


def audit_record(event: AuditEvent) -> dict[str, Any]:
    """Return an event by its codes, and its subject in words."""
    return {
        "created_at": event.created_at,
        "what": event.kind,
        "on": in_english(event.subject),
        "address": event.address,
    }


def page_pictures(person: User) -> Iterator[Member]:
    for page in PagePicture.objects.filter(job__owner=person).order_by("pk").iterator(1):
        yield f"pages/{page.pk}.png", [bytes(page.picture)]


def pictures(uploads: DrawingQuerySet) -> Iterator[Member]:
    """Yield the pictures with one in memory at a time."""
    for pk, picture in uploads.values_list("pk", "picture").iterator(1):
        yield f"pictures/{pk}.png", [bytes(picture or b"")]
