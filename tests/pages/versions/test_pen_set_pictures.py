"""The pictures of the cells of the pen sets' confusion matrices."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mlcore.data import pen, reference_sets
from mlcore.data.datasets import Part
from mlcore.data.training_pool import stroke_holdout
from mlcore.evaluation import metrics
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition import bundle
from recognizer.actions.versions import evaluation_sets
from recognizer.models import ModelVersion, User
from tests.conftest import signed_in, words_of
from tests.mlcore.data.pen_files import (
    FOUR,
    ONE,
    SEVEN,
    entries,
    save_json,
    save_unipen,
    unipen_text,
)
from tests.pages.rows import make_version
from tests.pages.versions.test_evaluation_set_pictures import opened, refused

HELD_OUT = 16  # a writer whose name's SHA-256 is divisible by five
PEN_DIGITS = [(7, HELD_OUT, SEVEN), (1, HELD_OUT, ONE), (4, HELD_OUT, FOUR), (7, 3, SEVEN)]


@pytest.fixture(autouse=True)
def small_holdout(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("mlcore.data.training_pool.HOLDOUT_DRAWN", 30)
    monkeypatch.setattr("mlcore.data.training_pool.HOLDOUT_SIGNS", 10)
    evaluation_sets.cached_strokes.cache_clear()
    yield
    evaluation_sets.cached_strokes.cache_clear()


@pytest.fixture
def pen_path(settings: Any, tmp_path: Path) -> Path:
    path = save_json(tmp_path / "pen.json", entries(PEN_DIGITS))
    settings.PEN_PATH = str(path)
    return path


def measure_on(version: ModelVersion, key: str, part: Part, **data: Any) -> None:
    """Replace the version's figures and data by those of one set."""
    shipped = bundle.shipped()
    figures = metrics.full(metrics.answers(shipped, part.inputs, part.labels))
    measured = replace(shipped, card=shipped.card | {"data": data, "metrics": {key: figures}})
    rows = ModelVersion.objects.filter(pk=version.pk)
    rows.update(card=measured.card, checksum=measured.checksum)


def measure(version: ModelVersion, people: pen.PenDigits | None) -> list[int]:
    """Measure the version on the hold-out of these people. Returns the hold-out's labels."""
    part = stroke_holdout(people)
    measure_on(version, "pen_holdout", part, pen=people.checksum if people else None)
    return part.labels.tolist()


def test_each_cell_of_the_drawn_pen_digits_has_its_number_of_pictures(
    version: ModelVersion, owner: User
) -> None:
    part = reference_sets.pen()
    measure_on(version, "pen", part, reference_sets=reference_sets.checksums())
    cells = opened(words_of(owner, "/versions/1/"))

    assert sum(number for _, number in cells) == len(part)
    address, number = cells[0]
    response = signed_in(owner).get(address)
    assert response.context["count"] == number
    assert "Drawn pen digits; label 0; version 1 answered 0." in " ".join(
        response.content.decode().split()
    )


@pytest.mark.parametrize("in_a_folder", [False, True])
def test_with_the_same_pen_data_the_cells_have_their_pictures(
    version: ModelVersion, owner: User, pen_path: Path, settings: Any, in_a_folder: bool
) -> None:
    labels = measure(version, pen.load(pen_path))
    assert sorted(labels) == [1, 4, 7, *[NOT_A_DIGIT] * 10]
    if in_a_folder:
        settings.PEN_PATH = str(unipen_folder(pen_path.parent / "uci"))

    cells = opened(words_of(owner, "/versions/1/"))
    assert sum(number for _, number in cells) == len(labels)
    for address, number in cells:
        assert address.startswith("/versions/1/sets/pen_holdout/")
        shown = signed_in(owner).get(address).context
        assert shown["count"] == len(shown["pictures"]) == number
        assert not shown["after"].changed


def unipen_folder(folder: Path) -> Path:
    """Write the same digits as UCI does."""
    folder.mkdir()
    save_unipen(folder, unipen_text(PEN_DIGITS))
    return folder


def test_without_pen_data_a_version_was_measured_on_drawn_digits_that_are_drawn_again(
    version: ModelVersion, owner: User, settings: Any
) -> None:
    settings.PEN_PATH = ""
    labels = measure(version, None)

    cells = opened(words_of(owner, "/versions/1/"))
    assert sum(number for _, number in cells) == len(labels) == 40
    (address, number) = cells[0]
    assert signed_in(owner).get(address).context["count"] == number


def test_drawn_pen_digits_are_not_compared_with_those_of_people(
    version: ModelVersion, owner: User, pen_path: Path
) -> None:
    measure(version, None)
    make_version(2, card=ModelVersion.objects.get(number=1).card)
    measure(version, pen.load(pen_path))
    told = "These versions were measured on different sets."
    words = words_of(owner, "/versions/compare/?before=1&after=2")

    assert "Confusion matrix: Pen hold-out" in words
    assert opened(words) == []
    assert told in words
    assert told in refused(owner, "/versions/compare/1/2/sets/pen_holdout/?label=4", 404)


@pytest.mark.parametrize(("other", "noted"), [("b", True), ("a", False)])
def test_figures_of_different_pen_digits_are_not_subtracted(
    first: ModelVersion, owner: User, other: str, noted: bool
) -> None:
    metrics = {"pen_holdout": {"n": 1_300, "accuracy": 0.99}}
    for number, checksum in ((2, "a"), (3, other)):
        make_version(number, card={"data": {"mnist": None, "pen": checksum}, "metrics": metrics})
    words = words_of(owner, "/versions/compare/?before=2&after=3")

    assert words.count("99.00%") >= 2
    assert ("different pen digits" in words) is noted


def test_a_file_that_has_changed_is_read_again(
    version: ModelVersion, owner: User, pen_path: Path
) -> None:
    measure(version, pen.load(pen_path))
    assert signed_in(owner).get("/versions/1/sets/pen_holdout/?label=4").status_code == 200
    save_json(pen_path, entries([*PEN_DIGITS, (1, 3, ONE)]))
    words = refused(owner, "/versions/1/sets/pen_holdout/?label=4", 404)
    assert "not those that version 1 was measured on." in words


@pytest.mark.parametrize("path", ["", "nowhere.json"])
def test_without_this_servers_pen_data_the_page_says_why_there_are_no_links(
    version: ModelVersion, owner: User, pen_path: Path, settings: Any, path: str
) -> None:
    measure(version, pen.load(pen_path))
    settings.PEN_PATH = path
    told = "The pen digits that this set is taken from are not on this server. Set PEN_PATH"

    words = words_of(owner, "/versions/1/")
    assert "Confusion matrix: Pen hold-out" in words
    assert opened(words) == []
    assert f"The pictures of this set cannot be shown. {told}" in words
    assert told in refused(owner, "/versions/1/sets/pen_holdout/?label=4", 404)


def test_other_pen_digits_are_refused(version: ModelVersion, owner: User, pen_path: Path) -> None:
    measure(version, pen.load(pen_path).take(np.arange(3)))
    words = refused(owner, "/versions/1/sets/pen_holdout/?label=4", 404)
    assert "The pen digits on this server are not those that version 1 was measured on." in words


def test_unreadable_pen_digits_are_reported(
    version: ModelVersion, owner: User, pen_path: Path
) -> None:
    measure(version, pen.load(pen_path))
    pen_path.write_text("no JSON")
    words = refused(owner, "/versions/1/sets/pen_holdout/?label=4", 404)
    assert "The pen digits on this server cannot be read." in words
