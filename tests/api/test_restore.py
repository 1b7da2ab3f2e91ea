"""Deleted drawings are brought back by their numbers."""

from typing import Any

from django.test import Client

from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.models import Drawing, User
from tests.api.client import post, problem
from tests.pages.rows import make_drawing

PATH = "drawings/restore/"


def test_it_brings_back_all_of_them(as_owner: Client, owner: User) -> None:
    ids = [make_drawing(owner).pk for _ in range(3)]
    assert post(as_owner, "drawings/delete/", {"ids": ids}).status_code == 204

    assert post(as_owner, PATH, {"ids": ids[:2]}).status_code == 204

    assert set(Drawing.objects.values_list("pk", flat=True)) == set(ids[:2])
    assert problem(post(as_owner, PATH, {"ids": ids})) == (404, "not_found")


def test_what_is_not_yours_does_not_exist(as_owner: Client, stranger: User) -> None:
    theirs = make_drawing(stranger).pk
    delete_drawings(owner=stranger, ids=[theirs])

    assert problem(post(as_owner, PATH, {"ids": [theirs]})) == (404, "not_found")
    assert not Drawing.objects.exists()


def test_a_full_account_is_a_conflict(as_owner: Client, owner: User, settings: Any) -> None:
    gone = make_drawing(owner).pk
    delete_drawings(owner=owner, ids=[gone])
    make_drawing(owner)
    settings.QUOTA_DRAWINGS = 1

    assert problem(post(as_owner, PATH, {"ids": [gone]})) == (409, "quota")
