import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction

from recognizer.actions.accounts.names import require_clear_name
from recognizer.errors import Conflict, Refused
from recognizer.models import User
from recognizer.models.users import key_of
from tests.conftest import person

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    "name",
    [
        "anna",
        "Jörg.Müller-2@example.org",
        "жанна_7",
        "Νίκος",
        "\u0131\u015f\u0131k",  # Turkish
        "\u5c71\u7530\u305f\u308d\u3046",  # Japanese, in two scripts
        "\uae40\ucca0\uc218",
        "1234",
    ],
)
def test_names_of_one_alphabet_are_allowed(db: None, name: str) -> None:
    require_clear_name(name)


@pytest.mark.parametrize(
    "name",
    [
        f"{CYRILLIC_A}dmin",
        "adm\u0456n",  # with a Cyrillic i
        "\u03bfwner",  # with a Greek o
        "\u1d00dmin",  # with a small capital A
        "ann\u0661",  # with an Arabic digit
        "\u0441\u043e\u0441\u043e",  # Cyrillic, but looks like "coco"
    ],
)
def test_names_that_look_like_others_are_refused(db: None, name: str) -> None:
    with pytest.raises(Refused):
        require_clear_name(name)


@pytest.mark.parametrize(
    "name",
    ["owner", "OWNER", "Owner", "\uff4f\uff57\uff4e\uff45\uff52", "OWNER\u200b".strip("\u200b")],
)
def test_a_name_is_unique_in_any_case(owner: User, name: str) -> None:
    with pytest.raises(Conflict, match="already exists"):
        require_clear_name(name)
    require_clear_name(name, person=owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(name)


@pytest.mark.parametrize(
    ("name", "same"),
    [("ÄRGER", "ärger"), ("Straße", "STRASSE"), ("adm\u0131n", "ADMIN"), ("ADM\u0130N", "admin")],
)
def test_the_key_folds_case_in_all_languages(name: str, same: str) -> None:
    assert key_of(name) == key_of(same)


@pytest.mark.parametrize("typed", ["Jörg", "jörg", "JÖRG"])
def test_signing_in_ignores_case(db: None, typed: str, rf) -> None:
    made = person("Jörg")
    assert authenticate(rf.post("/"), username=typed, password="correct horse") == made


def test_of_two_accounts_of_an_earlier_release_each_signs_in_by_its_exact_name(
    db: None, rf
) -> None:
    older, newer = person("anna"), person("other")
    User.objects.filter(pk=newer.pk).update(username="Anna", name_key=None)
    for typed, expected in (("anna", older), ("Anna", newer), ("ANNA", older)):
        assert authenticate(rf.post("/"), username=typed, password="correct horse") == expected
    newer.refresh_from_db()
    newer.email = "a@example.org"
    newer.save()


def test_a_new_name_has_a_new_key(owner: User) -> None:
    owner.username = "Anna"
    owner.save(update_fields=["username"])
    owner.refresh_from_db()
    assert owner.name_key == "anna"
