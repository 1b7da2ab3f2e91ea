import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.evaluation import metrics
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle

KIB = 1024
CHECKSUMS = {
    "reference": "f48a4bcdb594f11d493740d9d0a11589ee06d381b695cef5a255dcd94ebfb59c",
    "negatives": "7c254598a0f2a46af976e1fc66b0997a3c86cc83bdda6fae05e0c6f89629eab5",
    "forms": "dc7e03037ba1646870eee8ed79b119c1b48e003ef5ca4a9f163d3f5c7efb1a97",
    "pen": "3e682797e1f56b856f7b511a7e1a8a09c2e717167f4ef80373ca78f9953441bd",
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


def test_the_files_are_small():
    sizes = {name: (reference_sets.FOLDER / name).stat().st_size for name in reference_sets.NAMES}
    assert sizes[reference_sets.FORMS] < 400 * KIB
    assert sizes[reference_sets.REFERENCE] + sizes[reference_sets.NEGATIVES] < 800 * KIB


def test_the_sets_are_unchanged_since_the_thresholds_were_chosen():
    assert reference_sets.checksums() == CHECKSUMS


def test_a_set_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        reference_sets.forms().images[0] = 0


def test_the_shipped_version_reads_the_forms():
    """The drawings are legible, so a good version misreads only odd ones of a sample."""
    sample = reference_sets.forms().take(np.arange(0, 1_200, 10))
    got = metrics.answers(bundle.shipped(), sample.images, sample.labels)
    assert got.right.mean() >= 0.98
