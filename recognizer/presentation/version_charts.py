"""SVG coordinates of charts that compare versions: figures over versions, and pairs by digit."""

from collections.abc import Sequence
from dataclasses import dataclass

from mlcore.evaluation.significance import share_interval
from recognizer.presentation.axes import Axis, axis
from recognizer.presentation.charts import BOTTOM, LEFT, RIGHT, WIDTH, height, marks_of

LEAST_SPAN = 0.02  # of an axis of shares: below two points it would show mostly noise
ROW, ROWS_TOP = 20, 6  # of the chart by digit: height of a row, space above the first
PAIRS_WIDTH, NAME, COUNTS = 400, 32, 132  # its width, and the space beside its rows


@dataclass(frozen=True)
class Point:
    """A figure of one version. low, high: of its interval, if it has one. text: in words."""

    value: float
    low: float
    high: float
    text: str

    @classmethod
    def of_share(cls, right: int, n: int, text: str) -> "Point":
        """Return the point of a share with its interval of 95 %. right: of n >= 1."""
        interval = share_interval(right, n)
        return cls(right / n, interval.low, interval.high, text)


Series = Sequence[Point | None]  # one for each version; None where it was not measured


@dataclass(frozen=True)
class Dot:
    """A point with the y of the ends of its error bar."""

    x: str
    y: str
    low: str
    high: str
    text: str


@dataclass(frozen=True)
class Trend:
    """lines: of each series the points of its polylines, one where none is missing, and its dots.

    marks: the vertical axis, (y, value). across: x and number of the versions that are named.
    serving: x of the serving version, empty if it is not among them.
    """

    lines: list[tuple[list[str], list[Dot]]]
    marks: list[tuple[str, float]]
    across: list[tuple[str, int]]
    serving: str


def trend(
    series: Sequence[Series],
    numbers: Sequence[int],
    *,
    serving: int | None = None,
    share: bool = True,
) -> Trend | None:
    """Draw series over versions, oldest first, on the same axes; None without any point.

    numbers: of the versions. share: values are shares of 0 to 1, else 0 or more from 0 on.
    """
    points = [point for line in series for point in line if point]
    if not points:
        return None
    ends = [end for point in points for end in (point.low, point.high)]
    vertical = (
        axis(ends, least=0.0, most=1.0, span=LEAST_SPAN) if share else axis([0.0, *ends], least=0.0)
    )
    xs = [place(i, len(numbers)) for i in range(len(numbers))]
    named = dict(zip(numbers, xs, strict=True))
    return Trend(
        [(segments(line, xs, vertical), dots(line, xs, vertical)) for line in series],
        marks_of(vertical),
        [(xs[i], numbers[i]) for i in thinned(len(numbers))],
        named.get(serving, "") if serving is not None else "",
    )


def place(index: int, count: int) -> str:
    """Return the x of a version: with air at both ends, one alone in the middle."""
    return f"{LEFT + (index + 0.5) * (WIDTH - LEFT - RIGHT) / count:.1f}"


def thinned(count: int) -> list[int]:
    """Return which of so many versions are named: all, or about ten, the last one among them."""
    every = -(-count // 10)
    return [i for i in range(count) if (count - 1 - i) % every == 0]


def dots(line: Series, xs: Sequence[str], vertical: Axis) -> list[Dot]:
    return [
        Dot(
            x,
            height(vertical, point.value),
            height(vertical, point.low),
            height(vertical, point.high),
            point.text,
        )
        for x, point in zip(xs, line, strict=True)
        if point
    ]


def segments(line: Series, xs: Sequence[str], vertical: Axis) -> list[str]:
    """Return the points of the polylines between versions that were measured one after another."""
    found: list[list[str]] = [[]]
    for x, point in zip(xs, line, strict=True):
        if point:
            found[-1].append(f"{x},{height(vertical, point.value)}")
        elif found[-1]:
            found.append([])
    return [" ".join(each) for each in found if len(each) > 1]


@dataclass(frozen=True)
class Pair:
    """One digit of two versions: the shares of drawings read right, and whether they differ by
    chance. counts: what is written beside them."""

    name: str
    before: float
    after: float
    is_chance: bool
    counts: str


@dataclass(frozen=True)
class Dumbbell:
    """y: of the middle of the row. was, now: x of the two shares."""

    pair: Pair
    y: int
    was: str
    now: str


@dataclass(frozen=True)
class Dumbbells:
    """marks: the horizontal axis, (x, share). bottom: its y. height: of the picture."""

    rows: list[Dumbbell]
    marks: list[tuple[str, float]]
    bottom: int
    height: int


def dumbbells(pairs: Sequence[Pair]) -> Dumbbells | None:
    """Draw one row per pair; None without any."""
    if not pairs:
        return None
    shares = [share for pair in pairs for share in (pair.before, pair.after)]
    across = axis(shares, least=0.0, most=1.0, span=0.1)

    def x(share: float) -> str:
        return f"{NAME + across.share(share) * (PAIRS_WIDTH - NAME - COUNTS):.1f}"

    rows = [
        Dumbbell(pair, ROWS_TOP + i * ROW + ROW // 2, x(pair.before), x(pair.after))
        for i, pair in enumerate(pairs)
    ]
    bottom = ROWS_TOP + len(pairs) * ROW
    return Dumbbells(rows, [(x(mark), mark) for mark in across.marks], bottom, bottom + BOTTOM)
