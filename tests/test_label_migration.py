"""An existing database keeps its labels when they become text, and when one goes back."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

APP = "recognizer"
NUMBER = {"text": "3.5", "marks": [], "confidence": 0.9, "left_out": ""}


def migrated(name: str) -> Any:
    """Migrate to this migration and return the models of that time."""
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.fixture
def before() -> Any:
    yield migrated("0001_initial")
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def filled(apps: Any) -> None:
    """Two labeled drawings; the version answered the second with a number."""
    model = lambda name: apps.get_model(APP, name)  # noqa: E731
    owner = model("User").objects.create(username="owner")
    version = model("ModelVersion").objects.create(
        number=1, architecture="mlp", checksum="0" * 64, card={}, manifest={}, verdict={}
    )
    for label, number in ((7, None), (10, NUMBER)):
        drawing = model("Drawing").objects.create(
            owner=owner,
            source="upload",
            picture=b"png",
            network_input=bytes(784),
            label=label,
            label_state="pending",
        )
        model("Answer").objects.create(
            drawing=drawing,
            version=version,
            label=label,
            confidence=0.5,
            probabilities=[0.1] * 10,
            not_a_digit=0.5,
            latency_ms=1,
            number=number,
        )
        model("Correction").objects.create(
            drawing=drawing, by=owner, to_label=label, source="api", state="pending"
        )


def columns(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_labels_become_text_and_numbers_again(before: Any) -> None:
    filled(before)
    migrated("0002_labels_as_text")
    assert columns("SELECT label, number FROM recognizer_drawing ORDER BY id") == [
        ("7", ""),
        ("not_a_digit", ""),
    ]
    assert columns("SELECT to_label FROM recognizer_correction ORDER BY id") == [
        ("7",),
        ("not_a_digit",),
    ]
    answers = columns("SELECT label, confidence FROM recognizer_answer ORDER BY id")
    assert answers == [("7", 0.5), ("35", 0.9)]

    migrated("0001_initial")
    answers = columns("SELECT label, confidence FROM recognizer_answer ORDER BY id")
    assert answers == [(7, 0.5), (10, 0.5)]
    assert columns("SELECT label FROM recognizer_drawing ORDER BY id") == [(7,), (10,)]
