"""How people write the ten digits: the forms, as pen paths.

Each form is given by one or more masters, drawings of it that differ as hands differ (a low and a
high bar, a small and a large loop) with the same number of control points. Every drawing mixes
two masters, as a variable font does, so that all shapes in between occur.
"""

from dataclasses import dataclass

from mlcore.labels import NOT_A_DIGIT
from mlcore.synthesis.curves import Path, path


@dataclass(frozen=True, eq=False)
class Form:
    """One way to write a figure.

    masters: each a tuple of the strokes' paths, all alike in strokes and control points.
    weight: how often, relative to the other forms of the same digit, a writer prefers it.
    """

    name: str
    label: int
    masters: tuple[tuple[Path, ...], ...]
    weight: float = 1.0

    @property
    def control_points(self) -> int:
        return sum(len(stroke.points) for stroke in self.masters[0])


def form(name: str, label: int, *masters: str, weight: float = 1.0) -> Form:
    """The form whose masters are texts of paths, a "|" between two strokes."""
    drawn = tuple(tuple(path(stroke) for stroke in master.split("|")) for master in masters)
    shapes = {tuple(len(stroke.points) for stroke in strokes) for strokes in drawn}
    if len(shapes) != 1:
        raise ValueError(f"The masters of {name} differ in strokes or control points: {shapes}")
    return Form(name, label, drawn, weight)


def _forms(label: int, **masters: tuple[float, tuple[str, ...]]) -> list[Form]:
    return [form(name, label, *texts, weight=w) for name, (w, texts) in masters.items()]


_ZERO = (
    "34,0 14,10 2,34 2,66 14,92 34,100 54,90 66,66 66,34 54,9 34,0",
    "30,0 18,4 6,28 0,66 8,92 24,100 38,94 50,66 54,30 46,6 32,0",
)
_SEVEN = ("0,3 28,1 56,0! 38,46 24,100", "0,0 24,4 48,2! 44,44 42,100", "0,6 32,3 66,0! 36,40 6,100")
_HOOKED = (
    "0,18! 2,2! 28,2 56,0! 36,48 24,100",
    "4,26! 0,6! 26,8 50,0! 40,44 36,100",
    "2,14! 4,0! 34,4 66,2! 34,44 10,100",
)
_SEVEN_BAR = ("12,50 54,47", "22,54 66,52", "8,46 50,42")
_NINE_LOOP = (
    "50,14 34,0 10,8 2,30 18,46 38,38",
    "48,6 28,0 4,18 2,44 20,56 42,36",
    "54,18 30,2 6,10 0,26 22,38 42,32",
)

DIGIT_FORMS: tuple[Form, ...] = (
    *_forms(
        0,
        zero=(5.0, _ZERO),
        zero_slashed=(1.2, tuple(f"{ring} | {bar}" for ring, bar in zip(_ZERO, ("60,4 34,50 8,96", "54,-4 28,48 0,104"), strict=True))),
        zero_dotted=(0.4, tuple(f"{ring} | {dot}" for ring, dot in zip(_ZERO, ("32,47 36,53", "26,48 28,54"), strict=True))),
        zero_gap=(1.0, (
            "40,2 18,6 4,30 2,64 14,92 34,100 54,90 66,66 66,40 60,20 54,10",
            "22,4 10,14 2,38 2,68 12,94 30,100 48,92 58,66 58,34 48,10 36,0",
        )),
        zero_overshoot=(1.0, (
            "46,4 24,2 4,28 2,66 14,92 34,100 54,90 64,66 60,34 44,8 22,-6",
            "30,10 14,14 2,38 2,68 12,94 30,100 48,92 58,66 58,34 44,8 20,-2",
        )),
    ),
    *_forms(
        1,
        one=(2.0, ("10,0 10,50 10,100",)),
        one_upstroke=(2.0, (
            "0,44 22,22 40,0! 40,50 40,100",
            "22,20 31,12 40,0! 40,50 40,100",
            "8,22 26,16 40,0! 40,50 41,100",
        )),
        one_foot=(0.8, ("28,0 28,50 28,100 | 4,100 28,100 54,99", "28,0 28,50 28,100 | 12,98 28,100 42,100")),
        one_both=(1.5, (
            "4,30 20,17 32,0! 32,50 32,100 | 4,100 30,101 60,99",
            "16,16 25,10 32,0! 32,50 32,100 | 12,98 32,100 52,100",
        )),
    ),
    *_forms(
        2,
        two=(2.0, (
            "4,22 14,5 34,0 54,9 56,28 42,54 22,78 2,98! 32,97 64,97",
            "0,14 16,2 32,0 44,8 46,22 36,46 20,72 0,100! 26,94 56,100",
            "2,28 10,8 28,0 50,6 58,32 44,64 24,84 0,96! 36,98 70,94",
        )),
        two_loop=(1.5, (
            "4,20 14,4 32,0 50,10 50,32 36,60 18,88 4,96 0,86 10,80 24,88 42,98 64,92",
            "0,22 12,4 28,0 46,8 50,28 40,62 24,88 8,98 2,90 8,84 24,90 42,96 60,90",
            "6,14 18,2 36,0 52,12 50,34 34,66 16,92 2,92 2,78 14,74 28,84 46,100 72,94",
        )),
    ),
    *_forms(
        3,
        three_round=(2.5, (
            "2,14 22,0 44,6 48,24 36,40 18,47! 42,52 56,70 46,92 22,100 0,88",
            "4,8 24,0 42,6 44,18 34,32 20,38! 48,46 58,68 46,94 22,100 2,92",
            "0,12 24,0 50,10 52,30 38,46 22,52! 40,56 50,74 40,94 18,100 0,92",
        )),
        three_flat=(1.5, (
            "4,2! 28,1 52,0! 36,20 22,40! 44,46 56,66 46,90 24,100 0,90",
            "0,0! 24,2 46,3! 34,18 20,34! 46,42 58,66 46,92 22,100 2,94",
        )),
    ),
    *_forms(
        4,
        four_open=(2.0, (
            "14,0 8,28 0,58! 30,58 62,56 | 46,18 45,60 44,100",
            "18,4 8,34 0,66! 34,64 66,62 | 42,30 42,66 42,104",
            "4,0 4,26 2,52! 26,52 58,50 | 50,0 48,50 46,100",
        )),
        four_closed=(1.5, (
            "44,100 44,54 44,0! 22,34 0,66! 32,66 64,66",
            "46,100 44,50 40,0! 18,28 0,56! 30,58 62,56",
            "40,100 40,52 42,0! 22,38 2,74! 34,73 60,72",
        )),
        four_round=(1.0, (
            "4,2 3,30 16,50 34,48 49,38 | 50,0 48,50 45,100",
            "2,0 2,26 14,42 32,42 50,32 | 52,2 52,50 54,100",
        )),
    ),
    *_forms(
        5,
        five=(1.5, (
            "54,0! 34,1 14,0! 11,20 8,42! 28,36 50,46 55,70 42,92 20,100 0,90",
            "58,4! 34,3 10,4! 9,22 6,46! 26,42 46,52 48,74 36,94 18,100 2,94",
        )),
        five_two_strokes=(1.5, (
            "12,4 10,22 8,42! 28,36 50,46 55,70 42,92 20,100 0,90 | 12,4 34,2 58,0",
            "10,0 10,20 6,44! 26,40 46,50 48,74 36,94 18,100 2,94 | 10,0 36,2 66,-2",
        )),
        five_gap=(1.0, (
            "12,8 10,24 8,44! 28,38 50,48 55,70 42,92 20,100 0,90 | 22,0 42,-2 62,-4",
            "8,4 8,24 6,46! 26,42 46,52 48,74 36,94 18,100 2,94 | 18,-4 36,-3 56,-6",
        )),
        five_curved=(0.5, (
            "54,2! 34,2 16,6 10,24 12,40 34,44 52,56 52,78 38,96 18,100 0,92",
            "56,6! 36,0 18,4 12,22 14,36 36,42 50,56 50,78 36,96 18,100 0,94",
        )),
    ),
    *_forms(
        6,
        six_spiral=(1.5, (
            "48,2 24,14 6,42 2,74 18,98 40,96 52,76 40,57 20,60 6,76",
            "50,10 30,0 10,24 2,66 14,96 34,100 48,82 40,62 22,64 12,78",
            "40,0 18,20 4,48 4,78 22,100 48,94 56,72 42,52 20,56 10,70",
        )),
        six_loop=(2.0, (
            "34,0 16,26 4,56 6,86 24,100 44,90 48,68 34,54 16,60 4,74",
            "20,0 8,30 2,62 4,88 22,100 42,92 46,74 32,62 14,68 3,80",
            "50,0 26,22 8,52 6,84 26,100 50,90 54,66 38,50 18,56 5,70",
        )),
    ),
    *_forms(
        7,
        seven=(2.0, _SEVEN),
        seven_crossed=(2.0, tuple(f"{s} | {bar}" for s, bar in zip(_SEVEN, _SEVEN_BAR, strict=True))),
        seven_hooked=(0.8, _HOOKED),
        seven_hooked_crossed=(0.8, tuple(f"{s} | {bar}" for s, bar in zip(_HOOKED, _SEVEN_BAR, strict=True))),
    ),
    *_forms(
        8,
        eight=(2.5, (
            "48,14 32,0 12,6 10,26 28,44 48,62 52,84 28,100 4,86 8,62 28,44 44,32 49,12",
            "50,8 34,0 18,6 16,24 32,42 46,60 46,84 24,100 2,86 6,64 28,44 46,28 51,6",
            "46,16 26,0 6,12 8,32 26,48 46,64 48,84 28,100 8,84 10,64 26,48 44,34 47,14",
        )),
        eight_circles=(1.2, (
            "28,0 10,8 8,32 28,44 48,32 46,8 27,0 | 28,46 6,58 2,84 28,100 54,84 50,58 27,45",
            "26,0 6,10 8,38 28,50 46,38 46,10 25,0 | 28,52 10,62 6,86 28,100 48,86 46,62 27,51",
        )),
        eight_open=(0.5, (
            "48,6 30,0 10,8 10,28 28,44 48,62 50,84 28,100 4,86 8,62 28,44 44,30 56,10",
            "44,4 26,0 8,10 12,28 28,42 46,60 48,84 28,100 6,86 10,62 28,42 42,28 54,6",
        )),
    ),
    *_forms(
        9,
        nine_straight=(1.5, tuple(f"{loop} {tail}" for loop, tail in zip(
            _NINE_LOOP, ("50,12! 49,55 47,100", "48,4! 47,52 48,100", "54,14! 50,56 38,100"), strict=True))),
        nine_curved=(1.5, tuple(f"{loop} {tail}" for loop, tail in zip(
            _NINE_LOOP, ("50,12 50,46 38,78 14,100", "48,4 50,40 40,76 20,100", "54,14 52,50 40,80 22,100"), strict=True))),
        nine_hooked=(1.5, tuple(f"{loop} {tail}" for loop, tail in zip(
            _NINE_LOOP, ("50,12! 50,50 46,84 28,100 6,90", "48,4! 50,50 48,86 32,100 14,94", "54,14! 54,48 50,82 28,100 0,92"), strict=True))),
    ),
)

FORMS: dict[str, Form] = {known.name: known for known in DIGIT_FORMS}


def forms_of(digit: int) -> list[Form]:
    """The forms of one digit, 0 to 9."""
    return [known for known in DIGIT_FORMS if known.label == digit]
