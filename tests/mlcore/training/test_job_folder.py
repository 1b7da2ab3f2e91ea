"""What a retraining knows from its folder before TensorFlow is loaded."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.data.datasets import Part
from mlcore.errors import NothingToLearn
from mlcore.evaluation.version_comparison import ask
from mlcore.recognition import bundle
from mlcore.training.job_folder import refuse_if_learned

RETRAIN = """
import sys
from mlcore.cli import main
status = main(["retrain", sys.argv[1]])
print({"tensorflow", "keras"} & set(sys.modules), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def answered() -> Part:
    """Drawings that the shipped version answers correctly: half strokes, half pictures."""
    both = Part.joined(
        [each.take(np.arange(0, len(each), 100)) for each in (reference_sets.pen(), pictures())]
    )
    right = both.take(ask(bundle.shipped(), both).right)
    assert len(right) > 10
    return right


def pictures() -> Part:
    return reference_sets.forms()


def prepare(folder: Path, part: Part, held_out: int = 0) -> Path:
    """Prepare a job that learns the drawings, except for the last ones that are held out."""
    bundle.write(bundle.shipped(), folder / "parent")
    (folder / "job.json").write_text(json.dumps({"seed": 1, "mnist": None}))
    n = len(part)
    np.savez(
        folder / "corrections.npz",
        inputs=part.inputs,
        labels=part.labels,
        holdout=np.arange(n) >= n - held_out,
        ids=np.arange(n),
    )
    return folder


def with_wrong_label(part: Part, place: int) -> Part:
    labels = part.labels.copy()
    labels[place] = (labels[place] + 1) % 10
    return Part.of(part.inputs, labels)


def test_if_every_correction_is_right_the_command_ends_at_once(
    tmp_path: Path, answered: Part
) -> None:
    command = [sys.executable, "-c", RETRAIN, str(prepare(tmp_path, answered))]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)

    assert ended.returncode == 1
    said = {"code": "all_answered_correctly", "count": len(answered)}
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [{"error": said}]
    assert ended.stderr.splitlines()[-2:] == [
        f"Nothing to learn: all corrections are already answered correctly ({len(answered)}).",
        "set()",  # neither TensorFlow nor Keras was loaded
    ]
    assert not (tmp_path / "report.json").exists()


def test_one_wrong_answer_is_something_to_learn(tmp_path: Path, answered: Part) -> None:
    refuse_if_learned(prepare(tmp_path, with_wrong_label(answered, 3)))


def test_a_wrong_answer_to_a_held_out_drawing_is_nothing_to_learn(
    tmp_path: Path, answered: Part
) -> None:
    folder = prepare(tmp_path, with_wrong_label(answered, -1), held_out=2)
    with pytest.raises(NothingToLearn) as refused:
        refuse_if_learned(folder)
    assert refused.value.message["count"] == len(answered) - 2
