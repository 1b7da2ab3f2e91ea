"""Which row was taken, as the database at hand tells it; another error is another error."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from recognizer.actions.jobs.database_errors import is_taken
from recognizer.models import Answer, Deployment, ModelVersion, VersionFile
from tests.pages.rows import make_version


def refused(**values: object) -> IntegrityError:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Deployment.objects.create(**values)
    return caught.value


def test_is_taken_recognizes_a_unique_field(version: ModelVersion) -> None:
    error = refused(sequence=1, version=version, kind="promotion")
    assert is_taken(error, Deployment, "sequence")
    assert not is_taken(error, Deployment, "id")
    assert not is_taken(error, ModelVersion, "number")


def test_is_taken_ignores_a_not_null_violation(version: ModelVersion) -> None:
    error = refused(sequence=2, version=version, kind=None)
    assert not is_taken(error, Deployment, "sequence")


def test_is_taken_recognizes_two_fields_together(version: ModelVersion) -> None:
    VersionFile.objects.create(version=version, name="a", content=b"")
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        VersionFile.objects.create(version=version, name="a", content=b"")
    assert is_taken(caught.value, VersionFile, "version", "name")
    assert not is_taken(caught.value, VersionFile, "name")


def test_is_taken_ignores_another_unique_field(version: ModelVersion) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make_version(version.number)
    assert is_taken(caught.value, ModelVersion, "number")
    assert not is_taken(caught.value, Deployment, "sequence")


def of_postgresql(sqlstate: str, table: str, detail: str | None) -> IntegrityError:
    """With the network inputs that psycopg's errors have (libpq: PG_DIAG_SQLSTATE and others)."""
    error = IntegrityError()
    told = SimpleNamespace(sqlstate=sqlstate, table_name=table, message_detail=detail)
    error.__cause__ = type("Cause", (Exception,), {"diag": told})()
    return error


@pytest.mark.parametrize(
    ("sqlstate", "table", "detail", "taken"),
    [
        ("23505", "recognizer_deployment", "Key (sequence)=(2) already exists.", True),
        ("23505", "recognizer_deployment", "Schlüssel »(sequence)=(2)« existiert bereits.", True),
        ("23505", "recognizer_deployment", "Key (id)=(2) already exists.", False),
        ("23505", "recognizer_modelversion", "Key (sequence)=(2) already exists.", False),
        ("23502", "recognizer_deployment", None, False),
        ("23503", "recognizer_deployment", "Key (version_id)=(9) is not present.", False),
    ],
)
def test_is_taken_with_postgresql(
    sqlstate: str, table: str, detail: str | None, taken: bool
) -> None:
    assert is_taken(of_postgresql(sqlstate, table, detail), Deployment, "sequence") is taken


def test_is_taken_with_two_fields_on_postgresql() -> None:
    detail = "Key (drawing_id, version_id)=(4, 1) already exists."
    error = of_postgresql("23505", "recognizer_answer", detail)
    assert is_taken(error, Answer, "drawing", "version")
    assert not is_taken(error, Answer, "version")
