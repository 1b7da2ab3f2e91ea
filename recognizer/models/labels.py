"""Label choices for models and pages: 0 to 9, or 10 for "not a digit"."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.utils.translation import gettext_lazy as _

from mlcore.labels import DIGITS, NOT_A_DIGIT

LABEL_CHOICES: list[tuple[int, Any]] = [
    *((digit, str(digit)) for digit in DIGITS),
    (NOT_A_DIGIT, _("not a digit")),
]
LABEL_VALIDATORS = [MaxValueValidator(NOT_A_DIGIT)]


def label_text(label: int | None) -> str:
    """Return the label as text; empty for None."""
    return "" if label is None else str(dict(LABEL_CHOICES)[label])
