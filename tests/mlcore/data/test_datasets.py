import hashlib
import io
import os
import stat
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from mlcore.data import datasets
from mlcore.data.datasets import Part
from mlcore.errors import DataUnavailable


def pictures(count, seed=0):
    images = np.random.default_rng(seed).integers(0, 256, (count, 28, 28)).astype(np.uint8)
    return Part(images, (np.arange(count) % 10).astype(np.uint8))


def save(path, **changes):
    part = pictures(40)
    arrays = {
        "x_train": part.images,
        "y_train": part.labels,
        "x_test": part.images[:8],
        "y_test": part.labels[:8],
    }
    np.savez(path, **{k: v for k, v in (arrays | changes).items() if v is not None})
    return path


@pytest.fixture
def nothing_at_hand(monkeypatch, tmp_path):
    for name in ("MNIST_PATH", "MNIST_URL", "MNIST_SHA256"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MNIST_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server():
    """An http server on this machine that sends `server.content`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.requests += 1
            self.send_response(200)
            for header in self.server.headers.items():
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(self.server.content)

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        running.requests = 0
        running.headers = {}
        running.address = f"http://127.0.0.1:{running.server_port}/mnist.npz"
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_the_holdout_has_the_images_with_the_smallest_digests():
    rest, held = datasets.split_training_part(pictures(40))
    assert (len(rest), len(held)) == (30, 10)
    highest = max(hashlib.sha256(image.tobytes()).digest() for image in held.images)
    assert all(hashlib.sha256(image.tobytes()).digest() > highest for image in rest.images)


def test_the_holdout_does_not_depend_on_the_order_of_the_file():
    part = pictures(40)
    shuffled = part.take(np.random.default_rng(1).permutation(40))
    digests = [
        {image.tobytes() for image in datasets.split_training_part(each)[1].images}
        for each in (part, shuffled)
    ]
    assert digests[0] == digests[1]


def test_the_split_keeps_labels_with_their_images():
    part = pictures(40)
    label_of = {f.tobytes(): label for f, label in zip(part.images, part.labels, strict=True)}
    for side in datasets.split_training_part(part):
        for image, label in zip(side.images, side.labels, strict=True):
            assert label_of[image.tobytes()] == label


def test_the_checksum_depends_on_images_and_labels():
    part = pictures(5)
    other = Part(part.images, part.labels[::-1].copy())
    assert len({datasets.checksum(each) for each in (part, other, pictures(5, seed=1))}) == 3
    # SHA-256 of the pixels followed by the labels
    plain = hashlib.sha256(part.images.tobytes() + part.labels.tobytes()).hexdigest()
    assert datasets.checksum(part) == plain


@pytest.mark.parametrize(
    "changes",
    [
        {"y_test": None},
        {"x_train": np.zeros((40, 28, 27), np.uint8)},
        {"x_train": np.zeros((40, 28, 28), np.float32)},
        {"y_train": np.zeros(39, np.uint8)},
        {"y_train": np.full(40, 10, np.uint8)},
        {"x_test": np.array([{"an": "object"}], dtype=object)},
    ],
    ids=["missing", "narrow", "float", "too few labels", "label 10", "pickled"],
)
def test_a_file_with_other_contents_is_refused(tmp_path, changes):
    with pytest.raises(DataUnavailable, match="other"):
        datasets.load(save(tmp_path / "other.npz", **changes))


def test_the_error_for_a_missing_file_says_what_to_provide(tmp_path):
    with pytest.raises(DataUnavailable, match=r"--data or MNIST_PATH"):
        datasets.load(tmp_path / "nowhere.npz")


def test_a_file_that_is_not_an_archive_is_refused(tmp_path):
    (tmp_path / "text.npz").write_text("not an archive")
    with pytest.raises(DataUnavailable):
        datasets.load(tmp_path / "text.npz")


def test_a_single_array_is_refused(tmp_path):
    np.save(tmp_path / "lone.npy", pictures(3).images)
    with pytest.raises(DataUnavailable, match=r"lone\.npy"):
        datasets.load(tmp_path / "lone.npy")


def compressed():
    """The bytes of a compressed archive."""
    file, part = io.BytesIO(), pictures(40)
    names = ("x_train", "y_train", "x_test", "y_test")
    np.savez_compressed(file, **dict(zip(names, [part.images, part.labels] * 2, strict=True)))
    return file.getvalue()


@pytest.mark.parametrize("place", [60, 70, 100, 1_000, -300])
@pytest.mark.parametrize("damage", [b"\x00" * 8, b"\xff" * 8])
def test_a_damaged_archive_is_refused(tmp_path, place, damage):
    data = bytearray(compressed())
    data[place : place + 8] = damage
    (tmp_path / "damaged.npz").write_bytes(data)
    with pytest.raises(DataUnavailable, match=r"damaged\.npz"):
        datasets.load(tmp_path / "damaged.npz")


def test_an_array_with_a_damaged_header_is_refused(tmp_path):
    save(tmp_path / "damaged.npz")
    data = (tmp_path / "damaged.npz").read_bytes()
    # Stored without compression; the checksum is only verified at the end of an array.
    (tmp_path / "damaged.npz").write_bytes(data.replace(b"{'descr'", b"{{descr'"))
    with pytest.raises(DataUnavailable, match=r"damaged\.npz"):
        datasets.load(tmp_path / "damaged.npz")


def test_mnist_path_is_used_when_nothing_is_given(nothing_at_hand, monkeypatch, tmp_path):
    monkeypatch.setenv("MNIST_PATH", str(save(tmp_path / "mine.npz")))
    assert len(datasets.load().test) == 8


def test_it_downloads_once_and_keeps_the_file(nothing_at_hand, monkeypatch, tmp_path, server):
    server.content = save(tmp_path / "remote.npz").read_bytes()
    monkeypatch.setenv("MNIST_URL", server.address)
    monkeypatch.setenv("MNIST_SHA256", hashlib.sha256(server.content).hexdigest())
    assert len(datasets.load().test) == 8
    assert len(datasets.load().test) == 8
    assert server.requests == 1


def test_a_download_with_another_checksum_leaves_nothing(nothing_at_hand, monkeypatch, server):
    server.content = b"something else"
    monkeypatch.setenv("MNIST_URL", server.address)
    with pytest.raises(DataUnavailable, match="checksum"):
        datasets.load()
    assert not nothing_at_hand.exists()


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({"Content-Length": "1000"}, b"half"),
        ({"Transfer-Encoding": "chunked"}, b"4\r\nhalf\r\n"),
        ({"Transfer-Encoding": "chunked"}, b"no length\r\n"),
    ],
    ids=["length", "chunk", "no chunk"],
)
def test_an_interrupted_download_leaves_nothing(
    nothing_at_hand, monkeypatch, server, headers, sent
):
    server.headers, server.content = headers, sent
    monkeypatch.setenv("MNIST_URL", server.address)
    with pytest.raises(DataUnavailable, match="MNIST_PATH"):
        datasets.load()
    assert not nothing_at_hand.exists()


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_download_has_the_usual_file_permissions(
    nothing_at_hand, monkeypatch, tmp_path, server, mask, mode
):
    server.content = save(tmp_path / "remote.npz").read_bytes()
    before = os.umask(mask)
    try:
        datasets.download(
            server.address,
            hashlib.sha256(server.content).hexdigest(),
            to=nothing_at_hand / "mnist.npz",
        )
    finally:
        os.umask(before)
    assert [path.name for path in nothing_at_hand.iterdir()] == ["mnist.npz"]
    assert stat.S_IMODE((nothing_at_hand / "mnist.npz").stat().st_mode) == mode


def test_an_invalid_address_is_reported(nothing_at_hand, monkeypatch):
    monkeypatch.setenv("MNIST_URL", "http://[")
    with pytest.raises(DataUnavailable, match="could not be fetched"):
        datasets.load()


def test_an_unreachable_address_is_reported(nothing_at_hand, monkeypatch, server):
    server.shutdown()
    server.server_close()
    monkeypatch.setenv("MNIST_URL", server.address)
    with pytest.raises(DataUnavailable, match="could not be fetched"):
        datasets.load()


def test_only_http_and_https_are_downloaded(nothing_at_hand, monkeypatch):
    monkeypatch.setenv("MNIST_URL", "file:///etc/hostname")
    with pytest.raises(DataUnavailable, match="http"):
        datasets.load()


def test_the_real_mnist_is_split_into_55000_5000_and_10000():
    if "MNIST_PATH" not in os.environ:
        pytest.skip("needs MNIST: set MNIST_PATH")
    mnist = datasets.load()
    assert [len(part) for part in (mnist.training, mnist.holdout, mnist.test)] == [
        55_000,
        5_000,
        10_000,
    ]
    # The published number of each digit in MNIST's test part.
    counts = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(mnist.test.labels).tolist() == counts
