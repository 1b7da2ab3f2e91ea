import numpy as np
import pytest

from mlcore.data import reference_sets, synthesis
from mlcore.evaluation import metrics
from mlcore.ink.directions import PLANES
from mlcore.ink.strokes import network_inputs
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle
from mlcore.recognition.confidence import are_strokes

KIB = 1024
CHECKSUMS = {
    "reference": "f48a4bcdb594f11d493740d9d0a11589ee06d381b695cef5a255dcd94ebfb59c",
    "negatives": "7c254598a0f2a46af976e1fc66b0997a3c86cc83bdda6fae05e0c6f89629eab5",
    "forms": "dc7e03037ba1646870eee8ed79b119c1b48e003ef5ca4a9f163d3f5c7efb1a97",
    "pen": "fcda257bfe503ed0fc8c8e8947a45fd9702f9769fd31fe476eb8a476394afbcd",
    "numbers": "6df81866b6d10fd12cda29bdf251b6c523f9bf3a05e3ee575264d3909c75f38d",
}


@pytest.mark.parametrize(
    ("part", "each"),
    [(reference_sets.reference, 200), (reference_sets.forms, 120)],
    ids=["reference", "forms"],
)
def test_the_digits_are_balanced(part, each):
    assert np.bincount(part().labels).tolist() == [each] * 10
    assert part().images.shape == (10 * each, 28, 28)
    assert part().images.dtype == np.uint8


def test_the_negatives_are_no_digits():
    negatives = reference_sets.reference_negatives()
    assert len(negatives) == 500
    assert set(negatives.labels.tolist()) == {NOT_A_DIGIT}
    assert negatives.images.any(axis=(1, 2)).all()


def test_the_pen_digits_are_balanced_and_have_directions():
    part = reference_sets.pen()
    assert np.bincount(part.labels).tolist() == [120] * 10
    assert part.inputs.shape == (1_200, 28, 28, PLANES)
    assert part.inputs.dtype == np.uint8
    assert are_strokes(part.inputs).all()
    assert (part.images.max(axis=(1, 2)) == 255).all()


def test_written_drawings_are_read_back(tmp_path, monkeypatch):
    drawings = synthesis.digit_strokes(12, np.random.default_rng(1)).strokes
    drawings.append([np.array([[5.0, 7.0]])])  # a tap
    labels = np.arange(13, dtype=np.uint8) % 11
    monkeypatch.setattr(reference_sets, "FOLDER", tmp_path)
    reference_sets.write_pen(tmp_path / reference_sets.PEN, drawings, labels)

    found = reference_sets.pen.__wrapped__()

    assert found.labels.tolist() == labels.tolist()
    wanted = network_inputs(drawings)
    # Whole thousandths of a drawing's longest side are a fiftieth of a pixel.
    difference = np.abs(found.inputs.astype(int) - wanted)
    assert difference.mean() < 0.5
    assert difference.max() < 40


def test_the_pen_digits_of_a_file_are_read_in_their_order(tmp_path, monkeypatch):
    """One stroke to the right and one down, with a stroke of one point between them."""
    right, dot, down = [[0, 0], [900, 0]], [[450, 450]], [[900, 0], [900, 1_000]]
    strokes = [np.array(stroke, np.float64) for stroke in (right, dot, down)]
    monkeypatch.setattr(reference_sets, "FOLDER", tmp_path)
    two = [strokes, strokes[:1]]
    reference_sets.write_pen(tmp_path / reference_sets.PEN, two, np.array([7, 1], np.uint8))

    found = reference_sets.pen.__wrapped__()

    lit = [np.flatnonzero(each.any(axis=(0, 1))).tolist() for each in found.inputs]
    assert lit == [[0, 1, 3], [0, 1]]


def test_the_files_are_small():
    sizes = {name: (reference_sets.FOLDER / name).stat().st_size for name in reference_sets.NAMES}
    assert sizes[reference_sets.FORMS] < 400 * KIB
    assert sizes[reference_sets.PEN] < 400 * KIB
    assert sizes[reference_sets.REFERENCE] + sizes[reference_sets.NEGATIVES] < 800 * KIB


def test_the_sets_are_unchanged_since_the_thresholds_were_chosen():
    assert reference_sets.checksums() == CHECKSUMS


def test_a_set_is_read_only():
    for part in (reference_sets.forms(), reference_sets.pen()):
        with pytest.raises(ValueError, match="read-only"):
            part.images[0] = 0
        with pytest.raises(ValueError, match="read-only"):
            part.labels[0] = 0


def test_the_shipped_version_reads_the_forms():
    """The drawings are legible, so a good version misreads only odd ones of a sample."""
    sample = reference_sets.forms().take(np.arange(0, 1_200, 10))
    got = metrics.answers(bundle.shipped(), sample.images, sample.labels)
    assert got.right.mean() >= 0.98
