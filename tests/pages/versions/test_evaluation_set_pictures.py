"""The pictures of the cells of an evaluation set's confusion matrix."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from numpy.typing import NDArray

from mlcore.data import datasets, reference_sets
from mlcore.data.datasets import Part
from mlcore.data.training_pool import with_negatives
from mlcore.evaluation import metrics
from mlcore.evaluation.metrics import Answers
from mlcore.recognition import bundle
from recognizer.actions.versions import evaluation_sets
from recognizer.models import ModelVersion, User, VersionFile
from recognizer.pages.versions import evaluation_set_pictures
from tests.conftest import signed_in, words_of
from tests.mlcore.data.small_mnist import save_small_mnist
from tests.pages.rows import CARD, make_version

# A set of six fours and a seven, and the answers of two versions: (answer, confidence).
LABELS = [4, 7, 4, 4, 4, 4, 4]
BEFORE = [(9, 0.6), (7, 0.9), (4, 0.8), (9, 0.7), (4, 0.5), (4, 0.9), (10, 0.55)]
AFTER = [(4, 0.7), (7, 0.9), (4, 0.95), (9, 0.4), (9, 0.3), (4, 0.99), (4, 0.6)]
# Counts of their answers to the fours.
COUNTS = {2: {4: 3, 9: 2, 10: 1}, 3: {4: 4, 9: 2}}


def confusion(counts: dict[int, int]) -> list[list[int]]:
    table = [[0] * 11 for _ in range(11)]
    for said, count in counts.items():
        table[4][said] = count
    table[7][7] = 1
    return table


def card(number: int, **data: Any) -> dict[str, Any]:
    figures = {"n": 7, "accuracy": 0.5, "confusion": confusion(COUNTS[number])}
    data = {"mnist": None, "reference_sets": reference_sets.checksums(), **data}
    return {**CARD, "data": data, "metrics": {"embedded": figures}}


def drawn(places: range) -> NDArray[np.uint8]:
    """Make images whose first pixel is their place in the set."""
    images = np.zeros((len(places), 28, 28), np.uint8)
    images[:, 0, 0] = places
    return images


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Replace the set and the answers by those above. Lists the versions that answered."""
    part = Part(drawn(range(len(LABELS))), np.array(LABELS, np.uint8))
    monkeypatch.setitem(evaluation_sets.FROZEN, "embedded", lambda: part)
    monkeypatch.setattr(evaluation_sets, "load_bundle", lambda version: version)
    numbers: list[int] = []

    def answers(version: Any, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Answers:
        numbers.append(version.number)
        given = {2: BEFORE, 3: AFTER}[version.number]
        probabilities = np.zeros((len(images), 11), np.float32)
        for row, place in zip(probabilities, images[:, 0, 0], strict=True):
            said, confidence = given[place]
            row[said] = confidence
        return Answers(probabilities, labels.astype(np.intp), 0.5)

    monkeypatch.setattr(evaluation_sets.metrics, "answers", answers)
    return numbers


@pytest.fixture
def versions(asked: list[int], first: ModelVersion) -> None:
    make_version(2, card=card(2))
    make_version(3, card=card(3))


def opened(words: str) -> list[tuple[str, int]]:
    """Return the address and the number of every cell with a link."""
    found = re.findall(r'<td[^>]*><a href="([^"]*/sets/[^"]+)"[^>]*>(\d+)</a>', words)
    return [(unescape(address), int(number)) for address, number in found]


def places(client: Client, address: str) -> list[int]:
    """Return the places in the set of the pictures on the page, in order."""
    response = client.get(address)
    assert response.status_code == 200
    return [int(each.pixels[0, 0]) for each in response.context["pictures"]]


# The shipped version ------------------------------------------------------------------------------


def test_each_cell_of_the_shipped_version_has_its_number_of_pictures(
    version: ModelVersion, owner: User
) -> None:
    client = signed_in(owner)
    cells = opened(words_of(owner, "/versions/1/?confusion=embedded"))

    assert sum(number for _, number in cells) == len(reference_sets.reference())
    for address, number in cells:
        response = client.get(address)
        assert response.context["count"] == number
        assert not response.context["after"].changed
        assert f"<h1>{number} picture" in response.content.decode()


# One version --------------------------------------------------------------------------------------


def test_a_cell_shows_its_pictures_lowest_confidence_first(versions: None, owner: User) -> None:
    address = "/versions/3/sets/embedded/?label=4&now=9"
    assert (address, 2) in opened(words_of(owner, "/versions/3/?confusion=embedded"))
    assert places(signed_in(owner), address) == [4, 3]
    words = words_of(owner, address)
    assert "<h1>2 pictures</h1>" in words
    assert "Drawn reference set; label 4; version 3 answered 9." in words
    assert [f"Is 4. Answered 9, {share}% sure" in words for share in ("30.0", "40.0")] == [True] * 2


def test_the_pictures_are_inline(versions: None, owner: User) -> None:
    words = words_of(owner, "/versions/3/sets/embedded/?label=4&now=9")
    assert words.count('src="data:image/png;base64,iVBORw0KGgo') == 2


def test_the_pages_of_a_long_list_have_every_picture_once(
    versions: None, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation_set_pictures, "PAGE_SIZE", 2)
    client, address, seen = signed_in(owner), "/versions/3/sets/embedded/?label=4", []
    while address:
        seen += places(client, address)
        link = re.search(r'rel="next" href="([^"]+)"', words_of(owner, address))
        address = f"/versions/3/sets/embedded/{unescape(link[1])}" if link else ""
    assert seen == [4, 3, 6, 0, 2, 5]  # confidences 30, 40, 60, 70, 95 and 99%


def test_the_answers_to_a_label_are_computed_once(
    versions: None, owner: User, asked: list[int]
) -> None:
    for query in ("label=4&now=9", "label=4&now=4", "label=4"):
        words_of(owner, f"/versions/3/sets/embedded/?{query}")
    words_of(owner, "/versions/compare/2/3/sets/embedded/?label=4&was=9")
    assert asked == [3, 2]


def test_answers_that_differ_from_the_figures_are_reported(versions: None, owner: User) -> None:
    changed = card(3)
    changed["metrics"]["embedded"]["confusion"][4][4:10] = [5, 0, 0, 0, 0, 1]
    ModelVersion.objects.filter(number=3).update(card=changed)
    words = words_of(owner, "/versions/3/sets/embedded/?label=4&now=9")
    assert "When version 3 was measured, its answer to at least 1 picture of this" in words
    assert "was measured" not in words_of(owner, "/versions/2/sets/embedded/?label=4")


# Two versions -------------------------------------------------------------------------------------

COMPARED = "/versions/compare/2/3/sets/embedded/"


def test_the_cells_of_a_comparison_have_their_pictures(versions: None, owner: User) -> None:
    client = signed_in(owner)
    cells = opened(words_of(owner, "/versions/compare/?before=2&after=3"))

    assert len(cells) == 4 + 3  # 4, 9, 10 and the seven before; 4, 9 and the seven after
    for address, number in cells:
        assert len(places(client, address)) == number
    assert sorted(places(client, f"{COMPARED}?label=4&was=9")) == [0, 3]
    assert sorted(places(client, f"{COMPARED}?label=4&now=9")) == [3, 4]


def test_it_shows_fixed_and_broken_answers(versions: None, owner: User) -> None:
    words, client = words_of(owner, f"{COMPARED}?label=4"), signed_in(owner)
    assert "the label 4, version 2 gets 3 right and version 3 gets 4 right." in words
    assert '<a href="?label=4&amp;change=fixed">Fixed: 2</a>' in words
    assert '<a href="?label=4&amp;change=broken">Broken: 1</a>' in words
    assert "Is 4. Answered 9, 60.0% sure, before and 4, 70.0% sure, after" in words
    assert sorted(places(client, f"{COMPARED}?label=4&change=fixed")) == [0, 6]
    assert places(client, f"{COMPARED}?label=4&change=broken") == [4]


def test_another_set_can_be_chosen(versions: None, owner: User) -> None:
    both = card(2)["metrics"]["embedded"]
    for number in (2, 3):
        held = {**card(number), "metrics": {"embedded": both, "holdout": both}}
        ModelVersion.objects.filter(number=number).update(card=held)
    address = "/versions/compare/?before=2&after=3"
    assert "Confusion matrix: MNIST hold-out with non-digits" in words_of(owner, address)
    words = words_of(owner, f"{address}&confusion=embedded")
    assert "Confusion matrix: Drawn reference set" in words
    assert '<option value="embedded" selected>Drawn reference set</option>' in words


# Missing sets -------------------------------------------------------------------------------------


@pytest.fixture
def no_mnist(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.MNIST_PATH = ""
    monkeypatch.delenv("MNIST_PATH", raising=False)
    monkeypatch.setenv("MNIST_CACHE", str(tmp_path))


def refused(user: User, address: str, status: int) -> str:
    response = signed_in(user).get(address)
    assert response.status_code == status
    return " ".join(unescape(response.content.decode()).split())


def test_without_mnist_its_cells_have_no_links_and_the_page_says_why(
    no_mnist: None, version: ModelVersion, owner: User
) -> None:
    told = "MNIST is not on this server. Fetch it with “python manage.py fetch_mnist”"
    words = words_of(owner, "/versions/1/")
    assert "Confusion matrix: MNIST hold-out" in words
    assert opened(words) == []
    assert f"The pictures of this set cannot be shown. {told}" in words
    assert told in refused(owner, "/versions/1/sets/mnist_test/?label=4", 404)


@pytest.fixture(scope="module")
def small_mnist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_small_mnist(tmp_path_factory.mktemp("data") / "mnist.npz", training=80, test=20)


def test_another_mnist_file_is_refused(
    settings: Any, small_mnist: Path, version: ModelVersion, owner: User
) -> None:
    settings.MNIST_PATH = str(small_mnist)
    words = refused(owner, "/versions/1/sets/mnist_test/?label=4", 404)
    assert "The MNIST on this server is not the one that version 1 was measured on." in words


def test_an_unreadable_mnist_file_is_reported(
    settings: Any, tmp_path: Path, version: ModelVersion, owner: User
) -> None:
    settings.MNIST_PATH = str(tmp_path / "mnist.npz")
    Path(settings.MNIST_PATH).write_bytes(b"no arrays")
    words = refused(owner, "/versions/1/sets/mnist_test/?label=4", 404)
    assert "The MNIST on this server cannot be read." in words


@pytest.mark.parametrize(
    ("key", "part_of"),
    [
        ("mnist_test", lambda mnist: mnist.test),
        ("mnist_holdout", lambda mnist: mnist.holdout),
        ("holdout", lambda mnist: with_negatives(mnist.holdout)),
    ],
)
def test_with_the_same_mnist_the_cells_have_their_pictures(
    settings: Any,
    small_mnist: Path,
    version: ModelVersion,
    owner: User,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    part_of: Callable[[datasets.Mnist], Part],
) -> None:
    monkeypatch.setattr("mlcore.data.training_pool.HOLDOUT_NEGATIVES", 30)
    settings.MNIST_PATH = str(small_mnist)
    mnist = datasets.read(small_mnist)
    part = part_of(mnist)
    figures = {key: metrics.full(metrics.answers(bundle.shipped(), part.images, part.labels))}
    measured_then = {"data": {"mnist": mnist.checksum}, "metrics": figures}
    shipped = bundle.shipped()
    asked = replace(shipped, card=shipped.card | measured_then)
    rows = ModelVersion.objects.filter(pk=version.pk)
    rows.update(card=asked.card, checksum=asked.checksum)

    cells = opened(words_of(owner, "/versions/1/"))
    assert sum(number for _, number in cells) == len(part)
    for address, number in cells:
        assert signed_in(owner).get(address).context["count"] == number


def test_changed_reference_sets_are_refused(versions: None, owner: User) -> None:
    was = reference_sets.checksums() | {"reference": "0" * 64}
    ModelVersion.objects.filter(number=2).update(card=card(2, reference_sets=was))
    ModelVersion.objects.filter(number=3).update(card=card(3))
    told = "This set has changed since version 2 was measured on it."
    assert told in words_of(owner, "/versions/2/")
    assert told in refused(owner, f"{COMPARED}?label=4", 404)
    assert len(opened(words_of(owner, "/versions/3/"))) == 3


@pytest.mark.parametrize("then", [None, "0" * 64])
def test_another_set_of_numbers_changes_no_set_of_digits(
    versions: None, owner: User, then: str | None
) -> None:
    """Older cards have no checksum of the set of numbers."""
    was = reference_sets.checksums()
    del was["numbers"]
    was |= {"numbers": then} if then else {}
    ModelVersion.objects.filter(number=3).update(card=card(3, reference_sets=was))
    assert len(opened(words_of(owner, "/versions/3/"))) == 3


def test_another_number_of_pictures_is_refused(versions: None, owner: User) -> None:
    fewer = card(3)
    fewer["metrics"]["embedded"]["confusion"][4][4] = 3
    ModelVersion.objects.filter(number=3).update(card=fewer)
    told = "Version 3 was measured on 5 other pictures of this label."
    assert told in refused(owner, "/versions/3/sets/embedded/?label=4", 404)


def test_a_version_with_damaged_files_is_unavailable(version: ModelVersion, owner: User) -> None:
    VersionFile.objects.filter(name="network.tflite").update(content=b"something else")
    words = refused(owner, "/versions/1/sets/embedded/?label=4", 503)
    assert "The files of version 1 are damaged, so it cannot answer." in words


# Invalid requests ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/versions/3/sets/embedded/", 400),
        ("/versions/3/sets/embedded/?label=11", 400),
        ("/versions/3/sets/embedded/?label=4&now=x", 400),
        ("/versions/3/sets/embedded/?label=4&after=-1", 400),
        ("/versions/3/sets/embedded/?label=4&after=1", 404),  # the seven
        (f"/versions/3/sets/embedded/?label=4&after={'9' * 30}", 404),
        ("/versions/3/sets/forms/?label=4", 404),  # it was not measured on this set
        ("/versions/3/sets/gold/?label=4", 404),
        ("/versions/77/sets/embedded/?label=4", 404),
        (f"{COMPARED}?label=4&was=11", 400),
        (f"{COMPARED}?label=4&change=better", 400),
        ("/versions/compare/2/77/sets/embedded/?label=4", 404),
        ("/versions/compare/2/2/sets/embedded/?label=4", 400),
        ("/versions/3/?confusion=forms", 404),
        ("/versions/compare/?before=2&after=3&confusion=nothing", 404),
    ],
)
def test_invalid_requests_are_refused(
    versions: None, owner: User, address: str, status: int
) -> None:
    assert signed_in(owner).get(address).status_code == status


def test_a_label_without_pictures_shows_a_message(versions: None, owner: User) -> None:
    assert "No picture with this label got this answer." in words_of(
        owner, "/versions/3/sets/embedded/?label=5"
    )


@pytest.mark.parametrize("address", ["/versions/3/sets/embedded/?label=4", f"{COMPARED}?label=4"])
def test_it_requires_sign_in(versions: None, asked: list[int], address: str) -> None:
    assert Client().get(address).status_code == 302
    assert asked == []
