"""Synthetic writers: fixed habits make the digits of one writer resemble each other."""

import math
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from mlcore.data.synthesis.forms import FORMS, Form, forms_of
from mlcore.labels import DIGITS

FINE_LINE = math.exp(0.5)  # thickness of the widest pen that is no marker

_MOST_POINTS = max(known.control_points for known in FORMS.values())
_ROWS = {name: row for row, name in enumerate(FORMS)}
_NAMES = [[known.name for known in forms_of(digit)] for digit in DIGITS]
_SHARES = [list(accumulate(known.weight for known in forms_of(digit))) for digit in DIGITS]


@dataclass(frozen=True, eq=False)
class Writer:
    """The habits of one writer. Lengths are in heights of the figure, angles in radians."""

    slant: float  # shear to the right, -0.5 to 0.75
    turn: float  # rotation of the whole figure, at most 9 degrees
    aspect: float  # factor on the width, about 0.6 to 1.7
    roundness: float  # 0.5 angular to 1.3 bulging curves
    waist: float  # the middle is higher (< 0) or lower (> 0) than in the form
    taper: float  # the bottom is wider (> 0) or narrower (< 0) than the top
    tremor: float  # amplitude of the shaking, 0 to 0.03
    speed: float  # 0 slow, careful and finely sampled, to 1 fast, sketchy and coarsely sampled
    thickness: float  # factor on the pen's width, 0.6 to 1.65, or up to 3.2 with a marker
    right_to_left: bool  # draws bars from right to left, as many left-handed people do
    backward: float  # share of lines drawn from their end, 0 for most
    looseness: float  # sd of the places where lines end
    hooks: float  # share of line ends with a hook
    hook: float  # the longest hook
    skips: float  # share of lines that the pen breaks in two
    spacing: float  # distance of the points that the pad reports; 0: as fine as they are drawn
    grid: float  # steps of the pad's grid per height; 0: no grid
    forms: tuple[str, ...]  # the preferred form of each digit, by name
    mixtures: NDArray[np.float64]  # (forms, 2): which masters of a form, and the share of each
    offsets: NDArray[np.float64]  # (forms, control points, 2): how this writer bends each form

    @classmethod
    def sample(cls, rng: np.random.Generator) -> "Writer":
        """Draw a new writer at random."""
        shaky = rng.random() < 0.1
        return cls(
            slant=_normal(rng, 0.12, 0.35 if rng.random() < 0.1 else 0.2, limit=1.8),
            turn=_normal(rng, 0, math.radians(3.5), limit=2.5),
            aspect=math.exp(_normal(rng, 0, 0.22, limit=2.4)),
            roundness=rng.uniform(0.6, 1.3),
            waist=_normal(rng, 0, 0.04, limit=2.5),
            taper=_normal(rng, 0, 0.1, limit=2.5),
            tremor=rng.uniform(0.012, 0.03) if shaky else rng.uniform(0, 0.008),
            speed=rng.random(),
            thickness=_thickness(rng),
            right_to_left=rng.random() < 0.08,
            backward=_sometimes(rng, 0.15, 0.02, 0.15),
            looseness=rng.uniform(0, 0.05) if rng.random() < 0.6 else 0.0,
            hooks=_sometimes(rng, 0.35, 0.1, 0.7),
            hook=rng.uniform(0.03, 0.1),
            skips=_sometimes(rng, 0.15, 0.03, 0.25),
            spacing=_sometimes(rng, 0.4, 0.02, 0.14),
            grid=math.exp(rng.uniform(math.log(20), math.log(300))) if rng.random() < 0.5 else 0.0,
            forms=tuple(
                names[bisect(shares, pick * shares[-1])]
                for names, shares, pick in zip(
                    _NAMES, _SHARES, rng.random(len(_NAMES)).tolist(), strict=True
                )
            ),
            mixtures=rng.random((len(FORMS), 2)),
            offsets=rng.normal(0, 0.022, (len(FORMS), _MOST_POINTS, 2)),
        )

    def form_of(self, digit: int, rng: np.random.Generator) -> Form:
        """Choose the form for one drawing of the digit: the preferred one nine times in ten."""
        if rng.random() < 0.9:
            return FORMS[self.forms[digit]]
        return FORMS[str(rng.choice(_NAMES[digit]))]

    def bend(self, form: Form) -> NDArray[np.float64]:
        """Return this writer's offsets (control points, 2) for the form; 0 for a non-digit."""
        row = _ROWS.get(form.name)
        if row is None:
            return np.zeros((form.control_points, 2))
        return self.offsets[row, : form.control_points]

    def mixture(self, form: Form) -> NDArray[np.float64]:
        """Return two numbers in [0,1) that choose this writer's mixture of the form's masters."""
        row = _ROWS.get(form.name)
        return self.mixtures[0 if row is None else row]


def _normal(rng: np.random.Generator, mean: float, deviation: float, *, limit: float) -> float:
    """Draw a normal number, clipped to at most `limit` deviations from the mean."""
    return mean + deviation * min(max(rng.standard_normal(), -limit), limit)


def _thickness(rng: np.random.Generator) -> float:
    """Draw a factor on the pen's width: one writer in twelve uses a marker."""
    if rng.random() < 1 / 12:
        return rng.uniform(FINE_LINE, 3.2)
    return math.exp(_normal(rng, 0, 0.25, limit=2))


def _sometimes(rng: np.random.Generator, share: float, low: float, high: float) -> float:
    """Return a uniform number for this share of the writers, 0 for the others."""
    return rng.uniform(low, high) if rng.random() < share else 0.0
