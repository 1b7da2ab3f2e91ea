"""Permissions of every page."""

import pytest
from django.test import Client

from recognizer.models import Drawing, ModelVersion, User
from tests.conftest import signed_in
from tests.pages.rows import make_drawing, make_job, make_version

READ = [
    "/drawings/",
    "/drawings/export/",
    "/drawings/import/",
    "/drawings/deleted/",
    "/jobs/",
    "/jobs/1/",
    "/batches/",
    "/pages/",
    "/versions/",
    "/versions/1/",
    "/versions/compare/",
    "/account/",
    "/account/export.zip",
    "/account/delete/",
    "/account/tokens/",
]
OF_A_DRAWING = ["/drawings/{}/", "/drawings/{}/network-input.png", "/drawings/{}/picture.png"]


@pytest.mark.parametrize("address", [*READ, *(each.format(1) for each in OF_A_DRAWING)])
def test_pages_require_sign_in(db: None, address: str) -> None:
    response = Client().get(address)

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize(
    "address",
    [
        "/drawings/1/label/",
        "/drawings/1/delete/",
        "/drawings/delete/",
        "/drawings/deleted/restore/",
        "/drawings/deleted/forget/",
        "/drawings/import/",
        "/jobs/",
        "/jobs/train/",
        "/jobs/rescore/",
        "/jobs/1/cancel/",
        "/batches/",
        "/batches/1/cancel/",
        "/batches/1/delete/",
        "/pages/",
        "/pages/1/cancel/",
        "/pages/1/delete/",
        "/versions/1/promote/",
        "/versions/roll-back/",
        "/account/",
        "/account/delete/",
        "/account/tokens/",
        "/account/tokens/1/revoke/",
    ],
)
def test_actions_require_sign_in(db: None, address: str) -> None:
    response = Client().post(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", READ)
def test_a_signed_in_person_sees_the_page(first: ModelVersion, owner: User, address: str) -> None:
    make_job(pk=1)

    assert signed_in(owner).get(address).status_code == 200


@pytest.fixture
def upload(owner: User, first: ModelVersion) -> Drawing:
    return make_drawing(owner, source="upload", strokes=None, picture=b"\x89PNG pixels")


@pytest.mark.parametrize("address", OF_A_DRAWING)
def test_only_its_owner_and_reviewers_see_a_drawing(
    upload: Drawing, owner: User, reviewer: User, stranger: User, address: str
) -> None:
    people = {"owner": owner, "reviewer": reviewer, "stranger": stranger}
    answers = {
        name: signed_in(user).get(address.format(upload.pk)).status_code
        for name, user in people.items()
    }

    assert answers == {"owner": 200, "reviewer": 200, "stranger": 404}


@pytest.mark.parametrize(
    "address",
    [
        "/jobs/",
        "/jobs/train/",
        "/jobs/rescore/",
        "/jobs/1/cancel/",
        "/versions/2/promote/",
        "/versions/roll-back/",
    ],
)
def test_actions_are_refused_without_the_permission(
    first: ModelVersion, owner: User, address: str
) -> None:
    make_job(pk=1)
    make_version(2)

    assert signed_in(owner).post(address).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/drawings/1/label/",
        "/drawings/1/delete/",
        "/drawings/delete/",
        "/jobs/train/",
        "/jobs/rescore/",
        "/jobs/1/cancel/",
        "/versions/1/promote/",
        "/versions/roll-back/",
        "/account/tokens/1/revoke/",
    ],
)
def test_actions_refuse_get(administrator: User, first: ModelVersion, address: str) -> None:
    assert signed_in(administrator).get(address).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/drawings/99999999999999999999/", "/jobs/99999999999999999999/", "/versions/77/"],
)
def test_unknown_rows_are_not_found(administrator: User, address: str) -> None:
    assert signed_in(administrator).get(address).status_code == 404
