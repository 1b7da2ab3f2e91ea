import copy

import pytest

from recognizer.actions.versions.promotion import judge
from recognizer.presentation.messages import in_english
from tests.actions.versions.verdicts import (
    CONFUSION_OF_GOLD,
    contradiction_counts,
    measured,
    report,
)

REFERENCES = ["embedded", "pen", "mnist_holdout", "pen_holdout"]


def failed_gates(report):
    """Return the keys of the gates that failed."""
    return [gate["key"] for gate in judge(report)["gates"] if gate["passed"] is False]


def gate(report, key):
    return next(each for each in judge(report)["gates"] if each["key"] == key)


@pytest.fixture
def asked():
    return report()


def test_a_better_candidate_passes_every_gate(asked):
    verdict = judge(asked)
    assert verdict["passed"]
    assert in_english(verdict["reason"]) == "Passed every gate."
    assert [each["key"] for each in verdict["gates"]] == [
        *("learned", "embedded", "embedded_digit", "pen", "pen_digit"),
        *("mnist_holdout", "mnist_holdout_digit", "pen_holdout", "pen_holdout_digit"),
        *("forms_digit", "gold", "corrections_holdout", "non_digits", "numbers"),
        *("shipped_accuracy", "shipped_refusals", "nll", "ece", "nll_strokes", "ece_strokes"),
        *("parity", "contradictions", "contradictions_person"),
    ]


def test_every_gate_has_both_figures_and_what_was_allowed(asked):
    assert gate(asked, "embedded") == {
        "key": "embedded",
        "name": {"code": "embedded_set"},
        "before": 0.99,
        "after": 0.99,
        "allowed": 0.002,
        "rule": {"code": "may_fall", "points": {"code": "points", "number": 0.2}},
        "passed": True,
        "unit": "share",
    }


def test_the_reason_names_the_failed_gates(asked):
    asked["after"]["non_digits"]["accuracy"] = 0.945
    asked["parity"]["max_difference"] = 0.1
    verdict = judge(asked)
    assert not verdict["passed"]
    assert in_english(verdict["reason"]) == (
        "Failed gates: Non-digits refused; Converted file compared with its network, 200 inputs."
    )


def test_a_candidate_that_learned_nothing_fails(asked):
    asked["after"]["corrections"]["correct"] = 8
    assert failed_gates(asked) == ["learned"]


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize(("fall", "stops"), [(0.002, False), (0.0021, True)])
def test_a_reference_set_may_fall_by_a_fifth_of_a_point(asked, name, fall, stops):
    asked["after"][name]["accuracy"] = asked["before"][name]["accuracy"] - fall
    assert failed_gates(asked) == ([name] if stops else [])


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("embedded", 0.01), ("mnist_holdout", 0.01), ("pen", 0.02), ("pen_holdout", 0.02)],
)
@pytest.mark.parametrize(("more", "stops"), [(0.0, False), (0.0001, True)])
def test_no_digit_of_it_may_fall_by_more_than_one_or_two_points(asked, name, allowed, more, stops):
    """The sets of pen digits have only about a hundred drawings of a digit."""
    fall = allowed + more
    asked["after"][name]["per_digit"][4] -= fall
    assert failed_gates(asked) == ([f"{name}_digit"] if stops else [])
    assert in_english(gate(asked, f"{name}_digit")["name"]).endswith(", digit 4")


@pytest.mark.parametrize(("fall", "stops"), [(0.02, False), (0.0201, True)])
def test_no_digit_of_the_forms_may_fall_by_more_than_two_points(asked, fall, stops):
    asked["after"]["forms"]["per_digit"][7] -= fall
    assert failed_gates(asked) == (["forms_digit"] if stops else [])


def test_no_gate_uses_mnists_test_part(asked):
    asked["after"]["mnist_test"] = measured(10_000, 0.0)
    assert judge(asked)["passed"]


def test_without_mnist_its_gate_is_not_measured(asked):
    for when in ("before", "after"):
        asked[when] |= {"mnist_holdout": None, "mnist_test": None, "holdout": None}
    assert gate(asked, "mnist_holdout")["passed"] is None
    assert in_english(gate(asked, "nll")["name"]) == "Negative log-likelihood, drawn reference set"
    assert judge(asked)["passed"]
    asked["after"]["embedded"]["accuracy"] -= 0.005
    assert failed_gates(asked) == ["embedded"]


def test_without_pen_data_the_hold_out_of_its_writers_is_not_measured(asked):
    for when in ("before", "after", "shipped"):
        asked[when]["pen_holdout"] = None
    assert gate(asked, "pen_holdout")["passed"] is None
    name = in_english(gate(asked, "ece_strokes")["name"])
    assert name == "Calibration error, drawn pen digits"
    asked["after"]["pen"]["accuracy"] -= 0.005
    assert failed_gates(asked) == ["pen"]


def test_a_digit_missing_from_a_small_set_is_skipped(asked):
    for when in ("before", "after"):
        asked[when]["mnist_holdout"]["per_digit"][3] = None
    assert judge(asked)["passed"]


# The site's gold set --------------------------------------------------------------------------


def with_gold(asked, each=10, **lost):
    """Add a gold set of `each` drawings per label, all correct before; `lost` are wrong after."""
    before = [[cell * each // 10 for cell in row] for row in CONFUSION_OF_GOLD]
    after = copy.deepcopy(before)
    for label, count in lost.items():
        row = int(label.removeprefix("label_"))
        after[row][row] -= count
        after[row][(row + 1) % 11] += count
    asked["before"]["gold"] = {"confusion": before}
    asked["after"]["gold"] = {"confusion": after}
    return asked


def test_without_gold_drawings_its_gate_is_not_measured(asked):
    assert in_english(gate(asked, "gold")["rule"]) == "no drawing is marked as gold yet"
    assert gate(asked, "gold")["passed"] is None


def test_an_unchanged_gold_set_passes(asked):
    assert gate(with_gold(asked), "gold")["passed"] is True


def test_of_a_large_gold_set_no_label_may_fall_by_more_than_two_points(asked):
    assert failed_gates(with_gold(asked, each=100, label_3=2)) == []
    assert failed_gates(with_gold(asked, each=100, label_3=3)) == ["gold"]
    assert in_english(gate(asked, "gold")["name"]) == "Gold set, digit 3"
    assert gate(asked, "gold")["after"] == 0.97


def test_non_digits_in_the_gold_set_count_as_well(asked):
    assert failed_gates(with_gold(asked, label_10=2)) == ["gold"]
    assert in_english(gate(asked, "gold")["name"]) == "Gold set, not a digit"


def test_one_lost_drawing_of_a_small_gold_set_fails(asked):
    assert failed_gates(with_gold(asked, label_3=1)) == ["gold"]


def test_gains_do_not_offset_a_lost_gold_drawing(asked):
    with_gold(asked, label_3=1)
    asked["before"]["gold"]["confusion"][8] = [0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0]
    assert failed_gates(asked) == ["gold"]


# Corrections held out -------------------------------------------------------------------------


def with_holdout(asked, before, after):
    for when, right in (("before", before), ("after", after)):
        asked[when]["corrections_holdout"] = {
            "n": len(right),
            "correct": right.count("1"),
            "right": right,
        }
    return asked


def test_without_held_out_people_the_gate_is_not_measured(asked):
    shown = gate(asked, "corrections_holdout")
    assert (shown["passed"], in_english(shown["rule"])) == (None, "no person is held out yet")


@pytest.mark.parametrize(
    ("before", "after", "stops"),
    [
        ("1", "0", True),  # only one drawing, so every resample shows the fall
        ("11", "01", False),  # a quarter of the resamples has only the other drawing
        ("1" * 40, "1" * 39 + "0", False),
        ("1" * 40, "1" * 38 + "00", True),  # seven of eight resamples include one of the two
        ("1" * 40 + "0" * 2, "1" * 38 + "00" + "11", False),
        ("1" * 30 + "0" * 10, "1" * 30 + "1" * 10, False),
        ("1" * 30 + "0" * 10, "0" * 10 + "1" * 20 + "1" * 5 + "0" * 5, True),
    ],
)
def test_a_significant_fall_on_held_out_people_fails(asked, before, after, stops):
    with_holdout(asked, before, after)
    assert failed_gates(asked) == (["corrections_holdout"] if stops else [])


def test_the_confidence_level_is_a_setting(asked, settings):
    with_holdout(asked, "1" * 40, "1" * 39 + "0")
    settings.PROMOTION_HOLDOUT_LEVEL = 0.6  # 64 % of the resamples include it
    assert failed_gates(asked) == ["corrections_holdout"]


# Refusals, calibration, parity ----------------------------------------------------------------


@pytest.mark.parametrize(("fall", "stops"), [(0.02, False), (0.0201, True)])
def test_a_candidate_that_accepts_non_digits_fails(asked, fall, stops):
    asked["after"]["non_digits"]["accuracy"] -= fall
    assert failed_gates(asked) == (["non_digits"] if stops else [])


@pytest.mark.parametrize(
    ("figure", "key"), [("negative_log_likelihood", "nll"), ("expected_calibration_error", "ece")]
)
@pytest.mark.parametrize(("rise", "stops"), [(0.01, False), (0.0101, True)])
@pytest.mark.parametrize(("of", "suffix"), [("holdout", ""), ("pen_holdout", "_strokes")])
def test_confidences_must_stay_calibrated(asked, figure, key, rise, stops, of, suffix):
    """Those of pictures and of strokes, each by itself."""
    asked["after"][of][figure] += rise
    assert failed_gates(asked) == ([key + suffix] if stops else [])


# The shipped version --------------------------------------------------------------------------


def fall_in_rounds(*falls):
    """Retrain once per fall of refused non-digits, each time from the candidate before.

    Returns the failed gates of each round.
    """
    refused, failed = [0.998], []
    for fall in falls:
        refused.append(refused[-1] - fall)
        asked = report()
        asked["shipped"]["non_digits"]["accuracy"] = refused[0]
        asked["before"]["non_digits"]["accuracy"] = refused[-2]
        asked["after"]["non_digits"]["accuracy"] = refused[-1]
        failed.append(failed_gates(asked))
    return failed


def test_allowed_falls_of_refusals_do_not_add_up():
    """Each round's fall would be allowed by itself."""
    assert fall_in_rounds(0.009, 0.009, 0.009, 0.009) == [[], [], [], ["shipped_refusals"]]
    assert fall_in_rounds(0.013, 0.013, 0.013) == [[], [], ["shipped_refusals"]]


@pytest.mark.parametrize("name", [*REFERENCES, "forms"])
def test_allowed_falls_of_accuracy_do_not_add_up(asked, name):
    first = asked["shipped"][name]["accuracy"]
    asked["before"][name]["accuracy"] = first - 0.009
    asked["after"][name]["accuracy"] = first - 0.01
    assert failed_gates(asked) == []
    asked["after"][name]["accuracy"] = first - 0.0101
    assert failed_gates(asked) == ["shipped_accuracy"]


def test_the_gate_names_the_set_that_fell_most(asked):
    asked["after"]["pen"]["accuracy"] -= 0.001
    shown = gate(asked, "shipped_accuracy")
    assert in_english(shown["name"]) == "Drawn pen digits, compared with the shipped version"
    assert in_english(shown["rule"]) == "may fall by 1 point in all"
    assert (shown["before"], shown["after"], shown["allowed"]) == (0.99, 0.989, 0.01)


@pytest.mark.parametrize(("change", "stops"), [(0.001, False), (0.0, False), (-0.001, True)])
def test_what_was_further_below_the_shipped_version_must_not_fall_at_all(asked, change, stops):
    """For example, a small architecture that was trained from scratch and promoted by a person."""
    asked["before"]["pen"]["accuracy"] = 0.9
    asked["after"]["pen"]["accuracy"] = 0.9 + change
    assert failed_gates(asked) == (["shipped_accuracy"] if stops else [])
    shown = gate(asked, "shipped_accuracy")
    assert (shown["before"], shown["after"], shown["allowed"]) == (0.9, 0.9 + change, 0.0)
    assert in_english(shown["rule"]) == (
        "must not fall further: it was more than 1 point below the shipped version before"
    )


def test_a_better_parent_may_fall_back_to_the_shipped_version(asked):
    for when, share in (("shipped", 0.95), ("before", 0.99), ("after", 0.975)):
        asked[when]["non_digits"]["accuracy"] = share
    assert failed_gates(asked) == []


def test_a_set_that_was_not_measured_does_not_count_against_the_shipped_version(asked):
    for when in ("before", "after", "shipped"):
        asked[when]["mnist_holdout"] = None
    assert gate(asked, "shipped_accuracy")["passed"] is True


@pytest.mark.parametrize(("difference", "stops"), [(0.001, False), (0.0011, True)])
def test_a_serving_file_with_other_logits_fails(asked, difference, stops):
    asked["parity"]["max_difference"] = difference
    assert failed_gates(asked) == (["parity"] if stops else [])


# Corrections that contradict confident answers ------------------------------------------------


@pytest.mark.parametrize(
    ("people", "stops"),
    [
        ([(20, 8)], []),
        ([(20, 9)], ["contradictions", "contradictions_person"]),
        ([(4, 4)], []),  # too few to judge: two or three correct ones may all contradict
        ([(5, 5)], ["contradictions", "contradictions_person"]),
        ([(20, 20), (80, 4)], ["contradictions_person"]),  # hidden among correct labels
        ([(3, 3)] * 10, ["contradictions"]),  # spread over many accounts
    ],
)
def test_labels_that_contradict_confident_answers_fail(asked, people, stops):
    asked["contradictions"] = contradiction_counts(*people)
    assert failed_gates(asked) == stops


def test_the_names_have_the_counts_and_the_measured_confidence(asked):
    asked["contradictions"] = {**contradiction_counts((20, 8), (10, 5)), "confidence": 0.995}
    words = "that contradict an answer with a confidence of 99.5% or more"
    assert in_english(gate(asked, "contradictions")["name"]) == f"Labels {words} (13 of 30)"
    assert (
        in_english(gate(asked, "contradictions_person")["name"])
        == f"Labels by one person {words} (5 of 10)"
    )


@pytest.mark.parametrize(
    ("setting", "key", "allowed"),
    [
        ("PROMOTION_MAX_FALL", "embedded", 0.5),
        ("PROMOTION_MAX_FALL_PER_DIGIT", "embedded_digit", 0.5),
        ("PROMOTION_MAX_FALL_GOLD", "forms_digit", 0.5),
        ("PROMOTION_MAX_FALL_REFUSALS", "non_digits", 0.5),
        ("PROMOTION_MAX_TOTAL_FALL", "shipped_accuracy", 0.5),
        ("PROMOTION_MAX_TOTAL_FALL_REFUSALS", "shipped_refusals", 0.5),
        ("PROMOTION_MAX_RISE_NLL", "nll", 0.5),
        ("PROMOTION_MAX_RISE_ECE", "ece", 0.5),
        ("PROMOTION_MAX_LOGIT_DIFFERENCE", "parity", 0.5),
        ("PROMOTION_MAX_CONTRADICTIONS", "contradictions", 0.5),
    ],
)
def test_every_threshold_is_a_setting(asked, settings, setting, key, allowed):
    setattr(settings, setting, allowed)
    assert gate(asked, key)["allowed"] == allowed
