"""Expected values are of the binomial distribution and of Newcombe's two papers of 1998."""

import pytest

from mlcore.evaluation.significance import difference_interval, mcnemar, share_interval


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [
        (0, 0, 1.0),
        (2, 0, 0.5),
        (5, 0, 0.0625),
        (6, 0, 0.03125),
        (1, 9, 0.021484),
        (7, 7, 1.0),
        (12, 5, 0.143463),
    ],
)
def test_mcnemar_is_the_exact_binomial_test(won: int, lost: int, p: float) -> None:
    assert mcnemar(won, lost) == pytest.approx(p, abs=1e-6)
    assert mcnemar(lost, won) == mcnemar(won, lost)


def test_with_many_drawings_it_goes_on_smoothly() -> None:
    exact, approximated = mcnemar(1_000, 1_090), mcnemar(1_001, 1_091)
    assert approximated == pytest.approx(exact, rel=0.01)


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Newcombe 1998, Statistics in Medicine 17:857, table I."""
    for right, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)):
        found = share_interval(right, n)
        assert (found.low, found.high) == (
            pytest.approx(low, abs=1e-4),
            pytest.approx(high, abs=1e-4),
        )
    assert share_interval(0, 20).low == 0
    assert share_interval(0, 20).high == pytest.approx(0.1611, abs=1e-4)
    assert share_interval(20, 20).high == 1


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """Newcombe 1998, Statistics in Medicine 17:873, table II, method 10."""
    found = difference_interval((48, 80), (56, 70))
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=1e-4),
        pytest.approx(0.3339, abs=1e-4),
    )
    assert not found.has_zero
    assert difference_interval((76, 77), (77, 77)).has_zero
