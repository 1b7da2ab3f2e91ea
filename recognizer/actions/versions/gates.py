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
from mlcore.messages import Code, Message
from recognizer import codes

Figures = Mapping[str, Any]

ROUNDING = 1e-9  # 0.99 - 0.98 is a little more than 0.01
SHARE, COUNT, PLAIN = "share", "count", "plain"  # how a page writes the figures


@dataclass(frozen=True)
class Gate:
    """One gate. `passed` is None where there was nothing to measure; `rule` says what was due.

    before, after, allowed: in the unit, or None where there is no such figure.
    """

    key: str
    name: Message
    before: float | None
    after: float | None
    allowed: float | None
    rule: Message
    passed: bool | None
    unit: str = SHARE

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def not_measured(key: str, name: Message, why: Message) -> Gate:
    return Gate(key, name, None, None, None, why, None)


def learned(before: Figures, after: Figures) -> Gate:
    """More of the corrections that it was trained on are read right than before."""
    was, now = before["corrections"]["correct"], after["corrections"]["correct"]
    name = codes.LEARNED(count=after["corrections"]["n"])
    return Gate("learned", name, was, now, None, codes.MUST_RISE(), now > was, COUNT)


def falls(key: str, name: Message, before: float, after: float, allowed: float) -> Gate:
    """A share that may fall by no more than `allowed`."""
    passed = before - after <= allowed + ROUNDING
    rule = codes.MAY_FALL(points=points(allowed))
    return Gate(key, name, before, after, allowed, rule, passed)


def rises(key: str, name: Message, before: float, after: float, allowed: float) -> Gate:
    """A figure that may rise by no more than `allowed`."""
    passed = after - before <= allowed + ROUNDING
    rule = codes.MAY_RISE(number=allowed)
    return Gate(key, name, before, after, allowed, rule, passed, PLAIN)


def accuracy(key: str, name: Message, before: Figures, after: Figures) -> Gate:
    """A known set must not be read worse as a whole."""
    allowed = settings.PROMOTION_MAX_FALL
    return falls(key, name, before["accuracy"], after["accuracy"], allowed)


def worst_digit(key: str, name: Message, before: Figures, after: Figures, allowed: float) -> Gate:
    """Nor for any one digit: the gate shows the digit that fell most."""
    pairs = {
        digit: pair
        for digit, pair in enumerate(zip(before["per_digit"], after["per_digit"], strict=True))
        if None not in pair  # a small set may lack a digit
    }
    worst = max(pairs, key=lambda digit: pairs[digit][0] - pairs[digit][1])
    return falls(f"{key}_digit", of_label(name, worst), *pairs[worst], allowed)


def of_label(name: Message, label: int) -> Message:
    if label < NOT_A_DIGIT:
        return codes.SET_DIGIT(set=name, digit=label)
    return codes.SET_NOT_A_DIGIT(set=name)


def gold(before: Figures, after: Figures) -> Gate:
    """The site's own gold set: no label in it falls by more than the share.

    The gate shows the label that fell most. Of few drawings a single one is more than that.
    """
    was, now = (by_label(of["confusion"]) for of in (before, after))
    worst = max(was, key=lambda label: was[label] - now[label])
    name = of_label(codes.GOLD_SET(), worst)
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
        return not_measured(key, codes.CORRECTIONS_HELD_OUT(), codes.NOBODY_HELD_OUT())
    level = settings.PROMOTION_HOLDOUT_LEVEL
    right = [np.array([hit == "1" for hit in of["right"]]) for of in (before, after)]
    bound = least_fall(*right, level=level)
    rule, name = codes.NOT_BEYOND_CHANCE(level=level), codes.CORRECTIONS_HELD_OUT_OF(count=n)
    shares = [float(of.mean()) for of in right]
    return Gate(key, name, shares[0], shares[1], 0.0, rule, bound <= ROUNDING)


def refusals(before: Figures, after: Figures) -> Gate:
    allowed = settings.PROMOTION_MAX_FALL_REFUSALS
    name = codes.NON_DIGITS_REFUSED()
    return falls("non_digits", name, before["accuracy"], after["accuracy"], allowed)


def calibration(name: Message, before: Figures, after: Figures) -> list[Gate]:
    """Confidences must go on meaning what they say."""
    keys = "negative_log_likelihood", "expected_calibration_error"
    (likelihood, error), (new_likelihood, new_error) = (
        [of[key] for key in keys] for of in (before, after)
    )
    nll, ece = settings.PROMOTION_MAX_RISE_NLL, settings.PROMOTION_MAX_RISE_ECE
    return [
        rises("nll", codes.LOG_LIKELIHOOD(set=name), likelihood, new_likelihood, nll),
        rises("ece", codes.CALIBRATION_ERROR(set=name), error, new_error, ece),
    ]


def parity(measured: Figures) -> Gate:
    """The file that would serve is the network that was trained."""
    allowed, found = settings.PROMOTION_MAX_LOGIT_DIFFERENCE, measured["max_difference"]
    name = codes.PARITY(count=measured["inputs"])
    rule = codes.LOGITS_DIFFER(number=allowed)
    return Gate("parity", name, None, found, allowed, rule, found <= allowed, PLAIN)


def contradictions(found: Figures) -> list[Gate]:
    """Honest corrections seldom deny what a version is sure of; wrong labels mostly do.

    Neither those of all people together may, nor those of any one among them.
    """
    few = settings.PROMOTION_FEW_CONTRADICTIONS
    worst = max(found["people"], key=lambda each: (each["sure"] >= few, denied(each)))
    sure = found["confidence"]
    return [
        denials("contradictions", codes.SURE_ANSWERS_DENIED, sure, found),
        denials("contradictions_person", codes.SURE_ANSWERS_DENIED_BY_ONE, sure, worst),
    ]


def denials(key: str, code: Code, sure: float, found: Figures) -> Gate:
    name = code(share=sure, count=found["sure"], all=found["n"])
    allowed, few = settings.PROMOTION_MAX_CONTRADICTIONS, settings.PROMOTION_FEW_CONTRADICTIONS
    passed = found["sure"] < few or denied(found) <= allowed + ROUNDING
    rule = codes.AT_MOST_OR_FEW(share=allowed, count=few)
    return Gate(key, name, None, denied(found), allowed, rule, passed)


def denied(found: Figures) -> float:
    return float(found["sure"] / found["n"])


def points(share: float) -> Message:
    """0.002 is 0.2 points, 0.01 is 1 point."""
    number = float(f"{share * 100:g}")
    return codes.POINTS(number=int(number) if number.is_integer() else number)
