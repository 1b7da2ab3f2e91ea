import pytest

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions.deployment import deploy_version, register_version
from recognizer.models import Deployment, User
from tests.conftest import signed_in
from tests.pages.rows import STROKES, make_drawing


def test_it_opens_empty_with_what_confidences_are_worth(owner: User) -> None:
    shipped = register_version(bundle=bundles.shipped())
    deploy_version(version=shipped, kind=Deployment.Kind.PROMOTION)

    context = signed_in(owner).get("/").context

    assert context["drawing"] is None
    measured = shipped.card["metrics"]["pen_holdout"]["reliability"]
    assert context["reliability_bins"]["strokes"] == [
        (each["confidence"], each["accuracy"], each["n"]) for each in measured
    ]


def test_it_opens_before_any_version_is_installed(owner: User) -> None:
    assert signed_in(owner).get("/").context["reliability_bins"] == {}


def test_it_loads_the_strokes_and_the_label_of_a_saved_drawing(owner: User) -> None:
    saved = make_drawing(owner, label=7, label_state="pending")

    context = signed_in(owner).get(f"/?drawing={saved.pk}").context

    assert context["drawing"] == {
        "id": saved.pk,
        "strokes": STROKES,
        "label": 7,
        "label_text": "7",
        "label_state": "pending",
    }


def test_it_does_not_load_others_drawings_even_for_a_reviewer(owner: User, reviewer: User) -> None:
    saved = make_drawing(owner)

    assert signed_in(reviewer).get(f"/?drawing={saved.pk}").status_code == 404


def test_an_upload_has_no_strokes_to_load(owner: User) -> None:
    saved = make_drawing(owner, source="upload", strokes=None, picture=b"PNG")

    assert signed_in(owner).get(f"/?drawing={saved.pk}").status_code == 404


@pytest.mark.parametrize("wanted", ["", "seven", "1e3", "9" * 30, "9" * 5000, "-1"])
def test_an_invalid_drawing_number_is_not_found(owner: User, wanted: str) -> None:
    assert signed_in(owner).get("/", {"drawing": wanted}).status_code == 404
