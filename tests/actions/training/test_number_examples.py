"""Numbers that are learned from: cut into digits, capped by digits, written for the training."""

import numpy as np
import pytest

from mlcore.ink.directions import PLANES
from mlcore.recognition.line_network import HEIGHT, WIDTH
from mlcore.training.job_folder import read_corrections, read_numbers
from recognizer.actions.drawings.recognition import read_strokes
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.training.example_inputs import TrainingExample
from recognizer.actions.training.manifest import manifest_of
from recognizer.actions.training.retraining import write_inputs
from recognizer.actions.training.selection import newest_of_each, select_examples
from recognizer.actions.versions.serving import serving
from recognizer.models import Correction, Drawing, Job
from tests.actions.training.training_examples import HELD_OUT, LEARNED_FROM, account
from tests.conftest import ONE, SEVEN

pytestmark = pytest.mark.django_db

SEVENTEEN = [*ONE, *[[[x + 160, y] for x, y in stroke] for stroke in SEVEN]]
SEVENTY_ONE = [*SEVEN, *[[[x + 220, y + 20] for x, y in stroke] for stroke in ONE]]


def number(by: int, text: str, strokes: object = SEVENTY_ONE) -> Correction:
    """Store a drawing of the account with an approved label."""
    drawing = save_drawing(owner=account(by), ink=read_strokes(strokes))
    digits = "".join(filter(str.isdigit, text))
    Drawing.objects.filter(pk=drawing.pk).update(label=digits, number=text, label_state="approved")
    return Correction.objects.create(
        drawing=drawing,
        by=drawing.owner,
        to_label=digits,
        number=text,
        source="studio",
        state="approved",
    )


def selected():
    return select_examples(heartbeat=lambda: None, networks=serving)


def test_a_number_is_cut_into_its_digits(version) -> None:
    correction = number(LEARNED_FROM[0], "71")
    selection, inputs = selected()
    (example,) = selection.training
    assert (example.correction, example.number, example.digits) == (correction.pk, "71", 2)
    (seven, first), (one, second) = inputs.digits_of(example)
    assert (seven, one) == (7, 1)
    assert {first.shape, second.shape} == {(28, 28, PLANES)}
    read = serving().recognizer
    answers = [read.recognize(each.astype(np.float32) / 255).digit for each in (first, second)]
    assert answers == [7, 1]


def test_a_misread_digit_is_cut_as_well(version) -> None:
    """It is what there is to learn: the places agree, only the answer does not."""
    number(LEARNED_FROM[0], "74")
    selection, inputs = selected()
    assert [label for label, _ in inputs.digits_of(selection.training[0])] == [7, 4]


@pytest.mark.parametrize("text", ["7", "711", "7171"])
def test_a_number_that_the_ink_does_not_fit_is_left_out_and_said(version, text: str) -> None:
    correction = number(LEARNED_FROM[0], text)
    selection, _ = selected()
    assert selection.training == ()
    assert [(pk, why["code"]) for pk, why in selection.left_out] == [
        (correction.pk, "number_not_cut")
    ]


def test_the_files_of_a_job_have_digits_and_lines(version, tmp_path) -> None:
    learned = number(LEARNED_FROM[0], "1.7", SEVENTEEN)
    held = number(HELD_OUT[0], "74")
    gold = number(LEARNED_FROM[1], "71", [[[x, y + 9] for x, y in each] for each in SEVENTY_ONE])
    mark_gold(drawings=[Drawing.objects.get(pk=gold.drawing_id)], by=gold.by)
    selection, inputs = selected()
    job = Job(config={"seed": 1})
    write_inputs(tmp_path, job, version, selection, inputs)
    digits = read_corrections(tmp_path / "corrections.npz")
    assert digits.training.labels.tolist() == [1, 7]
    assert digits.holdout.labels.tolist() == [7, 4]
    assert digits.ids.tolist() == [learned.pk] * 2
    numbers = read_numbers(tmp_path / "numbers.npz")
    assert numbers.training.texts == ["17"]
    assert numbers.holdout.texts == ["74"]
    assert numbers.ids.tolist() == [learned.pk]
    (line,) = numbers.training.inks
    assert line.shape[0] == HEIGHT
    assert 20 < line.shape[1] < WIDTH
    assert line.any()
    assert read_numbers(tmp_path / "gold_numbers.npz").training.texts == ["71"]
    manifest = manifest_of(job, version, selection, inputs)
    assert (manifest["corrections"], manifest["holdout"]) == ([learned.pk], [held.pk])


def test_the_cap_of_a_person_counts_digits() -> None:
    rows = [TrainingExample(pk, pk, 1, 1, 10, "2026") for pk in range(10)]
    assert newest_of_each(rows, 20) == {5, 6, 7, 8, 9}
    assert newest_of_each(rows, 3) == set()
