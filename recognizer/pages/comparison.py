"""Versions side by side, whatever they were made of and by."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Length

from mlcore.bundle import LITERT
from recognizer.models import ModelVersion, VersionFile
from recognizer.pages.figures import figures_of, number


@dataclass(frozen=True)
class Compared:
    """A row of the table. Shares are 0 to 1; None is what was not measured when it was made."""

    version: ModelVersion
    parameters: float | None
    multiply_adds: float | None
    litert_bytes: int | None
    latency_ms: float | None  # median of one answer with one thread
    ten_way: float | None  # MNIST's test part, refusals overruled
    accuracy: float | None  # the same, a refused digit counting as wrong
    digits_refused: float | None
    calibration_error: float | None  # of the hold-out with non-digits
    non_digits_refused: float | None  # of the drawn set that every version is measured on


def with_sizes(versions: QuerySet[ModelVersion]) -> QuerySet[ModelVersion]:
    """With `litert_bytes`, the size of the file that serves; the file itself is not fetched."""
    files = VersionFile.objects.filter(version=OuterRef("pk"), name=LITERT)
    sizes = files.annotate(bytes=Length("content")).values("bytes")
    return versions.annotate(litert_bytes=Subquery(sizes[:1]))


def compared(version: ModelVersion) -> Compared:
    """Takes a version of `with_sizes`."""
    figures = figures_of(version)
    return Compared(
        version=version,
        parameters=number(version.card, "parameters"),
        multiply_adds=number(version.card, "multiply_adds"),
        litert_bytes=getattr(version, "litert_bytes", None),
        latency_ms=number(version.card, "latency_ms"),
        ten_way=number(figures, "mnist_test", "ten_way_accuracy"),
        accuracy=number(figures, "mnist_test", "accuracy"),
        digits_refused=number(figures, "mnist_test", "digits_refused"),
        calibration_error=number(figures, "holdout", "expected_calibration_error"),
        non_digits_refused=number(figures, "non_digits", "accuracy"),
    )
