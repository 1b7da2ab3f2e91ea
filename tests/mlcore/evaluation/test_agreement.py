import pytest

from mlcore.evaluation.agreement import cohens_kappa


def test_kappa_is_that_of_a_worked_example() -> None:
    """Wikipedia, "Cohen's kappa", simple example: 20 and 15 agree, 5 and 10 do not."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

    assert cohens_kappa(pairs) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([(1, 1), (2, 2)], 1),
        ([(1, 1), (1, 2), (2, 1), (2, 2)], 0),
        ([(1, 2), (2, 1)], -1),
        ([(7, 7), (7, 7)], None),
        ([], None),
    ],
)
def test_kappa_goes_from_agreement_to_contradiction(
    pairs: list[tuple[int, int]], kappa: float | None
) -> None:
    assert cohens_kappa(pairs) == kappa
