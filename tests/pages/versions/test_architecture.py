"""The diagrams of a version's page: network, learning curves, and confusion matrix."""

import re
from html import unescape
from itertools import pairwise

import pytest

from mlcore.recipes import DEFAULT
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Drawing, ModelVersion, User
from recognizer.pages.versions import version as version_pages
from recognizer.pages.versions.architecture import picture
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_version

LAYERS = [
    {"kind": "convolution", "shape": [28, 28, 32], "parameters": 320, "multiply_adds": 225_792}
    | {"kernel": 3, "stride": 1},
    {"kind": "pooling", "shape": [14, 14, 32], "parameters": 0, "multiply_adds": 0},
    {"kind": "dropout", "shape": [14, 14, 32], "parameters": 0, "multiply_adds": 0, "rate": 0.25},
    {"kind": "dense", "shape": [11], "parameters": 69_003, "multiply_adds": 68_992},
]


def page(user: User, address: str) -> str:
    return unescape(" ".join(signed_in(user).get(address).content.decode().split()))


def test_the_network_is_a_picture_with_a_table_behind_it(first: ModelVersion, owner: User) -> None:
    make_version(2, card={"architecture": "small-cnn", "layers": LAYERS})
    shown = page(owner, "/versions/2/")
    # Dropout does not change the shape and is not drawn.
    assert re.findall(r'class="layer layer-(\w+)"', shown) == [
        *("network_input", "convolution", "pooling", "dense")
    ]
    for words in ("convolution 3&times;3", "dropout 25%", "28&times;28&times;32", "225,792"):
        assert unescape(words) in shown


@pytest.mark.parametrize(("architecture", "planes"), [("small-cnn", 1), (DEFAULT, 9)])
def test_the_picture_begins_with_the_planes_that_the_network_sees(
    first: ModelVersion, architecture: str, planes: int
) -> None:
    version = make_version(2, card={"architecture": architecture, "layers": LAYERS})
    drawn = picture(version)
    assert drawn is not None
    assert (drawn.blocks[0].kind, drawn.blocks[0].channels) == ("network_input", planes)


def test_blocks_are_as_high_as_their_feature_maps_and_do_not_overlap(
    first: ModelVersion, owner: User
) -> None:
    make_version(2, card={"architecture": "small-cnn", "layers": LAYERS})
    boxes = re.findall(
        r'class="layer layer-\w+" x="(\d+)" y="\d+" width="(\d+)" height="(\d+)"',
        page(owner, "/versions/2/"),
    )
    places = [tuple(map(int, box)) for box in boxes]
    heights = [height for _, _, height in places]
    assert heights[0] == heights[1] > heights[2]
    assert all(x + width < next_x for (x, width, _), (next_x, *_) in pairwise(places))


def test_a_shortcut_leads_around_the_two_layers_before_it(first: ModelVersion, owner: User) -> None:
    plain = LAYERS[0]
    shortcut = plain | {"kind": "shortcut", "kernel": 1}
    layers = [plain, plain, plain, shortcut, LAYERS[-1]]
    make_version(2, card={"architecture": "residual-cnn", "layers": layers})
    shown = page(owner, "/versions/2/")
    lefts = [int(x) for x in re.findall(r'class="layer layer-\w+" x="(\d+)"', shown)]
    ((start, end),) = re.findall(r'class="layer-arc" d="M(\d+) \d+V12H(\d+)V\d+"', shown)
    assert lefts[1] < int(start) < lefts[2]  # after the first convolution
    assert lefts[3] < int(end) < lefts[4]  # after the third


def test_a_card_without_layers_has_no_picture(first: ModelVersion, owner: User) -> None:
    make_version(2, card={"layers": []})
    assert "Architecture diagram" not in page(owner, "/versions/2/")


def test_learning_curves_show_training_and_hold_out(first: ModelVersion, owner: User) -> None:
    rows = [
        {"epoch": epoch, "loss": 1 / epoch, "accuracy": 1 - 0.1 / epoch}
        | {"holdout_loss": 0.5 / epoch, "holdout_accuracy": 1 - 0.05 / epoch}
        for epoch in (1, 2, 4)
    ]
    make_version(2, card={"history": rows})
    shown = page(owner, "/versions/2/")
    # x: epochs 1 to 4 from 58 to 350. y: a loss of 1 at 10, of 0 at 118.
    assert 'points="58.0,10.0 155.3,64.0 350.0,91.0"' in shown
    assert 'class="chart-line chart-held" points="58.0,64.0 155.3,91.0 350.0,104.5"' in shown
    for y, text in (("10.0", "1"), ("64.0", "0.5"), ("118.0", "0")):
        assert f'<text class="chart-value" x="52" y="{y}">{text}</text>' in shown
    assert "Accuracy in training: from 90.0% to 97.5%" in shown
    assert "98.75%" in shown  # last value of the hold-out, in the table


def test_a_history_without_hold_out_has_one_line(first: ModelVersion, owner: User) -> None:
    make_version(2, card={"history": [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}]})
    shown = page(owner, "/versions/2/")
    assert shown.count("<polyline") == 1
    assert "chart-held" not in shown


@pytest.fixture
def drawings(first: ModelVersion, owner: User, stranger: User, reviewer: User) -> list[Drawing]:
    """Labeled fours: the owner's were answered 9 and 4, a stranger's was answered 9."""
    rows = []
    for person, answer in ((owner, 9), (owner, 4), (stranger, 9)):
        drawing = make_drawing(person)
        answered(drawing, first, answer)
        label_drawing(drawing=drawing, by=reviewer, label=4, source="review")
        rows.append(drawing)
    make_drawing(owner, label=None)
    return rows


def listed(user: User, address: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-drawing="(\d+)"', page(user, address))]


def test_a_cell_of_the_confusion_matrix_links_to_its_drawings(
    drawings: list[Drawing], owner: User
) -> None:
    shown = page(owner, "/versions/1/")
    assert "1 of 2 with an approved label are right (50.0%)" in shown
    wrong, right, _ = drawings
    for answer, drawing in ((9, wrong), (4, right)):
        address = f"/versions/1/drawings/?label=4&now={answer}"
        assert f'href="{address}"' in shown
        assert listed(owner, address) == [drawing.pk]


def test_others_drawings_are_counted_and_listed_for_reviewers_only(
    drawings: list[Drawing], owner: User, reviewer: User
) -> None:
    assert "On your drawings" in page(owner, "/versions/1/")
    assert "1 of 3 with an approved label are right" in page(reviewer, "/versions/1/")
    address = "/versions/1/drawings/?label=4&now=9"
    assert listed(owner, address) == [drawings[0].pk]
    assert listed(reviewer, address) == [drawings[2].pk, drawings[0].pk]


@pytest.mark.parametrize("query", ["label=11", "now=x", "before=0"])
def test_an_invalid_list_is_refused(first: ModelVersion, owner: User, query: str) -> None:
    assert signed_in(owner).get(f"/versions/1/drawings/?{query}").status_code == 400


def test_a_list_of_an_unknown_version_is_not_found(owner: User) -> None:
    assert signed_in(owner).get("/versions/7/drawings/").status_code == 404


def test_a_long_list_has_pages(
    drawings: list[Drawing], reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(version_pages, "DRAWINGS_SIZE", 2)
    address = "/versions/1/drawings/?label=4"
    assert listed(reviewer, address) == [drawings[2].pk, drawings[1].pk]
    (older,) = re.findall(r'href="(\?[^"]*before=\d+[^"]*)"', page(reviewer, address))
    assert listed(reviewer, f"/versions/1/drawings/{older}") == [drawings[0].pk]
