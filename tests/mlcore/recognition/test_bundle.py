import hashlib
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from mlcore.errors import UnusableBundle
from mlcore.recognition import bundle
from mlcore.recognition.bundle import Bundle
from tests.mlcore.recognition.cards import card
from tests.mlcore.recognition.litert_file import constant_network

CARD = {"format": 3, "outputs": 11, "seed": 7} | card()


FILES = {
    "network.safetensors": b"weights",
    "network.tflite": b"network",
    "ink.safetensors": b"weights of ink",
    "ink.tflite": b"network of ink",
    "line.safetensors": b"weights of lines",
    "line.tflite": b"network of lines",
}


@pytest.fixture
def version():
    return Bundle(dict(CARD), *FILES.values())


def test_a_written_bundle_is_read_back(version, tmp_path):
    bundle.write(version, tmp_path / "new" / "folder")
    found = bundle.read(tmp_path / "new" / "folder")
    assert found == version
    assert found.checksum == version.checksum


def test_writing_leaves_exactly_the_files(version, tmp_path):
    bundle.write(version, tmp_path)
    bundle.write(version, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*FILES, "card.json"}


def test_the_card_has_the_checksums_of_the_other_files(version):
    files = json.loads(version.files["card.json"])["files"]
    assert files == {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        for name, content in FILES.items()
    }


def test_without_an_ink_network_it_has_that_of_the_program():
    plain = Bundle(card=dict(CARD), weights=b"weights", litert=b"network")
    assert plain.ink_litert == bundle.shipped().ink_litert
    assert plain.ink_weights == bundle.shipped().ink_weights
    blank = plain.ink_network().coverage(np.full((40, 30), 255, np.uint8))
    assert blank.shape == (96, 96)
    assert blank.max() < 0.5


def test_without_a_line_network_it_has_that_of_the_program():
    plain = Bundle(card=dict(CARD), weights=b"weights", litert=b"network")
    assert plain.line_litert == bundle.shipped().line_litert
    assert plain.line_weights == bundle.shipped().line_weights


def test_an_unreadable_ink_network_is_refused(version):
    with pytest.raises(UnusableBundle, match="LiteRT"):
        version.ink_network()
    other = replace(version, ink_litert=constant_network([0.0] * 11))
    with pytest.raises(UnusableBundle, match="96"):
        other.ink_network()


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_refused(version, name):
    files = version.files | {name: b"altered"}
    with pytest.raises(UnusableBundle, match=name):
        bundle.from_files(files)


@pytest.mark.parametrize("name", [*FILES, "card.json"])
def test_a_missing_file_is_refused(version, tmp_path, name):
    bundle.write(version, tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(UnusableBundle, match=name):
        bundle.read(tmp_path)
    with pytest.raises(UnusableBundle, match=name):
        bundle.from_files({n: data for n, data in version.files.items() if n != name})


@pytest.mark.parametrize(
    "written", [b"", b"{", b"[1]", b"\xff", b'{"format": 2}', b'{"format": 3}', b"[" * 100_000]
)
def test_a_card_that_cannot_be_used_is_refused(version, written):
    with pytest.raises(UnusableBundle):
        bundle.from_files(version.files | {"card.json": written})


def test_the_checksum_differs_between_any_two_versions(version):
    others = [
        Bundle(card=CARD | {"seed": 8}, weights=b"weights", litert=b"network"),
        Bundle(card=CARD, weights=b"weighty", litert=b"network"),
        Bundle(card=CARD, weights=b"weights", litert=b"networt"),
        Bundle(card=CARD, weights=b"network", litert=b"weights"),
    ]
    assert len({version.checksum, *(other.checksum for other in others)}) == 5


def test_the_checksum_does_not_depend_on_the_order_of_the_card(version):
    turned = replace(version, card=dict(reversed(CARD.items())))
    assert turned.checksum == version.checksum


def test_the_checksum_is_the_same_where_zero_lost_its_sign():
    """As in PostgreSQL's jsonb."""
    signed, plain = ({"loss": [{"nll": zero}], "n": 0} for zero in (-0.0, 0.0))
    checksums = {Bundle(CARD | card, b"", b"").checksum for card in (signed, plain)}
    assert len(checksums) == 1


def test_a_bundle_makes_a_recognizer_from_its_network_and_card():
    version = Bundle(card=CARD, weights=b"", litert=constant_network([0.0] * 10 + [9.0]))
    answer = version.recognizer().recognize(np.zeros((28, 28), np.float32))
    assert answer.not_a_digit == pytest.approx(math.exp(9) / (math.exp(9) + 10))
