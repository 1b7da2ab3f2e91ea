"""Constraints of the database, and the absence of redundant indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint, Q, UniqueConstraint

from recognizer.models import Answer, Correction, Drawing, Job, ReviewDecision, User
from tests.actions.labels.queue import labeled, review
from tests.pages.rows import DRAWN, answered, make_drawing, make_job, make_version

MODELS = list(apps.get_app_config("recognizer").get_models())


def refused(rows: models.QuerySet, **values: Any) -> bool:
    try:
        with transaction.atomic():
            rows.update(**values)
    except IntegrityError:
        return True
    return False


@pytest.fixture
def correction(owner: User) -> Correction:
    return labeled(owner)


@pytest.fixture
def answer(owner: User) -> Answer:
    return answered(make_drawing(owner), make_version(1), 7)


@pytest.fixture
def decision(correction: Correction, reviewer: User) -> ReviewDecision:
    return review(correction, reviewer, 7)


@pytest.mark.parametrize(
    ("column", "allowed", "wrong"),
    [
        ("from_label", (None, 0, 10, "2026"), "x"),
        ("to_label", (0, 10, "2026"), ""),
        ("label_quality", (None, 0.0, 1.0), 1.01),
        ("label_quality", (0.5,), -0.01),
        ("source", ("api",), "nowhere"),
        ("state", ("rejected",), "maybe"),
    ],
)
def test_a_correction_has_valid_values(
    correction: Correction, column: str, allowed: tuple, wrong: object
) -> None:
    rows = Correction.objects.filter(pk=correction.pk)
    assert not any(refused(rows, **{column: value}) for value in allowed)
    assert refused(rows, **{column: wrong})


@pytest.mark.parametrize(
    ("column", "wrong"),
    [("label", "4x"), ("confidence", 1.5), ("confidence", -0.5), ("not_a_digit", 2.0)],
)
def test_an_answer_has_a_valid_label_and_probabilities(
    answer: Answer, column: str, wrong: float
) -> None:
    rows = Answer.objects.filter(pk=answer.pk)
    assert not any(refused(rows, **{column: value}) for value in (0, 1))
    assert refused(rows, **{column: wrong})


@pytest.mark.parametrize("size", [0, 783, 785])
def test_a_network_input_has_784_bytes(owner: User, size: int) -> None:
    drawing = make_drawing(owner)
    assert refused(Drawing.objects.filter(pk=drawing.pk), network_input=bytes(size))


def test_a_canvas_drawing_has_strokes_and_directions_and_an_upload_its_picture(
    owner: User,
) -> None:
    rows = Drawing.objects.filter(pk=make_drawing(owner).pk)
    assert refused(rows, directions=None)
    assert refused(rows, strokes=None)
    assert refused(rows, source="upload", picture=b"...")  # a picture has no directions
    assert refused(rows, source="upload", directions=None)
    assert not refused(rows, source="upload", picture=b"...", directions=None)
    assert refused(rows, directions=DRAWN["directions"])


@pytest.mark.parametrize(
    ("column", "wrong"), [("label", "x"), ("answer", ""), ("why", "none"), ("verdict", "perhaps")]
)
def test_a_decision_has_valid_values(decision: ReviewDecision, column: str, wrong: object) -> None:
    assert refused(ReviewDecision.objects.filter(pk=decision.pk), **{column: wrong})


@pytest.mark.parametrize(
    ("column", "wrong"), [("kind", "rescore"), ("kind", "x"), ("status", "x"), ("trigger", "x")]
)
def test_a_job_has_valid_choices(db: None, column: str, wrong: str) -> None:
    assert refused(Job.objects.filter(pk=make_job().pk), **{column: wrong})


def lookups(of: Q) -> Iterator[tuple[str, Any]]:
    for child in of.children:
        if isinstance(child, Q):
            yield from lookups(child)
        elif isinstance(child, tuple):
            yield child


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_database_allows_exactly_the_choices(model: type[models.Model]) -> None:
    checks = [each for each in model._meta.constraints if isinstance(each, CheckConstraint)]
    for field in model._meta.local_fields:
        if isinstance(field, models.CharField) and field.choices:
            known: set[str] = set()
            for name, value in (pair for check in checks for pair in lookups(check.condition)):
                if name == field.name:
                    known.add(value)
                elif name == f"{field.name}__in":
                    known.update(value)
            expected = set(dict(field.flatchoices)) | ({""} if field.blank else set())
            assert known == expected, f"{model.__name__}.{field.name}"


def indexed(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    """Yield the columns of every unconditional index, in order."""
    for field in model._meta.local_fields:
        if field.db_index or field.unique:
            yield (field.name,)
    for index in model._meta.indexes:
        if index.condition is None:
            yield tuple(name.removeprefix("-") for name in index.fields)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            yield tuple(constraint.fields)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_index_is_a_prefix_of_another(model: type[models.Model]) -> None:
    found = list(indexed(model))
    covered = [
        one
        for place, one in enumerate(found)
        for other in found[:place] + found[place + 1 :]
        if other[: len(one)] == one
    ]
    assert covered == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_reference_has_an_index(model: type[models.Model]) -> None:
    """Without one, deleting a referenced row would scan the whole table."""
    first = {columns[0] for columns in indexed(model)}
    references = {field.name for field in model._meta.local_fields if field.remote_field}
    assert references <= first
