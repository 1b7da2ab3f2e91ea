"""Rows made by hand, with known answers; no network runs."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.ink.directions import as_planes
from recognizer.models import Answer, Deployment, Drawing, Job, ModelVersion, User
from recognizer.models.drawings import packed

STROKES = [[{"x": 80.0, "y": 80.0}, {"x": 160.0, "y": 60.0}, {"x": 240.0, "y": 80.0}]]
CARD: dict[str, Any] = {"format": 2, "layers": [], "history": [], "data": {"mnist": None}}
VERDICT: dict[str, Any] = {"passed": False, "promoted": False, "reason": "", "gates": []}
NETWORK_INPUT = np.arange(784, dtype=np.uint16).clip(0, 255).astype(np.uint8)


def stored(network_input: NDArray[np.uint8]) -> dict[str, Any]:
    """Return the columns of a canvas drawing with this input, (28, 28) or (28, 28, PLANES)."""
    (planes,) = as_planes(network_input[np.newaxis])
    return {
        "source": "canvas",
        "strokes": STROKES,
        "network_input": planes[..., 0].tobytes(),
        "directions": packed(planes[..., 1:]),
    }


DRAWN = stored(NETWORK_INPUT.reshape(28, 28))


def make_version(number: int, metrics: dict[str, Any] | None = None, **about: Any) -> ModelVersion:
    """Make a version with these figures. `card` and `verdict` override single defaults."""
    about["card"] = {**CARD, "metrics": metrics or {}, **about.get("card", {})}
    if "verdict" in about:
        about["verdict"] = {**VERDICT, **about["verdict"]}
    return ModelVersion.objects.create(
        number=number, architecture="small-cnn", checksum=f"{number:064x}", **about
    )


def serve(
    version: ModelVersion,
    kind: str = Deployment.Kind.INITIAL,
    reason: str = "",
    reason_code: str = "",
) -> None:
    Deployment.objects.create(
        sequence=Deployment.objects.count() + 1,
        version=version,
        kind=kind,
        reason=reason,
        reason_code=reason_code,
    )


def make_drawing(owner: User, **about: object) -> Drawing:
    columns = {**DRAWN, **about}
    if columns["source"] == "upload":
        columns["directions"] = None
    return Drawing.objects.create(owner=owner, **columns)


def answered(
    drawing: Drawing, version: ModelVersion, answer: int, confidence: float = 0.97
) -> Answer:
    probabilities = [0.01] * 10
    probabilities[answer % 10] = 0.91
    return Answer.objects.create(
        drawing=drawing,
        owner=drawing.owner,
        version=version,
        label=answer,
        confidence=confidence,
        probabilities=probabilities,
        not_a_digit=0.02,
        latency_ms=0.4,
    )


def make_job(**about: object) -> Job:
    return Job.objects.create(**{"config": {"seed": 4711, "recipe": {}}, **about})
