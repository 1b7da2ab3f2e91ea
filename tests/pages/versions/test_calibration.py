"""The calibration card of a version's page."""

import pytest

from recognizer.models import ModelVersion, User
from tests.conftest import signed_in
from tests.pages.rows import make_version

BINS = [
    {"confidence": 0.5, "accuracy": 0.25, "n": 10},
    {"confidence": 1.0, "accuracy": 1.0, "n": 1_000},
]
HOLDOUT = {
    "n": 6_000,
    "negative_log_likelihood": 0.0196,
    "expected_calibration_error": 0.0017,
    "reliability": BINS,
    "before_temperature": {
        "negative_log_likelihood": 0.0353,
        "expected_calibration_error": 0.0197,
    },
}


def words_of(user: User, metrics: dict) -> str:
    make_version(2, metrics=metrics)
    return " ".join(signed_in(user).get("/versions/2/").content.decode().split())


def test_the_diagram_shows_every_bin_against_the_diagonal(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"holdout": HOLDOUT})

    # A square of 200 from (58, 10). Confidence 0.5 is at the middle; accuracy 0.25 is 150 down,
    # the diagonal 100 down. Ten answers have a radius of 2 + log10(10).
    assert '<circle class="chart-mark" cx="158.0" cy="160.0" r="3.0"/>' in words
    assert '<path class="chart-gap" d="M158.0 110.0V160.0"/>' in words
    assert '<circle class="chart-mark" cx="258.0" cy="10.0" r="5.0"/>' in words


def test_its_figures_are_a_table_too(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"holdout": HOLDOUT})

    row = '<td class="num">50.00%</td><td class="num">25.00%</td><td class="num">10</td>'
    assert row in words
    assert "MNIST hold-out with non-digits" in words


def test_it_shows_the_effect_of_the_temperature(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"holdout": HOLDOUT})

    for name, before, after in (
        ("Negative log-likelihood", "0.0353", "0.0196"),
        ("Expected calibration error (ECE)", "0.0197", "0.0017"),
    ):
        cells = f'<td class="num">{before}</td><td class="num">{after}</td>'
        assert f'<th scope="row">{name}</th>{cells}' in words


def test_it_shows_the_accuracy_of_the_surest_answers(first: ModelVersion, owner: User) -> None:
    selective = {"coverage": 0.95, "accuracy": 0.9998}
    words = words_of(owner, {"mnist_test": {"n": 10_000, "selective": selective}})

    assert "test digits with the highest confidence, 99.98% are right." in words
    assert "Of the 95% of" in words
    assert "chart-mark" not in words


@pytest.mark.parametrize(
    ("metrics", "name"),
    [
        ({"mnist_test": {"reliability": BINS}}, "MNIST test"),
        ({"mnist_test": {"reliability": BINS}, "holdout": {"reliability": []}}, "MNIST test"),
        ({"mnist_test": {"reliability": BINS}, "holdout": HOLDOUT}, "MNIST hold-out with"),
        ({"embedded": {"reliability": BINS}}, "Drawn reference set"),
    ],
)
def test_the_set_that_confidences_are_calibrated_on_comes_first(
    first: ModelVersion, owner: User, metrics: dict, name: str
) -> None:
    words = words_of(owner, metrics)

    card = words.partition('<h2 id="calibration-title">')[2].partition("</section>")[0]
    assert f'<p class="small muted">{name}' in card


def test_a_version_without_these_figures_has_no_card(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"mnist_test": {"n": 100, "accuracy": 0.9}})

    assert "Calibration" not in words
    assert "90.00%" in words
