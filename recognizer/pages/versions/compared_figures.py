"""The figures that all versions have in common and that pages compare."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Length
from django.utils.translation import gettext_noop as _

from mlcore.evaluation.version_comparison import OF_PEN
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.bundle import LITERT
from recognizer.models import ModelVersion, VersionFile
from recognizer.pages.versions.figures import figures_of, number
from recognizer.presentation.terms import OF_FIGURES

CARD = "card"  # first key of a path that leads into the card instead of a test set


@dataclass(frozen=True)
class Measure:
    """A figure at a `path` in a version's card or test sets.

    kind: "share" (0 to 1), "score" (a small number), "count", "bytes" or "ms".
    better: 1 if higher is better, -1 if lower is better.
    """

    name: str
    kind: str
    better: int
    path: tuple[str, ...]

    @property
    def term(self) -> str:
        """What the figure is, in `presentation.terms`; empty if its name says it."""
        return OF_FIGURES.get(self.path[-1], "")

    def of(self, version: ModelVersion) -> float | None:
        """Return the figure of a version of `with_sizes`; None if it was not measured."""
        if self.kind == "bytes":
            return getattr(version, "litert_bytes", None)
        if self.path[0] == CARD:
            return number(version.card, *self.path[1:])
        return number(figures_of(version), *self.path)

    def counts(self, version: ModelVersion) -> tuple[int, int] | None:
        """Return a share as (drawings counted, of how many); None if that is not known."""
        share, of = self.of(version), self.of_how_many(version)
        return None if share is None or not of else (round(share * of), of)

    def of_how_many(self, version: ModelVersion) -> int:
        """Return the denominator of a share; 0 if it is not known."""
        found = figures_of(version).get(self.path[0])
        rows = found.get("confusion") if isinstance(found, dict) else None
        sums = [sum(row) for row in rows] if isinstance(rows, list) else []
        match self.path[-1]:
            case "accuracy":
                return int(self.n(version) or 0)
            case "digits_refused" | "ten_way_accuracy":
                return sum(sums[:NOT_A_DIGIT])
            case "negatives_refused":
                return sum(sums[NOT_A_DIGIT:])
        return 0

    def hits(self, version: ModelVersion) -> str:
        """Return a "1" per input that was read right, otherwise a "0"; empty if not recorded."""
        found = figures_of(version).get(self.path[0])
        hits = found.get("right") if isinstance(found, dict) else None
        return hits if isinstance(hits, str) and self.path[-1] == "accuracy" else ""

    def pen(self, version: ModelVersion) -> str | None:
        """Return the checksum of the pen digits that the test set is taken from, or None."""
        checksum: str | None = version.card["data"].get("pen")
        return checksum if self.path[0] == OF_PEN else None

    def n(self, version: ModelVersion) -> float | None:
        """Return the number of inputs that it was measured on; None without a test set."""
        return None if self.path[0] == CARD else number(figures_of(version), self.path[0], "n")


MORE, LESS = 1, -1
MEASURES = {
    "holdout_accuracy": Measure(_("Accuracy"), "share", MORE, ("mnist_holdout", "accuracy")),
    "holdout_refused": Measure(
        _("Digits refused"), "share", LESS, ("mnist_holdout", "digits_refused")
    ),
    "likelihood": Measure(
        _("Negative log-likelihood"), "score", LESS, ("holdout", "negative_log_likelihood")
    ),
    "calibration_error": Measure(
        _("Expected calibration error (ECE)"),
        "score",
        LESS,
        ("holdout", "expected_calibration_error"),
    ),
    "negatives_refused": Measure(
        _("Non-digits refused"), "share", MORE, ("holdout", "negatives_refused")
    ),
    "pen_accuracy": Measure(_("Accuracy"), "share", MORE, ("pen_holdout", "accuracy")),
    "pen_refused": Measure(_("Digits refused"), "share", LESS, ("pen_holdout", "digits_refused")),
    "pen_likelihood": Measure(
        _("Negative log-likelihood"), "score", LESS, ("pen_holdout", "negative_log_likelihood")
    ),
    "pen_calibration_error": Measure(
        _("Expected calibration error (ECE)"),
        "score",
        LESS,
        ("pen_holdout", "expected_calibration_error"),
    ),
    "pen_negatives_refused": Measure(
        _("Non-digits refused"), "share", MORE, ("pen_holdout", "negatives_refused")
    ),
    "embedded": Measure(
        _("Drawn reference set, accuracy"), "share", MORE, ("embedded", "accuracy")
    ),
    "pen": Measure(_("Drawn pen digits, accuracy"), "share", MORE, ("pen", "accuracy")),
    "forms": Measure(_("Regional digit forms, accuracy"), "share", MORE, ("forms", "accuracy")),
    "numbers": Measure(_("Drawn numbers, read as a whole"), "share", MORE, ("numbers", "accuracy")),
    "digit_errors": Measure(
        _("Drawn numbers, wrong digits"), "share", LESS, ("numbers", "digit_error_rate")
    ),
    "gold": Measure(_("Gold set, accuracy"), "share", MORE, ("gold", "accuracy")),
    "non_digits_refused": Measure(
        _("Non-digits refused"), "share", MORE, ("non_digits", "accuracy")
    ),
    "strokes_error": Measure(
        _("Calibration error (ECE), strokes"), "score", LESS, ("pen", "expected_calibration_error")
    ),
    "pictures_error": Measure(
        _("Calibration error (ECE), pictures"),
        "score",
        LESS,
        ("embedded", "expected_calibration_error"),
    ),
    "ten_way": Measure(
        _("Accuracy of the likeliest digit, refused or not"),
        "share",
        MORE,
        ("mnist_test", "ten_way_accuracy"),
    ),
    "accuracy": Measure(
        _("Accuracy, refusals as errors"), "share", MORE, ("mnist_test", "accuracy")
    ),
    "digits_refused": Measure(_("Digits refused"), "share", LESS, ("mnist_test", "digits_refused")),
    "parameters": Measure(_("Parameters"), "count", LESS, (CARD, "parameters")),
    "multiply_adds": Measure(_("Multiply-adds"), "count", LESS, (CARD, "multiply_adds")),
    "litert_bytes": Measure(_("File size"), "bytes", LESS, (CARD,)),
    "latency_ms": Measure(_("Time for an answer, one thread"), "ms", LESS, (CARD, "latency_ms")),
}


def with_sizes(versions: QuerySet[ModelVersion]) -> QuerySet[ModelVersion]:
    """Add `litert_bytes`, the size of the LiteRT file, without fetching the file."""
    files = VersionFile.objects.filter(version=OuterRef("pk"), name=LITERT)
    sizes = files.annotate(bytes=Length("content")).values("bytes")
    return versions.annotate(litert_bytes=Subquery(sizes[:1]))
