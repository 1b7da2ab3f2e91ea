import numpy as np
import pytest

from mlcore.data import reference_sets
from mlcore.evaluation import metrics
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle

KIB = 1024
CHECKSUMS = {
    "reference": "7317a5de5bfe7ac4b1431a4107baf4fc14b8e7fa2fae261d1dbf6e83e15ec635",
    "negatives": "1fd4ecc149f1b85f8e82a4ded11b43efc8012e080acf3a31e342df7093e182ae",
    "forms": "47ec36ee36f75e98d2bf9f1ea98129e3db37d586d51c44c2380d20dad8ddac13",
}


@pytest.mark.parametrize(
    ("part", "each"),
    [(reference_sets.reference, 200), (reference_sets.forms, 120)],
    ids=["reference", "forms"],
)
def test_the_digits_are_balanced(part, each):
    assert np.bincount(part().labels).tolist() == [each] * 10
    assert part().fields.shape == (10 * each, 28, 28)
    assert part().fields.dtype == np.uint8


def test_the_negatives_are_no_digits():
    negatives = reference_sets.reference_negatives()
    assert len(negatives) == 500
    assert set(negatives.labels.tolist()) == {NOT_A_DIGIT}
    assert negatives.fields.any(axis=(1, 2)).all()


def test_the_files_are_small():
    sizes = {name: (reference_sets.FOLDER / name).stat().st_size for name in reference_sets.NAMES}
    assert sizes[reference_sets.FORMS] < 400 * KIB
    assert sizes[reference_sets.REFERENCE] + sizes[reference_sets.NEGATIVES] < 800 * KIB


def test_the_sets_are_the_ones_that_thresholds_were_chosen_on():
    assert reference_sets.checksums() == CHECKSUMS


def test_nobody_changes_a_set_that_everybody_shares():
    with pytest.raises(ValueError, match="read-only"):
        reference_sets.forms().fields[0] = 0


def test_the_shipped_version_reads_the_forms():
    """Readable drawings: what a good version misreads of a sample are odd ones."""
    sample = reference_sets.forms().take(np.arange(0, 1_200, 10))
    got = metrics.answers(bundle.shipped(), sample.fields, sample.labels)
    assert got.right.mean() >= 0.98
