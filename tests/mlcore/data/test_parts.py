"""Drawings of a set: pictures, strokes with directions, and both."""

import numpy as np
import pytest

from mlcore.data.datasets import Part
from mlcore.ink.directions import PLANES


@pytest.fixture
def inputs():
    return np.random.default_rng(1).integers(0, 256, (5, 28, 28, PLANES)).astype(np.uint8)


LABELS = np.arange(5, dtype=np.uint8)


def test_strokes_keep_their_directions(inputs):
    part = Part.of(inputs, LABELS)
    assert np.array_equal(part.images, inputs[..., 0])
    assert np.array_equal(part.directions, inputs[..., 1:])
    assert np.array_equal(part.inputs, inputs)


def test_pictures_have_none(inputs):
    part = Part.of(inputs[..., 0], LABELS)
    assert part.directions is None
    assert part.inputs is part.images
    assert len(part) == 5


@pytest.mark.parametrize("where", [np.array([3, 1, 1]), np.arange(5) % 2 == 1, np.array([], int)])
def test_taken_drawings_keep_label_and_directions(inputs, where):
    for part in (Part.of(inputs, LABELS), Part.of(inputs[..., 0], LABELS)):
        taken = part.take(where)
        assert taken.labels.tolist() == LABELS[where].tolist()
        assert np.array_equal(taken.inputs, part.inputs[where])


def test_strokes_and_pictures_are_joined_in_their_order(inputs):
    strokes, pictures = Part.of(inputs[:2], LABELS[:2]), Part(inputs[2:, ..., 0], LABELS[2:])
    joined = Part.joined([pictures, strokes])
    assert joined.labels.tolist() == [2, 3, 4, 0, 1]
    assert np.array_equal(joined.images, inputs[[2, 3, 4, 0, 1], ..., 0])
    assert not joined.directions[:3].any()
    assert np.array_equal(joined.directions[3:], inputs[:2, ..., 1:])


def test_joined_pictures_stay_small(inputs):
    pictures = Part(inputs[..., 0], LABELS)
    joined = Part.joined([pictures, pictures.take(np.array([], int)), pictures])
    assert joined.directions is None
    assert joined.labels.tolist() == [*LABELS, *LABELS]
