import json
import subprocess
import sys

import numpy as np
import pytest

from mlcore.cli import main
from mlcore.data import pen, reference_sets
from mlcore.data.datasets import Part
from mlcore.data.synthesis import Writer, draw
from mlcore.data.synthesis.sampling import draw_image
from mlcore.data.training_pool import HOLDOUT_NEGATIVES, HOLDOUT_SIGNS
from mlcore.errors import UnusableBundle
from mlcore.ink.directions import as_planes
from mlcore.ink.strokes import network_inputs
from mlcore.messages import english
from mlcore.recipes import RetrainRecipe
from mlcore.recognition import bundle
from mlcore.recognition.confidence import are_strokes
from recognizer.actions.versions.promotion import judge
from tests.mlcore.processes import mlcore

pytestmark = pytest.mark.slow

# Few steps with little rehearsal: enough to learn one odd habit.
QUICK = {"steps": 60, "rehearsal": 600, "rehearsal_per_batch": 48}


def prepare(folder, *, mnist=None, recipe=None, seed=1, more=None, **arrays):
    """Prepare a job: a writer draws fives as hearts. Eight are learned, eight only measured.

    Half of the hearts are pictures, and half are strokes with the directions of the pen.
    """
    rng = np.random.default_rng(2)
    writer = Writer.sample(rng)
    pictures = np.array([draw_image("heart", writer, rng) for _ in range(8)])
    strokes = network_inputs([draw("heart", rng, writer=writer) for _ in range(8)])
    corrections = {
        "inputs": np.concatenate([as_planes(pictures), strokes]),
        "labels": np.full(16, 5, np.uint8),
        "holdout": np.arange(16) % 2 == 1,
        "ids": np.arange(16) + 100,
    }
    bundle.write(bundle.shipped(), folder / "parent")
    job = {"seed": seed, "mnist": str(mnist) if mnist else None, "recipe": recipe or QUICK}
    job |= more or {}
    (folder / "job.json").write_text(json.dumps(job))
    np.savez(folder / "corrections.npz", **(corrections | arrays))
    return folder


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A finished job without MNIST: its folder and its process."""
    folder = prepare(tmp_path_factory.mktemp("job"))
    process = mlcore("retrain", folder)
    assert process.returncode == 0, process.stderr
    return folder, process


@pytest.fixture(scope="module")
def report(done):
    return json.loads((done[0] / "report.json").read_text())


def test_the_candidate_learns_the_habit_from_the_corrections(report):
    assert report["before"]["corrections"]["correct"] == 0
    assert report["after"]["corrections"] == {"n": 8, "correct": 8}
    held_out = report["after"]["corrections_holdout"]
    assert held_out["n"] == len(held_out["right"]) == 8
    assert held_out["correct"] == held_out["right"].count("1") >= 6


def test_the_candidate_keeps_the_accuracy_of_the_parent(report):
    before, after = report["before"]["embedded"], report["after"]["embedded"]
    assert before["n"] == after["n"] == 2_000
    assert after["accuracy"] >= before["accuracy"] - 0.005


def test_the_reference_sets_are_measured_and_named(report):
    for when in ("before", "after"):
        assert report[when]["forms"]["n"] == 1_200
        assert report[when]["non_digits"]["n"] == 500
        assert report[when]["pen"]["n"] == 1_200
        assert report[when]["gold"] is None
    assert report["reference_sets"] == reference_sets.checksums()


def test_hearts_as_fives_contradict_no_sure_answer_of_the_parent(report):
    """The parent answers hearts with "not a digit", which is not counted."""
    counts = {"n": 8, "sure": 0}
    assert report["contradictions"] == counts | {"confidence": 0.99, "ids": [], "people": [counts]}


def test_without_mnist_and_pen_digits_their_figures_are_missing(report):
    for when in ("before", "after"):
        for name in ("mnist_holdout", "mnist_test", "holdout", "pen_holdout"):
            assert report[when][name] is None
    assert report["trained_on"]["rehearsal"]["people"] == 0
    assert report["trained_on"]["corrections"] == 8
    assert sum(report["trained_on"]["rehearsal"].values()) == QUICK["rehearsal"]


def test_the_candidate_is_a_usable_version(done, report):
    candidate = bundle.read(done[0] / "candidate")
    assert candidate.card["parent"] == bundle.shipped().checksum
    assert candidate.card["data"]["reference_sets"] == reference_sets.checksums()
    assert candidate.card["data"]["corrections"] == list(range(100, 116, 2))
    assert candidate.card["recipe"]["steps"] == QUICK["steps"]
    with np.load(done[0] / "corrections.npz") as file:
        hearts = file["inputs"] / np.float32(255)
    assert are_strokes(hearts).tolist() == [False] * 8 + [True] * 8
    for heart in hearts[[0, 8]]:
        assert candidate.recognizer().recognize(heart).label == 5
    assert candidate.card["calibration"] == bundle.shipped().card["calibration"]
    assert report["parity"]["max_difference"] < 1e-3


def test_stdout_has_json_lines_with_fractions_from_0_to_1(done):
    lines = [json.loads(line) for line in done[1].stdout.splitlines()]
    fractions = [line["fraction"] for line in lines]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    phases = list(dict.fromkeys(line["phase"] for line in lines))
    assert phases == ["prepare", "train", "export", "evaluate"]


def test_the_parent_stays_unchanged(done):
    assert bundle.read(done[0] / "parent").checksum == bundle.shipped().checksum


@pytest.mark.usefixtures("few_references")
def test_mnist_pen_digits_and_the_gold_set_are_measured_if_available(
    tmp_path, small_mnist, small_pen
):
    more = {"pen": str(small_pen)}
    folder = prepare(tmp_path, mnist=small_mnist, recipe={"steps": 5, "rehearsal": 200}, more=more)
    sevens = reference_sets.forms().take(np.flatnonzero(reference_sets.forms().labels == 7))
    inputs = as_planes(sevens.images)
    np.savez(folder / "gold.npz", inputs=inputs, labels=sevens.labels, ids=np.arange(120))
    assert main(["retrain", str(folder)]) == 0
    report = json.loads((folder / "report.json").read_text())
    assert report["after"]["mnist_holdout"]["n"] == 100
    assert report["after"]["mnist_test"]["n"] == 100
    assert report["after"]["holdout"]["n"] == 100 + HOLDOUT_NEGATIVES
    digits = pen.load(small_pen)
    held = len(pen.split_by_writer(digits)[1])
    assert held > 0
    assert report["after"]["pen_holdout"]["n"] == held + HOLDOUT_SIGNS
    assert bundle.read(folder / "candidate").card["data"]["pen"] == digits.checksum
    assert report["trained_on"]["rehearsal"]["mnist"] > 0
    assert report["trained_on"]["rehearsal"]["people"] == 30
    for when in ("before", "after"):
        assert report[when]["gold"]["n"] == 120
        assert report[when]["gold"]["correct"] == report[when]["gold"]["confusion"][7][7] >= 115


@pytest.mark.usefixtures("few_references")
def test_a_litert_file_that_differs_from_the_network_fails_its_gate(tmp_path, monkeypatch):
    """The job also sets the confidence of a sure answer."""
    from mlcore.training import export

    monkeypatch.setattr(export, "parity", lambda model, litert, images: 0.25)
    folder = prepare(tmp_path, recipe={"steps": 1, "rehearsal": 200}, more={"sure": 0.6})

    assert main(["retrain", str(folder)]) == 0

    report = json.loads((folder / "report.json").read_text())
    assert report["parity"] == {"inputs": 200, "max_difference": 0.25}
    verdict = judge(report)
    assert verdict["passed"] is False
    (parity,) = (gate for gate in verdict["gates"] if gate["key"] == "parity")
    assert (parity["after"], parity["allowed"], parity["passed"]) == (0.25, 0.001, False)
    assert report["contradictions"]["confidence"] == 0.6
    names = [gate["name"] for gate in verdict["gates"] if gate["key"] == "contradictions"]
    assert [english(name) for name in names] == [
        "Labels that contradict an answer with a confidence of 60% or more (0 of 8)"
    ]


def test_a_full_disk_leaves_no_report_and_no_usable_candidate(tmp_path, capsys, monkeypatch):
    from mlcore.evaluation import version_comparison

    # Skip the measuring, which is slow.
    monkeypatch.setattr(version_comparison, "measure", lambda versions, sets: ({}, {}))
    folder = prepare(tmp_path, recipe={"steps": 1, "rehearsal": 200})
    candidate = folder / "candidate"
    candidate.mkdir()
    (candidate / f".{bundle.WEIGHTS}.part").symlink_to("/dev/full")

    assert main(["retrain", str(folder)]) == 1

    assert "No space left on device" in capsys.readouterr().err.splitlines()[-1]
    assert not (folder / "report.json").exists()
    with pytest.raises(UnusableBundle):
        bundle.read(candidate)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recipe": {"stepps": 5}}, "stepps"),
        ({"recipe": {"distillation": 50}}, "distillation must be a number from 0 to 1, not 50"),
        ({"holdout": np.ones(16, bool)}, "no correction"),
        ({"labels": np.full(16, 11, np.uint8)}, "labels"),
        ({"inputs": np.zeros((16, 20, 20, 9), np.uint8)}, "inputs must be uint8 (n, 28, 28, 9)"),
        ({"inputs": np.zeros((16, 28, 28), np.uint8)}, "inputs must be uint8 (n, 28, 28, 9)"),
        ({"people": np.arange(3)}, "one person an input"),
        ({"mnist": "nowhere.npz"}, "nowhere.npz"),
        (
            {"more": {"mnist_sha256": "abc"}},
            "this job learned with the MNIST of SHA-256 abc; name it with --data",
        ),
        (
            {"more": {"pen_sha256": "abc"}},
            "this job learned with the pen digits of SHA-256 abc; use --pen",
        ),
        ({"more": {"sure": 99}}, "sure must be a number above 0 and up to 1, not 99"),
    ],
    ids=[
        *("setting", "range", "nothing to learn", "label 11", "small", "no directions", "people"),
        *("no MNIST", "MNIST to be named", "pen digits to be named", "sure"),
    ],
)
def test_an_invalid_job_fails_with_the_reason(tmp_path, capsys, changes, reason):
    assert main(["retrain", str(prepare(tmp_path, **changes))]) == 1
    assert reason in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "report.json").exists()


def test_an_altered_parent_is_refused_with_the_reason_in_the_last_line(tmp_path, capsys):
    folder = prepare(tmp_path)
    weights = folder / "parent" / bundle.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    assert main(["retrain", str(folder)]) == 1
    told = capsys.readouterr()
    assert bundle.WEIGHTS in told.err.splitlines()[-1]
    reason = {"code": "file_altered", "file": bundle.WEIGHTS, "card": bundle.CARD}
    assert json.loads(told.out.splitlines()[-1]) == {
        "error": {"code": "no_usable_model", "folder": str(folder / "parent"), "reason": reason}
    }


def test_retraining_exits_when_its_parent_process_ends(tmp_path):
    folder = prepare(tmp_path, recipe={"steps": 10_000})
    command = [sys.executable, "-m", "mlcore", "retrain", str(folder), "--watch-stdin"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(timeout=120) != 0
    assert not (folder / "report.json").exists()


def adapted(steps):
    """Return the progress reports of this many steps with the smallest network."""
    from mlcore.training import architectures, retraining
    from mlcore.training.rehearsal import Rehearsal

    images = np.random.default_rng(0).integers(0, 256, (120, 28, 28)).astype(np.uint8)
    part = Part(images, np.arange(120, dtype=np.uint8) % 10)
    recipe = RetrainRecipe(steps=steps, corrections_per_batch=4, rehearsal_per_batch=8)
    reported = []
    retraining.adapt(
        architectures.build("mlp"),
        part.take(np.arange(6)),
        Rehearsal(part, {}),
        recipe,
        np.random.default_rng(1),
        report=lambda **facts: reported.append([facts[k] for k in ("epoch", "epochs", "fraction")]),
    )
    return reported


@pytest.mark.parametrize(("steps", "reports"), [(3, 3), (10, 10), (12, 10), (29, 10)])
def test_progress_is_reported_in_ten_equal_parts_or_per_step(steps, reports):
    reported = adapted(steps)
    assert [line[:2] for line in reported] == [[i, reports] for i in range(1, reports + 1)]
    # Training covers the fractions from 0.25 to 0.80 of a job.
    done = [round((fraction - 0.25) / 0.55 * steps, 6) for _, _, fraction in reported]
    sizes = np.diff([0, *done])
    assert done[-1] == steps
    assert sizes.max() - sizes.min() <= 1


def test_corrections_are_warped_step_by_step_and_reproducibly(monkeypatch):
    from mlcore.training import retraining

    augment, warped = retraining.augment, []

    def record(images, *others):
        warped.append(augment(images, *others))
        return warped[-1]

    monkeypatch.setattr(retraining, "augment", record)
    adapted(5)
    adapted(5)
    assert [len(images) for images in warped] == [4] * 10
    assert np.array_equal(warped[:5], warped[5:])
    assert len({images.tobytes() for images in warped[:5]}) == 5


def test_it_says_which_share_of_the_way_was_kept(report):
    from mlcore.training.retraining import INTERPOLATIONS

    assert report["share"] in INTERPOLATIONS


class Line:
    """Two weights that stand for a network; `way` leads from the parent (0) to what it learned."""

    def __init__(self, needed):
        self.needed = np.array(needed)  # by each correction: the share from which it is sure
        self.way = np.array([1.0, 1.0], np.float32)
        self.asked = []  # how many corrections at once

    def get_weights(self):
        return [self.way.copy()]

    def set_weights(self, weights):
        (self.way,) = weights

    def __call__(self, inputs, training):
        import tensorflow as tf

        self.asked.append(len(inputs))
        logits = np.zeros((len(inputs), 11), np.float32)
        sure = self.way[0] >= self.needed[: len(inputs)] - 1e-6
        logits[:, 5] = np.where(sure, 9.0, 0.5)  # 0.5: right, but at 15 % by no means sure
        return tf.constant(logits)


@pytest.mark.parametrize(
    ("needed", "share"),
    [
        ([0.1, 0.2], 0.3),  # no less than the least that is tried
        ([0.1, 0.55], 0.6),
        ([0.8], 0.8),
        ([0.95, 0.2], 1.0),
        ([2.0, 0.45], 0.5),  # what was never learned holds nothing
    ],
)
def test_it_goes_back_to_its_parent_as_far_as_no_correction_is_in_doubt_again(needed, share):
    from mlcore.training import retraining

    line, parent = Line(needed), bundle.shipped()
    part = Part(np.zeros((len(needed), 28, 28), np.uint8), np.full(len(needed), 5, np.uint8))

    kept = retraining.interpolate_weights(line, [np.zeros(2, np.float32)], part, parent)

    assert kept == share
    np.testing.assert_allclose(line.way, [share, share], rtol=1e-6)


def test_of_many_corrections_some_are_asked_at_once():
    """A network needs half a megabyte for each."""
    from mlcore.training import retraining
    from mlcore.training.from_scratch import EVALUATION_BATCH

    count = 2 * EVALUATION_BATCH + 1
    line = Line([0.55] * count)
    part = Part(np.zeros((count, 28, 28), np.uint8), np.full(count, 5, np.uint8))

    kept = retraining.interpolate_weights(line, [np.zeros(2, np.float32)], part, bundle.shipped())

    assert kept == 0.6
    assert set(line.asked) == {EVALUATION_BATCH, 1}


def test_broken_pen_digits_end_the_retraining_at_once(tmp_path, capsys):
    broken = tmp_path / "pen.json"
    broken.write_text("[{}]")
    assert main(["retrain", str(prepare(tmp_path / "job")), "--pen", str(broken)]) == 1
    told = capsys.readouterr()
    assert f"{broken}, entry 1: “user” must be" in told.err
    assert "train" not in {json.loads(line).get("phase") for line in told.out.splitlines()}
    assert not (tmp_path / "job" / "report.json").exists()
