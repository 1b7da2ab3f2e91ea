import json
import shlex

import numpy as np
import pytest

from mlcore.cli import main
from mlcore.data import datasets, pen, reference_sets, synthesis
from mlcore.data.datasets import Part
from mlcore.data.training_pool import HOLDOUT_DRAWN, HOLDOUT_SIGNS
from mlcore.errors import UnusableBundle
from mlcore.evaluation.metrics import answers, full
from mlcore.ink.directions import PLANES
from mlcore.recipes import DEFAULT, RECIPES, Recipe
from mlcore.recognition import bundle
from mlcore.recognition.confidence import are_strokes
from tests.mlcore.processes import mlcore

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(small_mnist, tmp_path_factory):
    """Train the smallest network for two epochs: the finished process and its version."""
    folder = tmp_path_factory.mktemp("trained")
    arguments = ["--data", small_mnist, "--architecture", "mlp", "--epochs", 2, "--seed", 3]
    done = mlcore("train", *arguments, "--out", folder, "--progress")
    assert done.returncode == 0, done.stderr
    return done, bundle.read(folder)


def test_stdout_has_only_progress_reports(trained):
    lines = [json.loads(line) for line in trained[0].stdout.splitlines()]
    assert [line["epoch"] for line in lines if line["phase"] == "train"] == [1, 2]
    fractions = [line["fraction"] for line in lines]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


def test_the_card_records_how_the_version_was_made(trained, small_mnist):
    card = trained[1].card
    assert (card["architecture"], card["outputs"], card["seed"]) == ("mlp", 11, 3)
    # 784 * 30 + 30 + 30 * 11 + 11
    assert card["parameters"] == 23_891
    assert card["multiply_adds"] == 784 * 30 + 30 * 11
    assert card["recipe"]["epochs"] == len(card["history"]) == 2
    assert card["data"]["mnist"] == datasets.read(small_mnist).checksum
    assert card["data"]["pen"] is None
    assert card["data"]["reference_sets"] == reference_sets.checksums()
    *words, recipe = shlex.split(card["command"])
    assert " ".join(words) == "python -m mlcore train --architecture mlp --seed 3 --recipe"
    assert json.loads(recipe) == {"epochs": 2}  # the only override; the card has no local path


def test_the_figures_of_the_card_match_the_written_version(trained, small_mnist, tmp_path):
    bundle.write(trained[1], tmp_path)
    test = datasets.read(small_mnist).test
    measured = full(answers(bundle.read(tmp_path), test.images, test.labels))
    assert measured == trained[1].card["metrics"]["mnist_test"]


def test_at_most_the_allowed_share_of_holdout_digits_is_refused(trained):
    figures = trained[1].card["metrics"]
    assert figures["mnist_holdout"]["digits_refused"] <= 0.01
    assert figures["pen_holdout"]["digits_refused"] <= 0.01


def test_strokes_and_pictures_are_calibrated_apart(trained):
    """The hold-out of strokes is at least as well calibrated as at a temperature of 1."""
    card = trained[1].card
    assert card["calibration"]["strokes"] != card["calibration"]["picture"]
    assert card["metrics"]["pen_holdout"]["n"] == HOLDOUT_DRAWN + HOLDOUT_SIGNS
    fitted = card["metrics"]["pen_holdout"]
    before = fitted["before_temperature"]["negative_log_likelihood"]
    assert fitted["negative_log_likelihood"] <= before + 1e-6
    assert card["metrics"]["holdout"]["before_temperature"]["negative_log_likelihood"] > 0


@pytest.mark.usefixtures("few_references")
def test_pen_digits_are_trained_on_and_held_out_by_writer(small_mnist, small_pen, tmp_path):
    arguments = ["--data", small_mnist, "--pen", small_pen, "--architecture", "mlp"]
    assert main(["train", *map(str, [*arguments, "--epochs", 1, "--out", tmp_path])]) == 0
    digits, card = pen.load(small_pen), bundle.read(tmp_path).card
    assert card["data"]["pen"] == digits.checksum
    held = pen.split_by_writer(digits)[1]
    assert card["metrics"]["pen_holdout"]["n"] == len(held) + HOLDOUT_SIGNS


@pytest.mark.usefixtures("few_references")
def test_the_same_seed_makes_the_same_network(trained, small_mnist, tmp_path):
    arguments = ["--data", str(small_mnist), "--architecture", "mlp", "--epochs", "2"]
    assert main(["train", *arguments, "--seed", "3", "--out", str(tmp_path)]) == 0
    assert bundle.read(tmp_path).weights == trained[1].weights


def test_missing_data_is_reported_with_the_reason(tmp_path, capsys):
    arguments = ["train", "--data", str(tmp_path / "no.npz"), "--out", str(tmp_path / "out")]
    assert main(arguments) == 1
    assert "MNIST_PATH" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_broken_pen_digits_are_refused_before_the_training(small_mnist, tmp_path, capsys):
    broken = tmp_path / "pen.json"
    broken.write_text('[{"user": "w1", "label": 11, "strokes": [[[0, 0], [0, 9]]]}]')
    arguments = ["--data", str(small_mnist), "--pen", str(broken), "--out", str(tmp_path / "out")]
    assert main(["train", *arguments]) == 1
    assert f"{broken}, entry 1: “label” must be" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def every_architecture():
    from mlcore.training import architectures, export

    inputs = np.random.default_rng(0).random((5, 28, 28, PLANES), np.float32)
    rows = {}
    for name in architectures.ARCHITECTURES:
        model, twin = architectures.build(name), architectures.build(name)
        weights = export.weights_of(model)
        export.load_weights(twin, weights)
        rows[name] = {
            "parameters": model.count_params(),
            "multiply_adds": architectures.multiply_adds(model),
            "outputs": model.output.shape[-1],
            "difference": export.parity(twin, export.to_litert(model), inputs),
            "bytes": len(weights),
        }
    return rows


def test_every_architecture_gives_equal_answers_from_safetensors_and_litert(every_architecture):
    assert set(every_architecture) == set(RECIPES)
    for name, row in every_architecture.items():
        assert row["difference"] < 1e-4, name
        assert row["outputs"] == 11, name


def test_bfloat16_changes_how_a_network_is_computed_and_not_its_weights():
    from mlcore.training import architectures
    from mlcore.training.precision import BFLOAT16

    exact, fast = (architectures.build("small-cnn", each) for each in ("float32", BFLOAT16))
    fast.set_weights(exact.get_weights())
    inputs = np.random.default_rng(0).random((5, 28, 28, PLANES), np.float32)
    logits = [model(inputs, training=False).numpy() for model in (exact, fast)]
    assert {each.dtype for each in (*fast.get_weights(), *logits)} == {np.dtype(np.float32)}
    assert 0 < np.abs(logits[0] - logits[1]).max() < 0.1


def test_the_command_says_that_the_training_was_in_bfloat16():
    from mlcore.training import packaging
    from mlcore.training.precision import BFLOAT16

    command = packaging.training_command(
        "ann", RECIPES["ann"], 1, [], with_pen=False, precision=BFLOAT16
    )
    assert command == "python -m mlcore train --architecture ann --seed 1 --bfloat16"


def test_counts_match_a_manual_calculation(every_architecture):
    # 3*3*1*32+32 + 3*3*32*64+64 + (5*5*64)*128+128 + 128*11+11
    assert every_architecture["small-cnn"]["parameters"] == 320 + 18_496 + 204_928 + 1_419
    # 26*26*288 + 11*11*18432 + 1600*128 + 128*11
    by_hand = 194_688 + 2_230_272 + 204_800 + 1_408
    assert every_architecture["small-cnn"]["multiply_adds"] == by_hand


def test_the_shipped_network_is_small(every_architecture):
    row = every_architecture[DEFAULT]
    assert row["parameters"] <= 800_000
    assert row["multiply_adds"] <= 25_000_000
    assert row["bytes"] <= 2_000_000


def test_weights_of_another_architecture_are_refused():
    from mlcore.training import architectures, export

    weights = export.weights_of(architectures.build("ann"))
    with pytest.raises(UnusableBundle):
        export.load_weights(architectures.build("mlp"), weights)


def test_targets_contain_the_mean_of_the_teachers_answers():
    import keras

    from mlcore.training import architectures
    from mlcore.training.from_scratch import make_aim, predict_logits

    keras.utils.set_random_seed(1)
    part = Part(*synthesis.digits(6, np.random.default_rng(0)))
    teachers = [architectures.build("mlp"), architectures.build("mlp")]
    odds = [np.exp(predict_logits(teacher, part.images)) for teacher in teachers]
    mean = sum(each / each.sum(axis=1, keepdims=True) for each in odds) / 2
    truth = np.eye(11)[part.labels]
    recipe = Recipe(distillation=0.25, label_smoothing=0)

    inputs, taught = make_aim(recipe, teachers)(part)
    _, alone = make_aim(recipe, [])(part)

    assert inputs.shape == (6, 28, 28, PLANES)
    np.testing.assert_allclose(taught, 0.75 * truth + 0.25 * mean, atol=1e-6)
    np.testing.assert_allclose(alone, truth, atol=1e-6)
    assert np.abs(mean - truth).max() > 0.5


def test_figures_before_calibration_are_at_temperatures_of_one_and_the_same_thresholds(trained):
    from mlcore.training.packaging import uncalibrated

    plain = uncalibrated(trained[1])
    fitted = trained[1].card["calibration"]
    assert plain.card["calibration"] == {
        source: {"temperature": 1.0, "threshold": fitted[source]["threshold"]}
        for source in ("strokes", "picture")
    }
    assert (plain.weights, plain.litert) == (trained[1].weights, trained[1].litert)


def test_the_parity_of_pictures_and_strokes_is_checked(monkeypatch):
    """The inputs are in one array, pictures first."""
    from mlcore.training import architectures, export, packaging

    inputs = np.zeros((1_000, 28, 28, PLANES), np.uint8)
    inputs[800:, 14, 14, 3] = 255
    checked = []
    monkeypatch.setattr(export, "parity", lambda model, litert, inputs: checked.append(inputs))
    packaging.convert(architectures.build("mlp"), inputs)
    assert checked[0].shape == (packaging.PARITY_INPUTS, 28, 28, PLANES)
    assert checked[0].max() == 1
    assert are_strokes(checked[0]).sum() == packaging.PARITY_INPUTS / 5


@pytest.mark.usefixtures("few_references")
def test_the_card_lists_the_teachers(trained, small_mnist, tmp_path):
    bundle.write(trained[1], tmp_path / "teacher")
    arguments = ["--data", small_mnist, "--architecture", "mlp", "--epochs", 1]
    places = ["--teacher", tmp_path / "teacher", "--out", tmp_path / "out"]
    assert main(["train", *map(str, arguments + places)]) == 0
    assert bundle.read(tmp_path / "out").card["teachers"] == [trained[1].checksum]
    assert trained[1].card["teachers"] == []
