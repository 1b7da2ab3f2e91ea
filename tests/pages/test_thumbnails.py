from recognizer.presentation.thumbnails import ink_path, view_side


def stroke(*points: tuple[float, float]) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in points]


def test_ink_is_centered_and_its_longest_side_fills_the_box() -> None:
    # 200 wide and 100 high: scaled by 72 / 200 around (200, 150).
    assert ink_path([stroke((100, 100), (300, 200))]) == "M14.0 32.0L86.0 68.0"


def test_a_corner_is_rounded_through_the_midpoints() -> None:
    path = ink_path([stroke((0, 0), (50, 0), (100, 0), (100, 100))])

    assert path == "M14.0 14.0Q50.0 14.0 68.0 14.0Q86.0 14.0 86.0 50.0L86.0 86.0"


def test_a_tap_is_a_dot_in_the_middle() -> None:
    assert ink_path([stroke((7, 9))]) == "M50.0 50.0h.01"


def test_thousands_of_points_make_a_short_path() -> None:
    slow = stroke(*((x / 100, 0.0) for x in range(10_000)))

    path = ink_path([slow])

    assert path.startswith("M14.0 50.0Q")
    assert path.endswith("L86.0 50.0")
    assert len(path) < 3_000


def test_no_ink_is_no_path() -> None:
    assert ink_path([]) == ink_path([[]]) == ""


def test_wide_ink_gets_a_larger_view_box_and_keeps_its_proportions() -> None:
    digit, number = [stroke((0, 0), (200, 200))], [stroke((0, 0), (1000, 200))]

    assert view_side(digit) == view_side([]) == view_side([stroke((0, 5), (9, 5))]) == 100
    assert view_side(number) == 250
    assert ink_path(number, 250) == "M14.0 102.8L236.0 147.2"
