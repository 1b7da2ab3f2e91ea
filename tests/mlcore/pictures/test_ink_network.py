import threading

import numpy as np
import pytest

from mlcore.pictures.ink_network import SIDE, shipped
from tests.mlcore.picture_kinds.canvases import SEVEN, drawn, noise


@pytest.mark.parametrize("shape", [(1, 1), (20, 9), (96, 96), (400, 250)])
def test_the_coverage_has_one_size_for_pictures_of_any(shape):
    coverage = shipped().coverage(np.full(shape, 200, np.uint8))
    assert (coverage.shape, coverage.dtype) == ((SIDE, SIDE), np.float32)
    assert 0 <= coverage.min() <= coverage.max() <= 1


def test_the_coverage_is_the_part_of_a_pixel_that_ink_covers():
    ink = 1 - drawn(SEVEN, size=SIDE, pen=16) / 255
    for paper, black in ((255, 0), (30, 190)):
        picture = paper + ink * (black - paper) + noise(2, ink.shape)
        coverage = shipped().coverage(picture.clip(0, 255).astype(np.uint8))
        assert np.abs(coverage - ink).mean() < 0.02


def test_threads_get_the_same_coverage():
    picture, found = drawn(SEVEN), []
    expected = shipped().coverage(picture)
    workers = [
        threading.Thread(target=lambda: found.append(shipped().coverage(picture))) for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(found) == len(workers)
    assert all(np.array_equal(coverage, expected) for coverage in found)
