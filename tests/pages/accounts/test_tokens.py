from django.test import Client

from recognizer.actions.accounts.tokens import create_token
from recognizer.models import ApiToken, User
from tests.conftest import signed_in

ADDRESS = "/account/tokens/"


def test_the_secret_is_shown_once_and_works(owner: User) -> None:
    client = signed_in(owner)

    response = client.post(ADDRESS, {"name": "lab notebook"})

    secret = response.context["secret"]
    assert secret in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert secret not in client.get(ADDRESS).content.decode()
    asked = Client().get("/api/v1/drawings/", headers={"authorization": f"Token {secret}"})
    assert asked.status_code == 200


def test_a_token_needs_a_name(owner: User) -> None:
    response = signed_in(owner).post(ADDRESS, {"name": " "})

    assert response.status_code == 400
    assert "This field is required." in response.content.decode()
    assert not ApiToken.objects.exists()


def test_only_ones_own_tokens_are_listed_and_names_are_escaped(owner: User, stranger: User) -> None:
    create_token(owner=owner, name="<script>mine</script>")
    create_token(owner=stranger, name="not yours")

    words = signed_in(owner).get(ADDRESS).content.decode()

    assert "&lt;script&gt;mine&lt;/script&gt;" in words
    assert "<script>mine" not in words
    assert "not yours" not in words


def test_a_revoked_token_is_refused(owner: User) -> None:
    token, secret = create_token(owner=owner, name="old")

    response = signed_in(owner).post(f"{ADDRESS}{token.pk}/revoke/")

    assert response["Location"] == ADDRESS
    asked = Client().get("/api/v1/drawings/", headers={"authorization": f"Token {secret}"})
    assert asked.status_code == 401


def test_nobody_revokes_somebody_elses_token(owner: User, administrator: User) -> None:
    token, _ = create_token(owner=owner, name="mine")

    response = signed_in(administrator).post(f"{ADDRESS}{token.pk}/revoke/")

    assert response.status_code == 404
    assert ApiToken.objects.exists()
