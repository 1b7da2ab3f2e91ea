"""Deleted drawings come back as they were, or not at all."""

import json
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db.models import CASCADE, Model
from django.utils import timezone

from recognizer.actions.accounts.deletion import delete_account
from recognizer.actions.drawings import deletion
from recognizer.actions.drawings.deletion import delete_drawings, restore_drawings
from recognizer.actions.drawings.packed_rows import (
    BELONGING,
    POINTING,
    packed_drawings,
    store_again,
    unpacked_rows,
)
from recognizer.actions.drawings.quota import usage_of
from recognizer.actions.housekeeping import clean
from recognizer.actions.labels.label_history import label_drawing
from recognizer.actions.labels.review_decisions import review_drawing
from recognizer.actions.training.manifest import record_examples
from recognizer.errors import Missing, QuotaReached
from recognizer.models import (
    Answer,
    AuditEvent,
    BatchPicture,
    Correction,
    DeletedDrawing,
    Drawing,
    IdempotencyKey,
    ModelVersion,
    ReadingJob,
    ReviewDecision,
    ReviewLease,
    SecondLabel,
    User,
)
from recognizer.presentation.messages import in_english
from tests.pages.rows import answered, make_drawing, make_version, serve

SHORT_LIVED = {ReviewLease, IdempotencyKey}  # not brought back


def all_rows(drawing: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return every column of all rows that belong to the drawing, or point to it."""
    found: list[tuple[type[Model], str]] = [(Drawing, "pk"), *BELONGING, *POINTING]
    return [
        (
            model._meta.label,
            list(model._default_manager.filter(**{path: drawing}).order_by("pk").values()),
        )
        for model, path in found
    ]


def full(owner: User, reviewer: User, version: ModelVersion) -> Drawing:
    """A drawing with a row in every table that knows it."""
    drawing, other = make_drawing(owner, size=900), make_drawing(owner)
    answered(drawing, version, 7)
    label_drawing(drawing=drawing, by=owner, label="3.5", source="studio")
    waiting = Correction.objects.get(drawing=drawing)
    decision = review_drawing(
        drawing=drawing, by=reviewer, correction=waiting.pk, label=4, key=uuid4()
    )
    SecondLabel.objects.create(drawing=drawing, first=decision, asked_by=reviewer)
    version.learned_from.add(Correction.objects.get(drawing=drawing, by=reviewer))
    Drawing.objects.filter(pk=drawing.pk).update(gold_at=timezone.now(), gold_by=reviewer)
    Correction.objects.create(
        drawing=other, to_label=1, source="studio", state="pending", near_duplicate_of=drawing
    )
    batch = ReadingJob.objects.create(owner=owner, kind="batch")
    BatchPicture.objects.create(job=batch, index=0, name="a.png", drawing=drawing)
    return drawing


@pytest.fixture
def served(db: None) -> ModelVersion:
    version = make_version(1)
    serve(version)
    return version


def test_all_comes_back_as_it_was(owner: User, reviewer: User, served: ModelVersion) -> None:
    drawing = full(owner, reviewer, served)
    before = all_rows(drawing.pk)
    assert all(rows for _table, rows in before)

    delete_drawings(owner=owner, ids=[drawing.pk])
    assert not any(rows for _table, rows in all_rows(drawing.pk))

    restore_drawings(owner=owner, ids=[drawing.pk])
    assert all_rows(drawing.pk) == before
    assert not DeletedDrawing.objects.exists()
    restored = AuditEvent.objects.get(kind="drawings_restored")
    assert (restored.by_number, in_english(restored.subject)) == (
        owner.pk,
        f"1 drawing: {drawing.pk}",
    )


def test_no_table_that_knows_drawings_is_forgotten() -> None:
    known = {model for model, _path in [*BELONGING, *POINTING]} | SHORT_LIVED | {Drawing}
    belongs = {Drawing, *(model for model, _path in BELONGING)}
    for model in apps.get_app_config("recognizer").get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in belongs:
                assert model in known, f"{model.__name__} is lost when a drawing is brought back"
                cascades = field.remote_field.on_delete is CASCADE
                assert model in belongs | SHORT_LIVED or not cascades


def test_a_picture_and_an_hour_of_labels_keep_their_times(owner: User, served: Any) -> None:
    drawing = make_drawing(owner, source="upload", picture=b"\x89PNG\xff\x00", strokes=None)
    answer = answered(drawing, served, 3)
    long_ago = timezone.now() - timedelta(days=400)
    Answer.objects.filter(pk=answer.pk).update(created_at=long_ago)

    delete_drawings(owner=owner, ids=[drawing.pk])
    restore_drawings(owner=owner, ids=[drawing.pk])

    assert bytes(Drawing.objects.get().picture or b"") == b"\x89PNG\xff\x00"
    assert Answer.objects.get().created_at == long_ago


def test_people_and_versions_that_are_gone_are_left_out(
    owner: User, reviewer: User, served: ModelVersion
) -> None:
    drawing = full(owner, reviewer, served)
    answered(drawing, make_version(2), 5)
    delete_drawings(owner=owner, ids=[drawing.pk])
    delete_account(person=reviewer)
    ModelVersion.objects.filter(number=2).delete()

    restore_drawings(owner=owner, ids=[drawing.pk])

    back = Drawing.objects.get(pk=drawing.pk)
    assert (back.label, back.gold_by) == (4, None)
    assert [answer.version.number for answer in back.answers.all()] == [1]
    assert ReviewDecision.objects.get().by is None
    assert set(back.corrections.values_list("by", flat=True)) == {owner.pk, None}


def test_it_brings_back_all_or_none(owner: User, stranger: User) -> None:
    mine, theirs = make_drawing(owner), make_drawing(stranger)
    delete_drawings(owner=owner, ids=[mine.pk])
    delete_drawings(owner=stranger, ids=[theirs.pk])

    for ids in ([mine.pk, theirs.pk], [mine.pk, 10**40]):
        with pytest.raises(Missing):
            restore_drawings(owner=owner, ids=ids)
    assert not Drawing.objects.exists()

    restore_drawings(owner=owner, ids=[mine.pk])
    with pytest.raises(Missing):
        restore_drawings(owner=owner, ids=[mine.pk])


def test_the_quota_counts_what_is_back(owner: User, settings: Any) -> None:
    first = make_drawing(owner, size=900)
    delete_drawings(owner=owner, ids=[first.pk])
    assert usage_of(owner).drawings == 0
    make_drawing(owner)
    settings.QUOTA_DRAWINGS = 1
    with pytest.raises(QuotaReached):
        restore_drawings(owner=owner, ids=[first.pk])
    assert DeletedDrawing.objects.count() == 1

    settings.QUOTA_DRAWINGS = 2
    restore_drawings(owner=owner, ids=[first.pk])
    assert usage_of(owner).drawings == 2


def test_they_go_when_their_time_is_over(owner: User, settings: Any) -> None:
    settings.UNDO_DAYS = 3
    old, newer = make_drawing(owner), make_drawing(owner)
    delete_drawings(owner=owner, ids=[old.pk, newer.pk])
    three_days = timezone.now() - timedelta(days=3, seconds=1)
    DeletedDrawing.objects.filter(number=old.pk).update(deleted_at=three_days)
    clean()

    assert list(DeletedDrawing.objects.values_list("number", flat=True)) == [newer.pk]


def test_after_their_time_nothing_brings_them_back(owner: User, settings: Any) -> None:
    """Also if no worker has cleaned yet."""
    settings.UNDO_DAYS = 3
    drawing = make_drawing(owner)
    delete_drawings(owner=owner, ids=[drawing.pk])
    DeletedDrawing.objects.update(deleted_at=timezone.now() - timedelta(days=3, seconds=1))

    with pytest.raises(Missing):
        restore_drawings(owner=owner, ids=[drawing.pk])


def test_a_version_that_was_trained_meanwhile_is_known_to_have_learned_from_it(
    owner: User, reviewer: User, served: ModelVersion
) -> None:
    drawing = make_drawing(owner)
    label = label_drawing(drawing=drawing, by=reviewer, label=7, source="api")
    delete_drawings(owner=owner, ids=[drawing.pk])
    made = make_version(2, manifest={"corrections": [label.pk]})
    record_examples(made)
    assert not made.learned_from.exists()

    restore_drawings(owner=owner, ids=[drawing.pk])

    assert [each.pk for each in made.learned_from.all()] == [label.pk]


def test_of_many_the_newest_are_kept(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "MOST_KEPT", 2)
    ids = [make_drawing(owner).pk for _ in range(3)]
    for pk in ids:
        delete_drawings(owner=owner, ids=[pk])

    assert set(DeletedDrawing.objects.values_list("number", flat=True)) == set(ids[1:])


def test_a_deletion_is_final_if_the_site_says_so(owner: User, settings: Any) -> None:
    settings.UNDO_DAYS = 0
    assert delete_drawings(owner=owner, ids=[make_drawing(owner).pk]) is None
    assert not DeletedDrawing.objects.exists()


def test_closing_an_account_removes_them_at_once(owner: User) -> None:
    delete_drawings(owner=owner, ids=[make_drawing(owner).pk])
    delete_account(person=owner)
    assert not DeletedDrawing.objects.exists()


def test_hundreds_take_no_more_queries_than_a_few(
    owner: User, django_assert_max_num_queries: Callable
) -> None:
    ids = [make_drawing(owner).pk for _ in range(40)]
    with django_assert_max_num_queries(40):
        delete_drawings(owner=owner, ids=ids)
    restore_drawings(owner=owner, ids=ids)
    assert Drawing.objects.count() == 40


def test_answers_of_an_earlier_release_do_not_say_whose_they_are(
    owner: User, version: ModelVersion
) -> None:
    drawing = make_drawing(owner)
    answered(drawing, version, 7)
    [(_, packed)] = packed_drawings([drawing.pk])
    rows = unpacked_rows(packed)
    [answer] = [row for row in rows["rows"] if row["model"] == "recognizer.answer"]
    del answer["fields"]["owner"]
    drawing.delete()

    store_again([zlib.compress(json.dumps(rows, default=str).encode())])

    assert Answer.objects.get().owner == owner
