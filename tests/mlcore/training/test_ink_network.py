import cv2
import numpy as np
import pytest

from mlcore.cli import main
from mlcore.data.composites import Figures, composites
from mlcore.pictures.ink_network import SIDE, InkNetwork
from mlcore.recognition import bundle
from mlcore.training import averaged, export, ink_network

pytestmark = pytest.mark.slow

MOST_PARAMETERS = 150_000


def test_the_network_is_small():
    assert ink_network.build().count_params() <= MOST_PARAMETERS


def test_the_shipped_files_are_one_network():
    model = ink_network.build()
    version = bundle.shipped()
    export.load_weights(model, version.ink_weights)
    served = version.ink_network()
    ring = cv2.circle(np.zeros((28, 28), np.uint8), (14, 14), 8, 255, 3)
    figures = Figures(ring[np.newaxis])
    pictures, _ = composites(5, figures, np.random.default_rng(1))
    logits = model(np.divide(pictures, 255, dtype=np.float32)[..., None], training=False).numpy()
    for picture, expected in zip(pictures, 1 / (1 + np.exp(-logits[..., 0])), strict=True):
        np.testing.assert_allclose(served.coverage(picture), expected, atol=5e-3)


def test_a_training_learns_and_writes_both_files(small_mnist, tmp_path, monkeypatch):
    monkeypatch.setattr(ink_network, "STEPS", 30)
    monkeypatch.setattr(averaged, "REPORT_EVERY", 10)
    assert main(["train-ink", "--data", str(small_mnist), "--out", str(tmp_path)]) == 0
    served = InkNetwork((tmp_path / ink_network.LITERT).read_bytes())
    figures = Figures(np.full((1, 28, 28), 255, np.uint8))
    pictures, inks = composites(40, figures, np.random.default_rng(8))
    found = np.stack([served.coverage(picture) for picture in pictures])
    error = np.abs(found - inks / 255).mean()
    assert found.shape == (40, SIDE, SIDE)
    assert error < np.abs(0.5 - inks / 255).mean()


def test_a_version_in_the_folder_gets_the_network(small_mnist, tmp_path, monkeypatch):
    monkeypatch.setattr(ink_network, "STEPS", 2)
    bundle.write(bundle.shipped(), tmp_path)
    assert main(["train-ink", "--data", str(small_mnist), "--out", str(tmp_path)]) == 0
    version, before = bundle.read(tmp_path), bundle.shipped()
    assert version.ink_litert != before.ink_litert
    assert version.litert == before.litert
    assert version.card == before.card
