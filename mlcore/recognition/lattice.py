"""Choose how ink is cut into digits: a lattice of segments, searched by dynamic programming.

The ink is over-segmented into atoms from left to right: strokes, or pieces of a picture's ink. A
segment is a run of neighboring atoms that may be one digit or one sign. Every segment costs the
negative log-probability of its label, as the digit network gives it, and penalties for what is
unlikely of its place. The text is that of the cheapest path through all atoms (LeCun, Bottou,
Bengio and Haffner 1998, "Gradient-based learning applied to document recognition", section V).
"""

from collections.abc import Sequence
from dataclasses import dataclass

UNREADABLE = "?"
OVERLAP = 4.0  # nats for two segments of which one is above the other
BEAM = 12  # hypotheses that are kept at every atom, and returned


@dataclass(frozen=True, eq=False)
class Segment:
    """Atoms start to stop (excluded) as one digit or sign.

    span: its left and right end. costs: of each text it may have, in nats, penalties included.
    likely: those texts that are tried first. not_a_digit: the probability that it is none, as the
    digit network gives it.
    """

    start: int
    stop: int
    span: tuple[float, float]
    costs: dict[str, float]
    likely: tuple[str, ...]
    not_a_digit: float = 0.0


@dataclass(frozen=True)
class Step:
    """A segment with its text."""

    segment: Segment
    text: str


@dataclass(frozen=True)
class Hypothesis:
    """A path through all atoms, with its cost."""

    cost: float
    steps: tuple[Step, ...] = ()
    text: str = ""

    def followed_by(self, step: Step, cost: float) -> "Hypothesis":
        """Return the path with one more step; cost: of the whole path."""
        return Hypothesis(cost, (*self.steps, step), self.text + step.text)

    @property
    def digits(self) -> str:
        """The text without signs, and without what cannot be read."""
        return "".join(text for text in self.text if text.isdigit())


def _is_figure(text: str) -> bool:
    """Whether it is a digit, or might be one."""
    return text.isdigit() or text == UNREADABLE


def _crowding(before: Hypothesis, segment: Segment) -> float:
    """Return what it costs that two figures share columns; neighbors share less than half."""
    if not before.steps or not _is_figure(before.steps[-1].text):
        return 0.0
    (left, right), (start, end) = before.steps[-1].segment.span, segment.span
    narrower = max(min(right - left, end - start), 1e-9)
    share = min((min(right, end) - max(left, start)) / narrower, 1)
    return OVERLAP * max(2 * share - 1, 0)


def _by_stop(count: int, segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the segments that end after 0, 1, ... `count` atoms."""
    ending: list[list[Segment]] = [[] for _ in range(count + 1)]
    for segment in segments:
        ending[segment.stop].append(segment)
    return ending


def hypotheses(count: int, segments: Sequence[Segment]) -> list[Hypothesis]:
    """Return paths through `count` atoms, the cheapest first, each with another text.

    At most BEAM are returned. Every atom must be a segment of its own, so that there is a path.
    """
    ending = _by_stop(count, segments)
    beams: list[list[Hypothesis]] = [[Hypothesis(0.0)]]
    for stop in range(1, count + 1):
        cheapest: dict[str, tuple[float, Hypothesis, Segment, str]] = {}
        for segment in ending[stop]:
            options = [(text, segment.costs[text], _is_figure(text)) for text in segment.likely]
            for before in beams[segment.start]:
                crowding = _crowding(before, segment)
                for text, cost, is_figure in options:
                    total = before.cost + cost + crowding * is_figure
                    key = before.text + text
                    known = cheapest.get(key)
                    if known is None or total < known[0]:
                        cheapest[key] = total, before, segment, text
        kept = sorted(cheapest.values(), key=lambda each: each[0])[:BEAM]
        beams.append(
            [before.followed_by(Step(at, text), total) for total, before, at, text in kept]
        )
    return beams[count]


def aligned(count: int, segments: Sequence[Segment], digits: str) -> Hypothesis | None:
    """Return the cheapest path whose digits are these; None if no path spells them."""
    ending = _by_stop(count, segments)
    # By atom and number of digits read so far.
    best: list[list[Hypothesis | None]] = [[None] * (len(digits) + 1) for _ in range(count + 1)]
    best[0][0] = Hypothesis(0.0)
    for stop in range(1, count + 1):
        for segment in ending[stop]:
            for read, before in enumerate(best[segment.start]):
                if before is None:
                    continue
                crowding = _crowding(before, segment)
                for text, cost in segment.costs.items():
                    now = read + text.isdigit()
                    if now > read and digits[read : read + 1] != text:
                        continue
                    known = best[stop][now]
                    total = before.cost + cost + crowding * _is_figure(text)
                    if known is None or total < known.cost:
                        best[stop][now] = before.followed_by(Step(segment, text), total)
    return best[count][len(digits)]
