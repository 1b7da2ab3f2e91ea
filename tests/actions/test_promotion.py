import copy

import pytest

from recognizer.actions.promotion import judge

BEFORE = {
    "embedded": {"n": 1000, "correct": 990, "accuracy": 0.990, "per_digit": [0.99] * 10},
    "non_digits": {"n": 1000, "correct": 970, "accuracy": 0.97, "per_digit": [None] * 10},
    "mnist_holdout": {"n": 5000, "correct": 4975, "accuracy": 0.995, "per_digit": [0.995] * 10},
    "mnist_test": {"n": 10000, "correct": 9950, "accuracy": 0.995, "per_digit": [0.995] * 10},
    "corrections": {"n": 20, "correct": 8},
    "corrections_holdout": {"n": 0, "correct": 0},
}
PARITY = {"inputs": 200, "max_difference": 1e-6}


@pytest.fixture
def after():
    better = copy.deepcopy(BEFORE)
    better["corrections"]["correct"] = 18
    return better


def failed(verdict):
    return [check["name"] for check in verdict["checks"] if not check["passed"]]


def test_a_better_candidate_passes(after):
    verdict = judge(BEFORE, after, parity=PARITY)
    assert verdict["passed"]
    assert verdict["reason"] == "Better by every check."


def test_one_that_learned_nothing_does_not(after):
    after["corrections"]["correct"] = 8
    assert failed(judge(BEFORE, after, parity=PARITY)) == [
        "of 20 corrections trained on, right (must rise)"
    ]


@pytest.mark.parametrize("name", ["embedded", "mnist_holdout"])
def test_a_fall_of_more_than_the_allowed_share_stops_it(after, name):
    after[name]["accuracy"] = BEFORE[name]["accuracy"] - 0.0021
    verdict = judge(BEFORE, after, parity=PARITY)
    assert not verdict["passed"]
    assert len(failed(verdict)) == 1
    assert failed(verdict)[0] in verdict["reason"]


def test_one_forgotten_digit_stops_it_though_the_whole_hardly_falls(after):
    after["embedded"]["per_digit"][4] = 0.97
    assert "digit 4" in failed(judge(BEFORE, after, parity=PARITY))[0]


def test_mnists_test_part_decides_nothing(after):
    after["mnist_test"]["accuracy"] = 0.0
    assert judge(BEFORE, after, parity=PARITY)["passed"]


def test_without_mnist_the_embedded_set_decides(after):
    before = {**BEFORE, "mnist_holdout": None, "mnist_test": None}
    after = {**after, "mnist_holdout": None, "mnist_test": None}
    assert judge(before, after, parity=PARITY)["passed"]
    after["embedded"] = {**after["embedded"], "accuracy": 0.9}
    assert not judge(before, after, parity=PARITY)["passed"]


def test_other_peoples_held_out_corrections_may_not_get_worse(after):
    before = {**BEFORE, "corrections_holdout": {"n": 9, "correct": 5}}
    after["corrections_holdout"] = {"n": 9, "correct": 4}
    assert failed(judge(before, after, parity=PARITY)) == ["held-out corrections read right, of 9"]


def test_a_serving_file_that_answers_otherwise_stops_it(after):
    verdict = judge(BEFORE, after, parity={"inputs": 200, "max_difference": 0.1})
    assert not verdict["passed"]


def test_one_that_accepts_scribbles_does_not_serve(after):
    after["non_digits"] = {**after["non_digits"], "accuracy": 0.94}
    assert failed(judge(BEFORE, after, parity=PARITY)) == ["non-digits refused (may fall by 2.0%)"]


def test_a_digit_that_a_small_set_lacks_is_passed_over(after):
    before = copy.deepcopy(BEFORE)
    before["mnist_holdout"]["per_digit"][3] = after["mnist_holdout"]["per_digit"][3] = None
    assert judge(before, after, parity=PARITY)["passed"]
