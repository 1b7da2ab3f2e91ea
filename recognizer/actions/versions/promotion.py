"""Promotion: the gates' verdict on a candidate, and promotion by a person."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from recognizer import codes
from recognizer.actions.reasons import stripped_reason
from recognizer.actions.versions import gates
from recognizer.actions.versions.deployment import (
    Kind,
    deploy_version,
    refuse_if_changed,
    refuse_if_damaged,
    serving_deployment,
)
from recognizer.actions.versions.gates import Gate, not_measured
from recognizer.errors import Refused
from recognizer.models import Deployment, ModelVersion
from recognizer.presentation.messages import words

REFERENCES = {
    "embedded": codes.EMBEDDED_SET(),
    "pen": codes.PEN_SET(),
    "mnist_holdout": codes.MNIST_HOLDOUT_SET(),
    "pen_holdout": codes.PEN_HOLDOUT_SET(),
}
ABOUT_100_PER_DIGIT = ("pen", "pen_holdout")  # one lost drawing of a digit is about one point
# The sets of the calibration gates by their keys' suffix: the first that was measured decides.
CALIBRATED = {
    "": {"holdout": codes.MNIST_HOLDOUT_SET(), "embedded": codes.THE_EMBEDDED_SET()},
    "_strokes": {"pen_holdout": codes.THE_PEN_HOLDOUT_SET(), "pen": codes.THE_PEN_SET()},
}


def judge(report: Mapping[str, Any]) -> dict[str, Any]:
    """Apply the gates to the report of `mlcore retrain` about a candidate, its parent ("before")
    and the shipped version.

    Returns {"passed", "reason", "gates": [Gate.as_row(), ...]}. The figures on MNIST's test part
    are reported only; no gate uses them.
    """
    rows = all_gates(report)
    failed = [gate.name for gate in rows if gate.passed is False]
    reason = codes.FAILED_GATES(gates=failed) if failed else codes.PASSED()
    return {"passed": not failed, "reason": reason, "gates": [gate.as_row() for gate in rows]}


def all_gates(report: Mapping[str, Any]) -> list[Gate]:
    """Return all gates in the order in which they are shown."""
    before, after = report["before"], report["after"]
    return [
        gates.learned(before, after),
        *reference_gates(before, after),
        *gold_gates(before, after),
        gates.held_out(before["corrections_holdout"], after["corrections_holdout"]),
        gates.refusals(before["non_digits"], after["non_digits"]),
        *number_gates(before, after),
        *shipped_gates(report["shipped"], before, after),
        *calibration_gates(before, after),
        gates.parity(report["parity"]),
        *gates.contradictions(report["contradictions"]),
    ]


def reference_gates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Gate]:
    few, many = settings.PROMOTION_MAX_FALL_GOLD, settings.PROMOTION_MAX_FALL_PER_DIGIT
    rows = []
    for key, name in REFERENCES.items():
        if not (before.get(key) and after.get(key)):
            rows.append(not_measured(key, name, codes.NOT_AVAILABLE()))
            continue
        allowed = few if key in ABOUT_100_PER_DIGIT else many
        rows.append(gates.accuracy(key, name, before[key], after[key]))
        rows.append(gates.worst_digit(key, name, before[key], after[key], allowed))
    return rows


def gold_gates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Gate]:
    """Return the gates on the shipped set of digit forms and on the site's gold set."""
    allowed = settings.PROMOTION_MAX_FALL_GOLD
    forms = codes.FORMS_SET()
    shipped = gates.worst_digit("forms", forms, before["forms"], after["forms"], allowed)
    if not after.get("gold"):
        return [shipped, not_measured("gold", codes.GOLD_SET(), codes.NO_GOLD())]
    return [shipped, gates.gold(before["gold"], after["gold"])]


def number_gates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Gate]:
    """Judge how numbers are read: the reference set, and the site's own numbers if it has any."""
    if not (before.get("numbers") and after.get("numbers")):
        return [not_measured("numbers", codes.NUMBERS_SET(), codes.NOT_AVAILABLE())]
    own = {
        "number_corrections": codes.NUMBERS_LEARNED,
        "gold_numbers": codes.GOLD_NUMBERS,
    }
    rows = [gates.numbers(before["numbers"], after["numbers"])]
    rows += [
        gates.as_many_numbers(key, name, before[key], after[key])
        for key, name in own.items()
        if after[key]["n"]
    ]
    key = "number_holdout"
    if after[key]["n"]:
        rows.append(gates.held_out(before[key], after[key], key=key, name=codes.NUMBERS_HELD_OUT))
    return rows


def shipped_gates(
    shipped: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Gate]:
    """Return the gates against the shipped version: the accuracy that fell most, and refusals."""
    names = {**REFERENCES, "forms": codes.FORMS_SET()}
    refused = tuple(each["non_digits"]["accuracy"] for each in (shipped, before, after))
    allowed = settings.PROMOTION_MAX_TOTAL_FALL_REFUSALS
    return [
        gates.worst_total_fall("shipped_accuracy", names, shipped, before, after),
        gates.total_fall("shipped_refusals", codes.NON_DIGITS_REFUSED(), refused, allowed),
    ]


def calibration_gates(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Gate]:
    """Judge pictures and strokes apart, each on a hold-out with non-digits if it was at hand."""
    return [
        gate
        for suffix, names in CALIBRATED.items()
        for key in [next(key for key in names if before.get(key) and after.get(key))]
        for gate in gates.calibration(suffix, names[key], before[key], after[key])
    ]


def promote_version(
    *,
    version: ModelVersion,
    by: AbstractBaseUser,
    reason: str = "",
    expected: int | None = None,
) -> Deployment:
    """Deploy a version on a person's decision. If it did not pass the gates, a reason is required.

    Raises Refused if that reason is missing or too long, and Conflict as `deploy_version` does, or
    if the version's files are damaged.
    """
    newest, reason = serving_deployment(), stripped_reason(reason)
    refuse_if_changed(newest, version=version, expected=expected)
    problem = objection(version, newest.version if newest else None)
    if problem and not reason:
        ask = _("To promote it anyway, give a reason for the log.")
        raise Refused(f"{problem} {ask}")
    refuse_if_damaged(version)
    was_judged = bool(version.verdict.get("gates"))  # False if trained from scratch
    kind = Kind.OVERRIDE if problem and was_judged else Kind.PROMOTION
    serving = newest.version.number if newest else None
    return deploy_version(version=version, kind=kind, by=by, reason=reason, expected=serving)


def objection(version: ModelVersion, serving: ModelVersion | None) -> str:
    """Return why the gates do not allow the version to serve now; empty if they do.

    A passed verdict is valid only while the version it was compared with is serving.
    """
    verdict, name = version.verdict, capfirst(str(version))
    if not verdict.get("passed"):
        never = _("%(version)s was never checked by the gates.") % {"version": name}
        return words(verdict.get("reason")) or never
    if version.parent_id and serving and version.parent_id != serving.pk:
        text = _("%(version)s passed the gates against %(parent)s, but %(serving)s is serving now.")
        return text % {"version": name, "parent": version.parent, "serving": serving}
    return ""
