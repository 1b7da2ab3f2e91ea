"""The next retraining's examples, the gold set's size, and withdrawn labels of a version."""

from typing import Any

from django.utils.translation import ngettext

from mlcore.labels import DIGITS
from recognizer.actions.labels.gold import gold_counts
from recognizer.actions.training.selection import expected_selection
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.models import Correction, Drawing, ModelVersion, User
from recognizer.presentation.messages import words
from recognizer.presentation.numbers import listed

WITHDRAWN_SHOWN = 50


def examples() -> dict[str, Any]:
    """Count the approved labels, those that a retraining would train on, and the new ones of those.

    New: the serving version was not trained on them. reasons: why the others are left out, with
    counts.
    """
    selection = expected_selection()
    serving = serving_deployment()
    learned = set(serving.version.manifest.get("corrections", []) if serving else [])
    return {
        "approved": selection.size,
        "training": len(selection.training),
        "new": sum(example.correction not in learned for example in selection.training),
        "reasons": listed([words(reason) for reason in selection.reasons]),
    }


def gold_summary() -> str:
    """Say how many drawings are gold, and which digits have none; empty without any."""
    counts = gold_counts()
    total = sum(counts)
    if not total:
        return ""
    text = ngettext("Gold set: %(count)d drawing", "Gold set: %(count)d drawings", total)
    text %= {"count": total}
    missing = [str(digit) for digit in DIGITS if not counts[digit]]
    if missing:
        lacks = ngettext("digit %(list)s has none", "digits %(list)s have none", len(missing))
        text += "; " + lacks % {"list": listed(missing)}
    return f"{text}."


def withdrawn(user: User, version: ModelVersion) -> dict[str, Any]:
    """Return the corrections that were withdrawn after the version was trained on them.

    count: of all. seen: the newest of those whose drawings the person may see.
    """
    rows = version.learned_from.filter(state=Correction.State.WITHDRAWN)
    seen = rows.filter(drawing__in=Drawing.objects.visible_to(user))
    return {
        "count": rows.count(),
        "seen": seen.prefetch_related("reviews__by")[:WITHDRAWN_SHOWN],
    }
