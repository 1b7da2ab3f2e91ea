"""Rows made by hand, with known answers; no network runs."""

from collections.abc import Callable

import numpy as np
import pytest

from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Answer, Correction, Deployment, Drawing, ModelVersion, User
from recognizer.pages.versions import substitution
from tests.conftest import person
from tests.pages.rows import stored

STROKES = [[{"x": 80.0, "y": 80.0}, {"x": 240.0, "y": 80.0}], [{"x": 150.0, "y": 300.0}]]

MODELS = [
    "drawing",
    "correction",
    "modelversion",
    "deployment",
    "job",
    "apitoken",
    "worker",
]


@pytest.fixture
def serving_version(db: None) -> ModelVersion:
    version = make_version(1)
    Deployment.objects.create(sequence=1, version=version, kind=Deployment.Kind.INITIAL)
    return version


def make_version(number: int, **about: object) -> ModelVersion:
    metrics = {"embedded": {"n": 200, "correct": 195, "accuracy": 0.975}}
    card = {"format": 2, "metrics": about.pop("metrics", metrics)}
    return ModelVersion.objects.create(
        number=number, architecture="small", card=card, checksum=f"{number:064x}", **about
    )


@pytest.fixture
def drawn(serving_version: ModelVersion) -> Callable[..., Drawing]:
    """Makes a drawing and the serving version's answer: `drawn(owner, answer=7)`."""

    def drawn(by: User, answer: int = 7, confidence: float = 0.98) -> Drawing:
        network_input = np.zeros((28, 28), np.uint8)
        network_input[4:24, 13:15] = 255
        drawing = Drawing.objects.create(owner=by, **{**stored(network_input), "strokes": STROKES})
        Answer.objects.create(
            drawing=drawing,
            owner=by,
            version=serving_version,
            label=answer,
            confidence=confidence,
            probabilities=[0.1] * 10,
            not_a_digit=0.0,
            latency_ms=0.1,
        )
        return drawing

    return drawn


@pytest.fixture
def correction(drawn: Callable[..., Drawing], owner: User) -> Correction:
    """A pending correction: the owner labels a drawing 1 that was answered with 7."""
    return label_drawing(drawing=drawn(owner), by=owner, label=1, source="history")


@pytest.fixture
def labeler(db: None) -> User:
    return person("labeler", "view_drawing", "change_drawing", is_staff=True)


@pytest.fixture
def viewer(db: None) -> User:
    """A member of staff who may view everything and change nothing."""
    return person("viewer", *(f"view_{model}" for model in MODELS), is_staff=True)


@pytest.fixture(autouse=True)
def serving_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the queries that pages make once a second, so that queries can be counted."""
    monkeypatch.setattr(substitution, "current_substitution", lambda: None)
