"""What a candidate has to pass before it may serve, one gate a line of the verdict.

Every threshold is a setting; docs/architecture.md has the table. Figures are those of
`mlcore.evaluation.version_comparison`, before: of the version that served, after: of the candidate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.conf import settings

from mlcore.evaluation.bootstrap import least_fall
from mlcore.labels import NOT_A_DIGIT
from recognizer.models import label_text

Figures = Mapping[str, Any]

ROUNDING = 1e-9  # 0.99 - 0.98 is a little more than 0.01
SHARE, COUNT, PLAIN = "share", "count", "plain"  # how a page writes the figures


@dataclass(frozen=True)
class Gate:
    """One gate. `passed` is None where there was nothing to measure; `rule` says what was due.

    before, after, allowed: in the unit, or None where there is no such figure.
    """

    key: str
    name: str
    before: float | None
    after: float | None
    allowed: float | None
    rule: str
    passed: bool | None
    unit: str = SHARE

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def not_measured(key: str, name: str, why: str) -> Gate:
    return Gate(key, name, None, None, None, why, None)


def learned(before: Figures, after: Figures) -> Gate:
    """More of the corrections that it was trained on are read right than before."""
    was, now = before["corrections"]["correct"], after["corrections"]["correct"]
    name = f"Corrections trained on, read right of {after['corrections']['n']}"
    return Gate("learned", name, was, now, None, "must rise", now > was, COUNT)


def falls(key: str, name: str, before: float, after: float, allowed: float) -> Gate:
    """A share that may fall by no more than `allowed`."""
    passed = before - after <= allowed + ROUNDING
    return Gate(key, name, before, after, allowed, f"may fall by {points(allowed)}", passed)


def rises(key: str, name: str, before: float, after: float, allowed: float) -> Gate:
    """A figure that may rise by no more than `allowed`."""
    passed = after - before <= allowed + ROUNDING
    return Gate(key, name, before, after, allowed, f"may rise by {allowed:g}", passed, PLAIN)


def accuracy(key: str, name: str, before: Figures, after: Figures) -> Gate:
    """A known set must not be read worse as a whole."""
    allowed = settings.PROMOTION_MAX_FALL
    return falls(key, name, before["accuracy"], after["accuracy"], allowed)


def worst_digit(key: str, name: str, before: Figures, after: Figures, allowed: float) -> Gate:
    """Nor for any one digit: the gate shows the digit that fell most."""
    pairs = {
        digit: pair
        for digit, pair in enumerate(zip(before["per_digit"], after["per_digit"], strict=True))
        if None not in pair  # a small set may lack a digit
    }
    worst = max(pairs, key=lambda digit: pairs[digit][0] - pairs[digit][1])
    return falls(f"{key}_digit", f"{name}, digit {worst}", *pairs[worst], allowed)


def gold(before: Figures, after: Figures) -> Gate:
    """The site's own gold set: no label in it falls by more than the share.

    The gate shows the label that fell most. Of few drawings a single one is more than that.
    """
    was, now = (by_label(of["confusion"]) for of in (before, after))
    worst = max(was, key=lambda label: was[label] - now[label])
    name = f"Gold set, {f'digit {worst}' if worst < NOT_A_DIGIT else label_text(worst)}"
    return falls("gold", name, was[worst], now[worst], settings.PROMOTION_MAX_FALL_GOLD)


def by_label(confusion: Sequence[Sequence[int]]) -> dict[int, float]:
    """The share read right of every label that occurs."""
    return {label: row[label] / sum(row) for label, row in enumerate(confusion) if sum(row)}


def held_out(before: Figures, after: Figures) -> Gate:
    """People who are never learned from must not be read worse.

    It fails where the paired bootstrap's lower bound of the fall is above 0: where at least
    PROMOTION_HOLDOUT_LEVEL of the resamples show a fall. One drawing lost and none won is let
    through from two drawings on, two lost and none won never.
    """
    key, n = "corrections_holdout", after["n"]
    if not n:
        return not_measured(key, "Corrections held out", "nobody held out yet")
    level = settings.PROMOTION_HOLDOUT_LEVEL
    right = [np.array([hit == "1" for hit in of["right"]]) for of in (before, after)]
    bound = least_fall(*right, level=level)
    rule = f"must not fall beyond chance (paired bootstrap, {level:.0%} of the resamples)"
    name = f"Corrections held out ({n})"
    shares = [float(of.mean()) for of in right]
    return Gate(key, name, shares[0], shares[1], 0.0, rule, bound <= ROUNDING)


def refusals(before: Figures, after: Figures) -> Gate:
    allowed = settings.PROMOTION_MAX_FALL_REFUSALS
    name = "Non-digits refused"
    return falls("non_digits", name, before["accuracy"], after["accuracy"], allowed)


def calibration(name: str, before: Figures, after: Figures) -> list[Gate]:
    """Confidences must go on meaning what they say."""
    keys = "negative_log_likelihood", "expected_calibration_error"
    (likelihood, error), (new_likelihood, new_error) = (
        [of[key] for key in keys] for of in (before, after)
    )
    nll, ece = settings.PROMOTION_MAX_RISE_NLL, settings.PROMOTION_MAX_RISE_ECE
    return [
        rises("nll", f"Negative log-likelihood, {name}", likelihood, new_likelihood, nll),
        rises("ece", f"Calibration error, {name}", error, new_error, ece),
    ]


def parity(measured: Figures) -> Gate:
    """The file that would serve is the network that was trained."""
    allowed, found = settings.PROMOTION_MAX_LOGIT_DIFFERENCE, measured["max_difference"]
    name = f"Serving file against its network, {measured['inputs']} inputs"
    rule = f"logits differ by {allowed:g} at most"
    return Gate("parity", name, None, found, allowed, rule, found <= allowed, PLAIN)


def contradictions(found: Figures) -> list[Gate]:
    """Honest corrections seldom deny what a version is sure of; wrong labels mostly do.

    Neither those of all people together may, nor those of any one among them.
    """
    few = settings.PROMOTION_FEW_CONTRADICTIONS
    worst = max(found["people"], key=lambda each: (each["sure"] >= few, denied(each)))
    name = f"Labels that deny an answer of {found['confidence'] * 100:g}% or more"
    return [
        denials("contradictions", name, found),
        denials("contradictions_person", f"{name}, by one person", worst),
    ]


def denials(key: str, name: str, found: Figures) -> Gate:
    name = f"{name} ({found['sure']} of {found['n']})"
    allowed, few = settings.PROMOTION_MAX_CONTRADICTIONS, settings.PROMOTION_FEW_CONTRADICTIONS
    passed = found["sure"] < few or denied(found) <= allowed + ROUNDING
    rule = f"at most {allowed:.0%}, or fewer than {few}"
    return Gate(key, name, None, denied(found), allowed, rule, passed)


def denied(found: Figures) -> float:
    return found["sure"] / found["n"]


def points(share: float) -> str:
    """0.002 -> "0.2 points", 0.01 -> "1 point"."""
    number = f"{share * 100:g}"
    return f"{number} point{'' if number == '1' else 's'}"
