"""Undoing a deletion: in the message, and on the page of what was deleted lately."""

import re

import pytest
from django.test import Client

from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.models import DeletedDrawing, Drawing, User
from tests.conftest import signed_in, words_of
from tests.pages.rows import make_drawing

RESTORE, FORGET = "/drawings/deleted/restore/", "/drawings/deleted/forget/"


@pytest.fixture
def client(owner: User) -> Client:
    return signed_in(owner)


def key_of(drawing: int) -> str:
    return str(DeletedDrawing.objects.get(number=drawing).deletion)


def test_the_message_after_a_deletion_has_an_undo_button(client: Client, owner: User) -> None:
    ids = [make_drawing(owner).pk for _ in range(3)]
    sent = {"drawings": ids[:2], "confirmed": "1"}
    page = client.post("/drawings/delete/?label=none", sent, follow=True).text

    assert f'action="{RESTORE}?label=none"' in page
    (key,) = set(re.findall('name="deletion" value="(.*?)"', page))
    assert key == key_of(ids[0]) == key_of(ids[1])

    response = client.post(f"{RESTORE}?label=none", {"deletion": key}, follow=True)
    assert response.redirect_chain == [("/drawings/?label=none", 302)]
    assert "2 drawings are back." in response.text
    assert set(Drawing.objects.values_list("pk", flat=True)) == set(ids)


def test_a_final_deletion_has_none(client: Client, owner: User, settings: object) -> None:
    settings.UNDO_DAYS = 0  # type: ignore[attr-defined]
    drawing = make_drawing(owner)
    assert "This cannot be undone." in client.get(f"/drawings/{drawing.pk}/").text
    page = client.post(f"/drawings/{drawing.pk}/delete/", follow=True).text

    assert f"Drawing {drawing.pk} is deleted." in page
    assert RESTORE not in page
    assert "Recently deleted" not in page


def test_the_list_leads_to_what_was_deleted(client: Client, owner: User) -> None:
    drawing = make_drawing(owner)
    assert "You can bring it back for 7 days." in client.get(f"/drawings/{drawing.pk}/").text
    assert "/drawings/deleted/" not in client.get("/drawings/").text
    client.post(f"/drawings/{drawing.pk}/delete/")

    assert '"/drawings/deleted/"' in client.get("/drawings/").text
    assert f"<h2>Drawing {drawing.pk}</h2>" in words_of(owner, "/drawings/deleted/")


def test_it_can_be_removed_for_good(client: Client, owner: User) -> None:
    ids = [make_drawing(owner).pk for _ in range(14)]
    delete_drawings(owner=owner, ids=ids)
    assert "and 2 more" in client.get("/drawings/deleted/").text
    page = client.post(FORGET, {"deletion": key_of(ids[0])}, follow=True).text

    assert "14 drawings are gone for good." in page
    assert "Nothing was deleted lately" in page
    assert not DeletedDrawing.objects.exists()


def test_other_peoples_deletions_do_not_exist(
    client: Client, owner: User, stranger: User, reviewer: User
) -> None:
    drawing = make_drawing(stranger)
    delete_drawings(owner=stranger, ids=[drawing.pk])
    for user in (owner, reviewer):
        assert f"Drawing {drawing.pk}" not in words_of(user, "/drawings/deleted/")
        for address in (RESTORE, FORGET):
            sent = {"deletion": key_of(drawing.pk)}
            assert signed_in(user).post(address, sent).status_code == 404
    assert DeletedDrawing.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "status"), [("00000000-0000-4000-8000-000000000000", 404), ("7", 400), ("", 400)]
)
def test_a_wrong_key_is_refused(client: Client, key: str, status: int) -> None:
    for address in (RESTORE, FORGET):
        assert client.post(address, {"deletion": key}).status_code == status
