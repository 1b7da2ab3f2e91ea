import pytest
from django.db import OperationalError
from django.test import Client

from recognizer.models import ModelVersion
from recognizer.pages import health


def test_it_is_healthy_with_a_database_and_a_version(version: ModelVersion) -> None:
    response = Client().get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": 1}


def test_it_is_unhealthy_without_a_version(db: None) -> None:
    response = Client().get("/healthz")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"


def test_it_is_unhealthy_without_the_database(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise OperationalError("could not connect to server db.internal")

    monkeypatch.setattr(health, "serving_deployment", away)

    response = Client().get("/healthz")

    assert response.status_code == 503
    assert "db.internal" not in response.content.decode()
