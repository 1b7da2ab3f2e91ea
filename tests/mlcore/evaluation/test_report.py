import json

import numpy as np
import pytest

from mlcore.data import datasets, development_sets
from mlcore.data.corruptions import CORRUPTIONS
from mlcore.data.out_of_distribution import KINDS
from mlcore.evaluation import report
from mlcore.evaluation.metrics import Answers
from mlcore.recognition import bundle
from tests.mlcore.data.dev_sets import save_dev_sets, symbol_entries
from tests.mlcore.data.pen_files import save_json

pytestmark = pytest.mark.slow  # makes and reads thousands of pictures

READING = {"n", "accuracy", "ten_way_accuracy", "refused"}
TRUSTED = READING | {
    "selective_error",
    "expected_calibration_error",
    "negative_log_likelihood",
}


@pytest.fixture(scope="module")
def found(small_mnist, tmp_path_factory):
    """The report of the shipped version on 12 drawings of each set, after a JSON round trip."""
    sets = save_dev_sets(tmp_path_factory.mktemp("sets"))
    test = datasets.read(small_mnist).test
    figures = report.evaluation_report(bundle.shipped(), test, dev_sets=sets, at_most=12)
    return json.loads(json.dumps(figures, allow_nan=False))


def test_every_corruption_is_measured_with_its_path(found):
    robustness = found["robustness"]
    assert list(robustness["corruptions"]) == list(CORRUPTIONS)
    for figures in robustness["corruptions"].values():
        assert set(figures) == READING | {"path"}
        assert figures["n"] == 12
    paths = {name: figures["path"] for name, figures in robustness["corruptions"].items()}
    assert (paths["rotation"], paths["blur"]) == ("drawing", "picture")
    each = [figures["accuracy"] for figures in robustness["corruptions"].values()]
    assert robustness["mean_accuracy"] == pytest.approx(sum(each) / 12)
    assert robustness["undisturbed"]["accuracy"] == found["mnist_test"]["accuracy"]
    assert robustness["undisturbed_as_picture"]["n"] == 12


def test_fewer_digits_are_used_for_corruptions_of_pictures(small_mnist, monkeypatch):
    monkeypatch.setattr(report, "PICTURED", 3)
    test = datasets.read(small_mnist).test
    robustness = report.robustness(bundle.shipped(), test.take(np.arange(5)))
    counts = {name: figures["n"] for name, figures in robustness["corruptions"].items()}
    assert (counts["shear"], counts["noise"]) == (5, 3)
    assert (robustness["undisturbed"]["n"], robustness["undisturbed_as_picture"]["n"]) == (3, 5)


def test_scikit_learns_digits_are_measured(found):
    figures = found["scikit_digits"]
    assert set(figures) == READING | {"per_digit"}
    assert (figures["n"], len(figures["per_digit"])) == (12, 10)


def test_out_of_distribution_drawings_are_measured_by_kind(found):
    figures = found["not_a_digit"]
    assert (figures["n"], figures["digits"]) == (12, 12)
    assert {kind: of["n"] for kind, of in figures["kinds"].items()} == dict.fromkeys(KINDS, 1)
    assert 0.5 < figures["auroc"] <= 1  # any version should be better than chance


def test_a_blank_photograph_of_a_0_is_wrong_and_refused(found):
    phone = found["dev_sets"]["phone"]
    assert phone["n"] == 3
    assert phone["wrong"][0] == {
        "name": "0_blank.png",
        "label": 0,
        "said": 10,
        "likeliest": 10,
        "not_a_digit": 1.0,
        "junk": False,
    }
    assert phone["ten_way_accuracy"] <= 2 / 3


def test_letters_that_look_like_digits_are_not_counted_in_totals(found):
    letters = found["dev_sets"]["letters"]
    assert letters["n"] == 2  # A and L, without the o
    assert set(letters["refused_by_letter"]) == {"A", "L", "o"}
    assert "o" in letters["left_out"]


def test_pen_digits_are_measured_by_source(found):
    pen = found["dev_sets"]["pen"]
    assert {source: figures["n"] for source, figures in pen.items()} == {
        "formulas": 1,
        "pendigits": 3,
    }
    for figures in (*pen.values(), found["dev_sets"]["phone"]):
        assert set(figures) >= TRUSTED
    assert found["dev_sets"]["canvas"]["without_junk"].keys() == TRUSTED


def test_symbols_that_look_like_digits_are_not_counted_in_totals(found):
    symbols = found["dev_sets"]["pen_symbols"]
    assert symbols["n"] == 1
    assert symbols["left_out"] == ["z", "|"]
    assert {name: each["n"] for name, each in symbols["by_symbol"].items()} == {
        r"\leftarrow": 1,
        "z": 1,
        "|": 1,
    }
    assert symbols["by_symbol"]["z"]["refused"] == 0  # it is drawn as a 7


def test_symbols_need_pen_digits_to_be_compared_with(tmp_path):
    save_json(tmp_path / "pen_symbols_dev.json", symbol_entries())
    found = report.on_dev_sets(bundle.shipped(), tmp_path, None)
    assert found["pen"] == found["pen_symbols"] == report.SKIPPED


def test_junk_is_counted_in_only_one_of_two_totals(tmp_path, monkeypatch):
    labels = np.array([3, 5, 6, 8], np.uint8)
    canvas = development_sets.canvas(save_dev_sets(tmp_path))
    canvas.junk[1] = True
    # A 3, a junk 5 that is read as a 1, and a 6 and an 8 that are refused.
    likeliest = np.eye(11, dtype=np.float32)[[3, 1, 10, 10]]
    monkeypatch.setattr(development_sets, "canvas", lambda sets: canvas)
    answered = Answers(likeliest, labels.astype(int), np.full(4, 0.5))
    monkeypatch.setattr(report, "answers", lambda *_: answered)
    for other in ("phone_dev", "pen_dev.json"):
        (tmp_path / other).rename(tmp_path / f"no_{other}")
    found = report.on_dev_sets(bundle.shipped(), tmp_path, None)
    assert found["canvas"]["accuracy"] == 1 / 4
    assert found["canvas"]["without_junk"]["accuracy"] == pytest.approx(1 / 3)
    assert [(wrong["name"], wrong["junk"]) for wrong in found["canvas"]["wrong"]] == [
        ("1", True),
        ("2", False),
        ("3", False),
    ]
    # Without photographed digits, letters have nothing to be compared with.
    assert found["phone"] == found["letters"] == report.SKIPPED


def test_the_report_is_deterministic(small_mnist, found):
    test = datasets.read(small_mnist).test
    version = bundle.shipped()
    again = report.robustness(version, test.take(np.arange(12) * 100 // 12))
    assert again == found["robustness"]


def test_a_limit_takes_an_even_sample_of_a_set():
    assert report.spread(10, 5).tolist() == [0, 2, 4, 6, 8]
    assert report.spread(3, 5).tolist() == [0, 1, 2]
    assert report.spread(3, None).tolist() == [0, 1, 2]
