"""The calibration card of a version's page."""

import re

import pytest

from recognizer.models import ModelVersion, User
from tests.conftest import signed_in, without_hints
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
    return without_hints(signed_in(user).get("/versions/2/").content.decode())


def test_the_diagram_shows_every_bin_against_the_diagonal(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"holdout": HOLDOUT})

    # A square of 200 from (58, 10). Confidence 0.5 is at the middle; accuracy 0.25 is 150 down.
    assert '<circle class="chart-mark" cx="158.0" cy="160.0" r="3"/>' in words
    assert '<circle class="chart-mark" cx="258.0" cy="10.0" r="3"/>' in words


def test_bins_have_error_bars_and_counts(first: ModelVersion, owner: User) -> None:
    twenty = [{"confidence": 0.5, "accuracy": 0.0, "n": 20}, {**BINS[1], "n": 20}]
    words = words_of(owner, {"holdout": {**HOLDOUT, "reliability": twenty}})

    # Wilson's interval of 0 of 20 is 0 to 0.1611 (Newcombe 1998): 167.8 to 200 of 200 down.
    assert '<path class="chart-error" d="M158.0 177.8V210.0"/>' in words
    # The eighth and the last of 15 bins, with equal counts.
    for x in ("151.8", "245.2"):
        assert f'class="chart-bar-before" x="{x}" y="216.0" width="12.3" height="28.0"' in words
    assert "0.0%–16.1%" in words  # noqa: RUF001


def test_its_figures_are_a_table_too(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"holdout": HOLDOUT})

    row = '<td class="num">50.00%</td><td class="num">25.00%</td>'
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


def test_a_retrained_version_has_no_figures_before_the_temperature(
    first: ModelVersion, owner: User
) -> None:
    """It keeps its parent's temperatures."""
    figures = {"negative_log_likelihood": 0.0196, "reliability": BINS}
    words = words_of(owner, {"pen_holdout": figures})

    assert '<th scope="row">Negative log-likelihood</th><td class="num">0.0196</td>' in words
    assert "Before scaling" not in words


@pytest.mark.parametrize("key", ["pen_holdout", "holdout"])
def test_it_shows_the_accuracy_of_the_surest_answers(
    first: ModelVersion, owner: User, key: str
) -> None:
    selective = {"coverage": 0.95, "accuracy": 0.9998}
    words = words_of(owner, {key: {"n": 10_000, "selective": selective}})

    assert "Of the 95% of answers with the highest confidence, 99.98% are right." in words
    assert "chart-mark" not in words


def sources_of(words: str) -> list[str]:
    """Return the names of sources and sets on the card, in order."""
    card = words.partition('<h2 id="calibration-title">')[2].partition("</section>")[0]
    names = re.findall(r'<h3[^>]*>(.*?) <span class="small muted">(.*?)</span></h3>', card)
    return [f"{source}: {name}" for source, name in names]


@pytest.mark.parametrize(
    ("metrics", "shown"),
    [
        ({"mnist_test": {"reliability": BINS}}, ["Pictures: MNIST test"]),
        (
            {"mnist_test": {"reliability": BINS}, "holdout": {"reliability": []}},
            ["Pictures: MNIST test"],
        ),
        (
            {"mnist_test": {"reliability": BINS}, "holdout": HOLDOUT},
            ["Pictures: MNIST hold-out with non-digits"],
        ),
        ({"embedded": {"reliability": BINS}}, ["Pictures: Drawn reference set"]),
        ({"pen": {"reliability": BINS}}, ["Strokes: Drawn pen digits"]),
        ({"pen": {"reliability": BINS}, "pen_holdout": HOLDOUT}, ["Strokes: Pen hold-out"]),
        (
            {"embedded": HOLDOUT, "holdout": HOLDOUT, "pen": HOLDOUT, "pen_holdout": HOLDOUT},
            ["Strokes: Pen hold-out", "Pictures: MNIST hold-out with non-digits"],
        ),
    ],
)
def test_strokes_and_pictures_each_show_the_set_that_they_are_calibrated_on(
    first: ModelVersion, owner: User, metrics: dict, shown: list[str]
) -> None:
    assert sources_of(words_of(owner, metrics)) == shown


def test_each_source_has_its_own_diagram(first: ModelVersion, owner: User) -> None:
    """Accuracy 0.25 and 0.75 at the middle of the diagram are 150 and 50 down."""
    of_strokes = [{"confidence": 0.5, "accuracy": 0.75, "n": 10}]
    metrics = {"holdout": HOLDOUT, "pen_holdout": {"reliability": of_strokes}}
    strokes, pictures = words_of(owner, metrics).split('id="calibration-picture"')

    assert 'cx="158.0" cy="60.0"' in strokes
    assert 'cx="158.0" cy="160.0"' not in strokes
    assert 'cx="158.0" cy="160.0"' in pictures
    assert 'aria-label="Strokes, reliability diagram:' in strokes
    assert 'aria-label="Pictures, reliability diagram:' in pictures


def test_the_facts_have_temperature_and_threshold_of_each_source(
    first: ModelVersion, owner: User
) -> None:
    fitted = {
        "strokes": {"temperature": 0.7071, "threshold": 0.5},
        "picture": {"temperature": 1.25, "threshold": 0.625},
    }
    make_version(2, card={"calibration": fitted})
    words = without_hints(signed_in(owner).get("/versions/2/").content.decode())

    for name, value in (
        ("Refusal threshold (“not a digit”), strokes", "50.0%"),
        ("Refusal threshold (“not a digit”), pictures", "62.5%"),
        ("Temperature, strokes", "0.7071"),
        ("Temperature, pictures", "1.25"),
    ):
        assert f'<dt>{name}</dt><dd class="num">{value}</dd>' in words


def test_a_version_without_these_figures_has_no_card(first: ModelVersion, owner: User) -> None:
    words = words_of(owner, {"mnist_test": {"n": 100, "accuracy": 0.9}})

    assert "Calibration" not in words
    assert "90.00%" in words
