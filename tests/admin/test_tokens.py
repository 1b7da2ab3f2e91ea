from datetime import UTC, datetime

import pytest

from recognizer.models import ApiToken, User
from tests.conftest import person, signed_in

LIST = "/admin/recognizer/apitoken/"
DIGEST = "d16e57" * 10 + "beef"


@pytest.fixture
def token(owner: User) -> ApiToken:
    return ApiToken.objects.create(owner=owner, name="scanner", prefix="abcd1234", digest=DIGEST)


def test_tokens_are_listed_without_their_digest(token: ApiToken, viewer: User) -> None:
    client = signed_in(viewer)

    for address in (LIST, f"{LIST}{token.pk}/change/"):
        page = client.get(address).content.decode()
        for shown in ("scanner", "owner", "abcd1234"):
            assert shown in page
        assert DIGEST not in page


def test_the_list_shows_when_a_token_expires(token: ApiToken, viewer: User) -> None:
    ApiToken.objects.update(expires_at=datetime(2031, 5, 4, 12, tzinfo=UTC))

    assert "4 May 2031" in signed_in(viewer).get(LIST).content.decode()


def test_tokens_are_found_by_owner(token: ApiToken, stranger: User, viewer: User) -> None:
    ApiToken.objects.create(owner=stranger, name="other", prefix="x", digest="x")

    found = signed_in(viewer).get(LIST, {"q": "owner"}).context["cl"].result_list

    assert list(found) == [token]


def test_deleting_a_token_revokes_it(token: ApiToken) -> None:
    warden = person("warden", "view_apitoken", "delete_apitoken", is_staff=True)

    response = signed_in(warden).post(f"{LIST}{token.pk}/delete/", {"post": "yes"})

    assert response.status_code == 302
    assert not ApiToken.objects.exists()


def test_a_viewer_cannot_revoke(token: ApiToken, viewer: User) -> None:
    response = signed_in(viewer).post(f"{LIST}{token.pk}/delete/", {"post": "yes"})

    assert response.status_code == 403
    assert ApiToken.objects.exists()


def test_tokens_cannot_be_added_or_changed(token: ApiToken, administrator: User) -> None:
    client = signed_in(administrator)

    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{token.pk}/change/", {"name": "mine"}).status_code == 403
    token.refresh_from_db()
    assert token.name == "scanner"
