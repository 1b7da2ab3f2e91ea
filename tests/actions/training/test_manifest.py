"""A version's manifest: content, checksums and links to corrections."""

import hashlib
import json

import numpy as np
import pytest

from recognizer.actions.jobs.reproduce import inputs_of
from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.training.manifest import checksum, manifest_of, record_examples
from recognizer.actions.training.retraining import write_inputs
from recognizer.actions.training.selection import select_examples
from recognizer.models import Correction, Drawing
from tests.actions.training.training_examples import (
    HELD_OUT,
    LEARNED_FROM,
    account,
    approved,
    no_networks,
    pictures,
)
from tests.pages.rows import make_job, make_version, stored

pytestmark = pytest.mark.django_db
PLANES = 9
PIXELS = bytes(784 * PLANES)


@pytest.fixture
def labels(settings, administrator):
    """Five candidates for training, one of them over the limit; two held out; one gold."""
    settings.BATCH_PERSON_DRAWINGS = 4
    drawer = account(LEARNED_FROM[4])
    gold = approved(drawer, pictures(1, seed=1))
    mark_gold(drawings=[gold[0].drawing], by=administrator)
    learned = approved(drawer, pictures(5), label=7)
    held = approved(account(HELD_OUT[0]), pictures(2, seed=2))
    return {"gold": gold, "learned": learned, "held": held}


@pytest.fixture
def manifest(labels):
    selection, inputs = select_examples(heartbeat=lambda: None, networks=no_networks)
    return manifest_of(make_job(), make_version(1), selection, inputs)


def ids(corrections):
    return [each.pk for each in corrections]


def test_the_manifest_has_every_correction_and_the_reasons_for_omissions(manifest, labels):
    assert manifest["corrections"] == ids(labels["learned"][1:])
    assert manifest["holdout"] == ids(labels["held"])
    assert manifest["gold"] == [labels["gold"][0].drawing_id]
    why = {"code": "too_many_of_one_person", "limit": 4}
    assert manifest["left_out"] == [{"why": why, "corrections": ids(labels["learned"][:1])}]
    json.dumps(manifest)  # plain values only


def test_the_checksum_is_the_one_that_is_documented():
    ones = b"\x01" * len(PIXELS)
    rows = [(5, 7, ones), (3, 10, PIXELS)]
    content = b"\0\0\0\0\0\0\0\x03\x0a" + PIXELS + b"\0\0\0\0\0\0\0\x05\x07" + ones
    assert checksum(rows) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "other", [(4, 7, PIXELS), (3, 8, PIXELS), (3, 7, PIXELS[1:] + b"\x01")], ids=str
)
def test_any_change_changes_the_checksum(other):
    assert checksum([other]) != checksum([(3, 7, PIXELS)])


def test_the_checksums_can_be_repeated_from_the_database(manifest):
    found = inputs_of(make_version(2, manifest=manifest))
    assert (found.altered, found.missing) == (False, 0)


def moved_pen():
    planes = np.zeros((28, 28, PLANES), np.uint8)
    planes[3, 3, 5] = 1
    return stored(planes)["directions"]


@pytest.mark.parametrize("place", ["corrections", "holdout", "gold_corrections"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.update(to_label=8),
        lambda rows: Drawing.objects.filter(corrections__in=rows).update(network_input=bytes(784)),
        lambda rows: Drawing.objects.filter(corrections__in=rows).update(directions=moved_pen()),
        lambda rows: rows.delete(),
    ],
    ids=["label", "ink", "directions", "deleted"],
)
def test_any_changed_data_is_noticed(manifest, place, spoil):
    spoil(Correction.objects.filter(pk=manifest[place][0]))
    assert inputs_of(make_version(2, manifest=manifest)).altered


def test_a_version_is_linked_to_exactly_its_training_corrections(manifest, labels):
    version = make_version(2, manifest=manifest)
    record_examples(version)
    assert set(version.learned_from.all()) == set(labels["learned"][1:])


def test_a_drawing_deleted_during_the_training_does_not_fail_it(manifest, labels):
    labels["learned"][2].drawing.delete()
    version = make_version(2, manifest=manifest)
    record_examples(version)
    assert set(version.learned_from.all()) == set(labels["learned"][3:] + labels["learned"][1:2])
    assert labels["learned"][2].pk in version.manifest["corrections"]


class TestTheFilesOfAJob:
    @pytest.fixture
    def write(self, version, tmp_path):
        def write():
            selection, inputs = select_examples(heartbeat=lambda: None, networks=no_networks)
            write_inputs(tmp_path, make_job(), version, selection, inputs)
            return tmp_path

        return write

    def test_say_which_corrections_are_held_out(self, write, labels):
        with np.load(write() / "corrections.npz") as file:
            assert file["ids"].tolist() == ids(labels["learned"][1:] + labels["held"])
            assert file["holdout"].tolist() == [False] * 4 + [True] * 2
            assert file["labels"].tolist() == [7] * 4 + [1] * 2
            assert (file["inputs"][4:, ..., 0] == pictures(2, seed=2)).all()
            assert file["inputs"].shape == (6, 28, 28, PLANES)
            assert (file["inputs"].dtype, file["labels"].dtype) == (np.uint8, np.uint8)

    def test_hold_the_directions_of_the_pen(self, write):
        inputs = np.random.default_rng(3).integers(0, 256, (2, 28, 28, PLANES)).astype(np.uint8)
        approved(account(LEARNED_FROM[0]), inputs)
        with np.load(write() / "corrections.npz") as file:
            assert (file["inputs"] == inputs).all()

    def test_name_the_pen_digits_of_the_site(self, write, labels, settings):
        settings.PEN_PATH = "/data/pen.json"
        assert json.loads((write() / "job.json").read_text())["pen"] == "/data/pen.json"
        settings.PEN_PATH = ""
        assert json.loads((write() / "job.json").read_text())["pen"] is None

    def test_hold_the_gold_drawings_by_their_own_ids(self, write, labels):
        with np.load(write() / "gold.npz") as file:
            assert file["ids"].tolist() == [labels["gold"][0].drawing_id]
            assert file["labels"].tolist() == [1]
            assert (file["inputs"][..., 0] == pictures(1, seed=1)).all()

    def test_have_no_gold_where_there_is_none(self, write, labels):
        Drawing.objects.update(gold_at=None)
        assert not (write() / "gold.npz").exists()
