"""The fixed rule by which a candidate may serve: better on corrections, not worse elsewhere."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

REFERENCES = {"embedded": "drawn reference set", "mnist_holdout": "MNIST hold-out"}
PARITY_TOLERANCE = 1e-3
ROUNDING = 1e-9  # 0.99 - 0.98 is a little more than 0.01


def judge(
    before: Mapping[str, Any], after: Mapping[str, Any], *, parity: Mapping[str, Any]
) -> dict[str, Any]:
    """Compares a candidate with its parent.

    before, after: per set {"n", "correct", "accuracy", "per_digit"}, as `mlcore retrain` reports
    them. Returns {"passed", "reason", "checks": [{"name", "before", "after", "passed"}, ...]}.
    MNIST's test part is reported beside and decides nothing.
    """
    checks = [
        check
        for key, name in REFERENCES.items()
        if before.get(key) and after.get(key)
        for check in reference_checks(name, before[key], after[key])
    ]
    refused, still_refused = (measured["non_digits"]["accuracy"] for measured in (before, after))
    allowed = settings.PROMOTION_MAX_FALL_REFUSALS
    checks.append(fall_check("non-digits refused", refused, still_refused, allowed))
    checks += correction_checks(before, after)
    difference = parity["max_difference"]
    checks.append(
        {
            "name": f"serving file answers like the network ({parity['inputs']} inputs)",
            "before": 0.0,
            "after": difference,
            "passed": difference <= PARITY_TOLERANCE,
        }
    )
    failed = [check["name"] for check in checks if not check["passed"]]
    reason = f"Not better: {', '.join(failed)}." if failed else "Better by every check."
    return {"passed": not failed, "reason": reason, "checks": checks}


def reference_checks(name: str, before: Mapping, after: Mapping) -> list[dict[str, Any]]:
    """A known set must not be read worse, neither as a whole nor for any one digit."""
    pairs = {
        digit: pair
        for digit, pair in enumerate(zip(before["per_digit"], after["per_digit"], strict=True))
        if None not in pair  # a small set may lack a digit
    }
    worst = max(pairs, key=lambda digit: pairs[digit][0] - pairs[digit][1])
    allowed = settings.PROMOTION_MAX_FALL_PER_DIGIT
    return [
        fall_check(name, before["accuracy"], after["accuracy"], settings.PROMOTION_MAX_FALL),
        fall_check(f"{name}, digit {worst}", *pairs[worst], allowed),
    ]


def fall_check(name: str, before: float, after: float, allowed: float) -> dict[str, Any]:
    return {
        "name": f"{name} (may fall by {allowed:.1%})",
        "before": before,
        "after": after,
        "passed": before - after <= allowed + ROUNDING,
    }


def correction_checks(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """More of the corrected drawings are read right, and no fewer of those held out."""
    learned = [before["corrections"]["correct"], after["corrections"]["correct"]]
    checks = [
        {
            "name": f"of {after['corrections']['n']} corrections trained on, right (must rise)",
            "before": learned[0],
            "after": learned[1],
            "passed": learned[1] > learned[0],
        }
    ]
    if after["corrections_holdout"]["n"]:
        kept = [m["corrections_holdout"]["correct"] for m in (before, after)]
        checks.append(
            {
                "name": f"held-out corrections read right, of {after['corrections_holdout']['n']}",
                "before": kept[0],
                "after": kept[1],
                "passed": kept[1] >= kept[0],
            }
        )
    return checks
