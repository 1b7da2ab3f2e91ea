"""Staff with the permission to change accounts get no more power by it."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from recognizer.models import User
from tests.conftest import person, signed_in

OFFICE = ("view_user", "change_user", "add_user", "delete_user", "view_group", "change_group")


@pytest.fixture
def clerk(db: None) -> User:
    """Staff who may change accounts and groups, and review."""
    return person("clerk", *OFFICE, "review_correction", is_staff=True)


@pytest.fixture
def client(clerk: User) -> Client:
    return signed_in(clerk)


def address(row: User | Group, action: str = "change") -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{action}/"


def permission(codename: str) -> int:
    return Permission.objects.get(codename=codename).pk


def save(client: Client, who: User, **values: object) -> int:
    asked = {
        "username": who.username,
        "is_active": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00",
        **({"is_staff": "on"} if who.is_staff else {}),
        "user_permissions": list(who.user_permissions.values_list("pk", flat=True)),
        **values,
    }
    return client.post(address(who), asked).status_code


def powers(who: User) -> tuple[bool, set[str]]:
    who.refresh_from_db()
    return who.is_superuser, set(who.user_permissions.values_list("codename", flat=True))


@pytest.mark.parametrize("name", ["clerk", "owner"])
def test_nobody_becomes_a_superuser_by_it(
    client: Client, clerk: User, owner: User, name: str
) -> None:
    who = User.objects.get(username=name)
    save(client, who, is_superuser="on", first_name="Changed")
    assert powers(who)[0] is False
    assert who.first_name == "Changed"


@pytest.mark.parametrize("name", ["clerk", "owner"])
def test_a_permission_that_one_lacks_cannot_be_given(
    client: Client, clerk: User, owner: User, name: str
) -> None:
    who = User.objects.get(username=name)
    before = powers(who)
    assert save(client, who, user_permissions=[permission("deploy_version")]) == 200  # the form
    assert powers(who) == before
    assert save(client, owner, user_permissions=[permission("review_correction")]) == 302
    assert powers(owner)[1] == {"review_correction"}


def test_a_group_with_more_power_cannot_be_given_or_changed(
    client: Client, owner: User, clerk: User
) -> None:
    strong, weak = (Group.objects.create(name=name) for name in ("strong", "weak"))
    strong.permissions.add(permission("deploy_version"))
    weak.permissions.add(permission("review_correction"))
    assert save(client, owner, groups=[strong.pk]) == 200
    assert save(client, owner, groups=[weak.pk]) == 302
    assert list(owner.groups.all()) == [weak]

    change = {"name": "strong", "permissions": [permission("review_correction")]}
    assert client.post(address(strong), change).status_code == 403
    more = {"name": "weak", "permissions": [permission("deploy_version")]}
    assert client.post(address(weak), more).status_code == 200
    assert list(weak.permissions.values_list("codename", flat=True)) == ["review_correction"]


@pytest.mark.parametrize("name", ["administrator", "trainer", "member"])
def test_accounts_with_more_power_are_not_changed_nor_get_a_password_nor_are_deleted(
    client: Client, administrator: User, trainer: User, name: str
) -> None:
    if name == "member":
        strong = Group.objects.create(name="strong")
        strong.permissions.add(permission("deploy_version"))
        person("member", is_active=False).groups.add(strong)
    who = User.objects.get(username=name)
    before = who.password

    assert save(client, who) == 403
    taken = {
        "password1": "correct horse 2",
        "password2": "correct horse 2",
        "usable_password": "true",
    }
    assert client.post(address(who, "password"), taken).status_code == 403
    assert client.post(address(who, "delete"), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [who.pk], "post": "yes"}
    client.post("/admin/recognizer/user/", chosen)
    who.refresh_from_db()
    assert who.password == before


def test_an_administrator_changes_everybody(administrator: User, trainer: User) -> None:
    client = signed_in(administrator)
    assert save(client, trainer, is_superuser="on") == 302
    assert powers(trainer)[0] is True


def test_the_admin_refuses_look_alike_names(client: Client, owner: User) -> None:
    new = {
        "usable_password": "true",
        "password1": "correct horse 2",
        "password2": "correct horse 2",
    }
    for name in ("\u0430dmin", "OWNER"):
        page = client.post("/admin/recognizer/user/add/", {"username": name, **new})
        assert page.status_code == 200
        assert save(client, owner, username=name) == (302 if name == "OWNER" else 200)
    assert not User.objects.exclude(username__in=["clerk", "OWNER"]).exists()
