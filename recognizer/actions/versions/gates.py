"""The gates that a candidate has to pass before it may serve. Each is one line of the verdict.

Every threshold is a setting; docs/architecture.md has the table. The figures come from
`mlcore.evaluation.version_comparison`. before: the parent's figures; after: the candidate's;
shipped: those of the version that comes with the program.
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

ROUNDING = 1e-9  # tolerance: in floating point 0.99 - 0.98 is more than 0.01
SHARE, COUNT, PLAIN = "share", "count", "plain"  # units, for the format of the figures


@dataclass(frozen=True)
class Gate:
    """One gate. `passed` is None if there was nothing to measure; `rule` is the condition.

    before, after, allowed: figures in the unit, or None if the gate has no such figure.
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
    """More of the corrections that it was trained on must be answered correctly than before.

    Digits and whole numbers count alike: a number may be misread although each of its digits,
    seen alone, is read.
    """
    was, now, n = (
        figures["corrections"][key] + figures.get("number_corrections", {}).get(key, 0)
        for figures, key in ((before, "correct"), (after, "correct"), (after, "n"))
    )
    name = codes.LEARNED(count=n)
    return Gate("learned", name, was, now, None, codes.MUST_RISE(), now > was, COUNT)


def falls(key: str, name: Message, before: float, after: float, allowed: float) -> Gate:
    """Return a gate for a share that may fall by at most `allowed`."""
    passed = before - after <= allowed + ROUNDING
    rule = codes.MAY_FALL(points=points(allowed))
    return Gate(key, name, before, after, allowed, rule, passed)


def rises(key: str, name: Message, before: float, after: float, allowed: float) -> Gate:
    """Return a gate for a figure that may rise by at most `allowed`."""
    passed = after - before <= allowed + ROUNDING
    rule = codes.MAY_RISE(number=allowed)
    return Gate(key, name, before, after, allowed, rule, passed, PLAIN)


def accuracy(key: str, name: Message, before: Figures, after: Figures) -> Gate:
    """The accuracy on a reference set may fall by at most PROMOTION_MAX_FALL."""
    allowed = settings.PROMOTION_MAX_FALL
    return falls(key, name, before["accuracy"], after["accuracy"], allowed)


def worst_digit(key: str, name: Message, before: Figures, after: Figures, allowed: float) -> Gate:
    """The accuracy of no single digit may fall by more; the gate shows the largest fall."""
    pairs = {
        digit: pair
        for digit, pair in enumerate(zip(before["per_digit"], after["per_digit"], strict=True))
        if None not in pair  # a small set may have no example of a digit
    }
    worst = max(pairs, key=lambda digit: pairs[digit][0] - pairs[digit][1])
    return falls(f"{key}_digit", of_label(name, worst), *pairs[worst], allowed)


def of_label(name: Message, label: int) -> Message:
    if label < NOT_A_DIGIT:
        return codes.SET_DIGIT(set=name, digit=label)
    return codes.SET_NOT_A_DIGIT(set=name)


def gold(before: Figures, after: Figures) -> Gate:
    """The accuracy of no label of the site's gold set may fall by more than the allowed share.

    The gate shows the largest fall. With few drawings, one lost drawing is already too much.
    """
    was, now = (by_label(figures["confusion"]) for figures in (before, after))
    worst = max(was, key=lambda label: was[label] - now[label])
    name = of_label(codes.GOLD_SET(), worst)
    return falls("gold", name, was[worst], now[worst], settings.PROMOTION_MAX_FALL_GOLD)


def by_label(confusion: Sequence[Sequence[int]]) -> dict[int, float]:
    """Return the accuracy of every label that occurs."""
    return {label: row[label] / sum(row) for label, row in enumerate(confusion) if sum(row)}


def held_out(
    before: Figures,
    after: Figures,
    *,
    key: str = "corrections_holdout",
    name: Code = codes.CORRECTIONS_HELD_OUT_OF,
) -> Gate:
    """The accuracy on held-out people must not fall significantly (paired bootstrap).

    The gate fails if the lower bound of the fall is above 0, which means that at least
    PROMOTION_HOLDOUT_LEVEL of the resamples show a fall. With two or more drawings, one lost and
    none won passes; two lost and none won always fails.
    """
    n = after["n"]
    if not n:
        return not_measured(key, codes.CORRECTIONS_HELD_OUT(), codes.NOBODY_HELD_OUT())
    level = settings.PROMOTION_HOLDOUT_LEVEL
    right = [np.array([hit == "1" for hit in figures["right"]]) for figures in (before, after)]
    bound = least_fall(*right, level=level)
    rule = codes.NO_SIGNIFICANT_FALL(level=level)
    shares = [float(hits.mean()) for hits in right]
    return Gate(key, name(count=n), shares[0], shares[1], 0.0, rule, bound <= ROUNDING)


def numbers(before: Figures, after: Figures) -> Gate:
    """Of the reference set of numbers, few may no longer be read as a whole."""
    allowed, name = settings.PROMOTION_MAX_FALL_GOLD, codes.NUMBERS_SET()
    return falls("numbers", name, before["accuracy"], after["accuracy"], allowed)


def as_many_numbers(key: str, name: Code, before: Figures, after: Figures) -> Gate:
    """As many of the site's own numbers must be read as before."""
    was, now = before["correct"], after["correct"]
    return Gate(
        key, name(count=after["n"]), was, now, 0.0, codes.MUST_NOT_FALL(), now >= was, COUNT
    )


def refusals(before: Figures, after: Figures) -> Gate:
    allowed = settings.PROMOTION_MAX_FALL_REFUSALS
    name = codes.NON_DIGITS_REFUSED()
    return falls("non_digits", name, before["accuracy"], after["accuracy"], allowed)


def total_fall(key: str, name: Message, shares: tuple[float, float, float], allowed: float) -> Gate:
    """Over all rounds a share may fall by at most `allowed` below the shipped version's.

    Otherwise the falls that the other gates allow would add up. A parent that is already further
    below, for example of a smaller architecture, must not get worse. shares: of the shipped
    version, the parent and the candidate. As `before` the gate shows the one it compares with.
    """
    shipped, before, after = shares
    name = codes.SINCE_SHIPPED(set=name)
    passed = after >= lowest(shares, allowed) - ROUNDING
    if shipped - before > allowed + ROUNDING:
        rule = codes.MUST_NOT_FALL_FURTHER(points=points(allowed))
        return Gate(key, name, before, after, 0.0, rule, passed)
    rule = codes.MAY_FALL_IN_ALL(points=points(allowed))
    return Gate(key, name, shipped, after, allowed, rule, passed)


def lowest(shares: tuple[float, float, float], allowed: float) -> float:
    """Return the lowest share that `total_fall` lets pass."""
    shipped, before, _ = shares
    return min(shipped - allowed, before)


def worst_total_fall(
    key: str, names: Mapping[str, Message], shipped: Figures, before: Figures, after: Figures
) -> Gate:
    """The accuracy on none of the sets may fall in all by more than PROMOTION_MAX_TOTAL_FALL.

    names: of the sets. The gate shows the set with the least left of its allowed fall. Sets that
    one of the versions was not measured on do not count.
    """
    allowed = settings.PROMOTION_MAX_TOTAL_FALL
    found = {
        of: tuple(figures[of]["accuracy"] for figures in (shipped, before, after))
        for of in names
        if shipped.get(of) and before.get(of) and after.get(of)
    }
    worst = min(found, key=lambda of: found[of][-1] - lowest(found[of], allowed))
    return total_fall(key, names[worst], found[worst], allowed)


def calibration(suffix: str, name: Message, before: Figures, after: Figures) -> list[Gate]:
    """Confidences must stay calibrated: likelihood and calibration error may rise only a little.

    suffix: of the gates' keys.
    """
    keys = "negative_log_likelihood", "expected_calibration_error"
    (likelihood, error), (new_likelihood, new_error) = (
        [figures[key] for key in keys] for figures in (before, after)
    )
    nll, ece = settings.PROMOTION_MAX_RISE_NLL, settings.PROMOTION_MAX_RISE_ECE
    return [
        rises(f"nll{suffix}", codes.LOG_LIKELIHOOD(set=name), likelihood, new_likelihood, nll),
        rises(f"ece{suffix}", codes.CALIBRATION_ERROR(set=name), error, new_error, ece),
    ]


def parity(measured: Figures) -> Gate:
    """The serving file must give the same logits as the trained network."""
    allowed, found = settings.PROMOTION_MAX_LOGIT_DIFFERENCE, measured["max_difference"]
    name = codes.PARITY(count=measured["inputs"])
    rule = codes.LOGITS_DIFFER(number=allowed)
    return Gate("parity", name, None, found, allowed, rule, found <= allowed, PLAIN)


def contradictions(found: Figures) -> list[Gate]:
    """Correct labels rarely contradict confident answers; wrong labels mostly do.

    One gate counts the labels of all people, the other those of the worst single person.
    """
    few = settings.PROMOTION_FEW_CONTRADICTIONS
    worst = max(found["people"], key=lambda each: (each["sure"] >= few, contradiction_share(each)))
    confidence = found["confidence"]
    one_person = codes.LABELS_OF_ONE_PERSON_CONTRADICT
    return [
        contradiction_gate("contradictions", codes.LABELS_CONTRADICT, confidence, found),
        contradiction_gate("contradictions_person", one_person, confidence, worst),
    ]


def contradiction_gate(key: str, code: Code, confidence: float, found: Figures) -> Gate:
    name = code(share=confidence, count=found["sure"], all=found["n"])
    allowed, few = settings.PROMOTION_MAX_CONTRADICTIONS, settings.PROMOTION_FEW_CONTRADICTIONS
    share = contradiction_share(found)
    passed = found["sure"] < few or share <= allowed + ROUNDING
    rule = codes.AT_MOST_OR_FEW(share=allowed, count=few)
    return Gate(key, name, None, share, allowed, rule, passed)


def contradiction_share(found: Figures) -> float:
    return float(found["sure"] / found["n"])


def points(share: float) -> Message:
    """Convert a share to percentage points: 0.002 is 0.2 points, 0.01 is 1 point."""
    number = float(f"{share * 100:g}")
    return codes.POINTS(number=int(number) if number.is_integer() else number)
