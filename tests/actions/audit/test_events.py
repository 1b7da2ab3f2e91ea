"""What the audit records, and that nobody can change it."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from recognizer.accounts import login_lockout
from recognizer.actions.accounts import tokens
from recognizer.actions.accounts.accounts import make_groups
from recognizer.actions.accounts.deletion import delete_account
from recognizer.actions.audit.events import Kind, record
from recognizer.actions.drawings.deletion import delete_drawings
from recognizer.actions.versions.deployment import deploy_version, roll_back_version
from recognizer.models import ApiToken, AuditEvent, Drawing, ModelVersion, User
from recognizer.models.audit import AppendOnly
from recognizer.presentation.messages import in_english
from tests.api.client import by_token
from tests.conftest import person, signed_in
from tests.pages.accounts.test_passwords import ask, link, set_password
from tests.pages.rows import make_drawing, make_version

LOGIN = "/accounts/login/"
HERE = "192.0.2.7"
PASSWORD = "correct horse"

Row = tuple[str, str, str]


def recorded(*kinds: str) -> list[Row]:
    """Return (what, who, on what) of the events, oldest first; only of these kinds if any."""
    rows = AuditEvent.objects.order_by("pk")
    rows = rows.filter(kind__in=kinds) if kinds else rows
    return [(each.kind, each.by_name, in_english(each.subject)) for each in rows]


@pytest.fixture(autouse=True)
def only_what_follows(request: pytest.FixtureRequest) -> None:
    """Forget the events of the fixtures: a fixture signs in, and gives permissions."""
    names = [each for each in request.fixturenames if each != "only_what_follows"]
    for name in names:
        if name not in ("request", "settings", "monkeypatch"):
            request.getfixturevalue(name)
    forget()


def forget() -> None:
    AuditEvent.objects.remove_older(than=timezone.now() + timedelta(days=1), most=10_000)


def sign_in(name: str, password: str = PASSWORD, at: str = LOGIN) -> int:
    form = {"username": name, "password": password}
    return Client(REMOTE_ADDR=HERE).post(at, form).status_code


# Rows ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(by_name="nobody"),
        lambda rows: rows.delete(),
        lambda rows: rows.bulk_update(list(rows), ["by_name"]),
        lambda rows: rows.get().save(),
        lambda rows: rows.get().delete(),
        lambda rows: AuditEvent.objects.update_or_create(
            pk=rows.get().pk, defaults={"by_name": "nobody"}
        ),
    ],
)
def test_a_row_is_neither_changed_nor_deleted(owner: User, change: Callable[[Any], Any]) -> None:
    record(Kind.SIGN_IN, by=owner)

    with pytest.raises(AppendOnly):
        change(AuditEvent.objects.all())

    assert AuditEvent.objects.get().by_name == "owner"


def test_a_row_stays_readable_after_the_account_is_deleted(owner: User) -> None:
    number, owner.email = owner.pk, "me@example.org"
    owner.save()
    record(Kind.EXPORT, by=owner)
    delete_account(person=owner)

    before, deletion = AuditEvent.objects.order_by("pk")
    assert (before.by_name, before.by_number) == ("owner", number)
    assert recorded()[1] == ("account_deleted", "", "account owner")
    assert "example.org" not in json.dumps(list(AuditEvent.objects.values()), default=str)
    assert deletion.address is None


def test_an_act_that_is_undone_leaves_no_row(owner: User) -> None:
    with transaction.atomic():
        tokens.create_token(owner=owner, name="laptop")
        transaction.set_rollback(True)
    assert recorded() == []


@pytest.mark.parametrize("act", ["token", "drawings", "account", "promotion"])
def test_an_act_that_cannot_be_recorded_does_not_happen(
    owner: User, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    drawing, version = make_drawing(owner), make_version(1)

    def fails(*args: Any, **columns: Any) -> None:
        raise DatabaseError("no")

    monkeypatch.setattr(AuditEvent.objects, "create", fails)
    acts: dict[str, Callable[[], Any]] = {
        "token": lambda: tokens.create_token(owner=owner, name="laptop"),
        "drawings": lambda: delete_drawings(owner=owner, ids=[drawing.pk]),
        "account": lambda: delete_account(person=owner),
        "promotion": lambda: deploy_version(version=version, kind="promotion", by=owner),
    }
    with pytest.raises(DatabaseError):
        acts[act]()

    assert not ApiToken.objects.exists()
    assert not version.deployments.exists()
    assert list(Drawing.objects.all()) == [drawing]


def test_an_export_that_cannot_be_recorded_is_sent_and_logged(
    owner: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(owner)

    def fails(*args: Any, **columns: Any) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(AuditEvent.objects, "create", fails)
    response = client.get("/drawings/export/")

    assert response.status_code == 200
    assert f"The audit misses an export by account {owner.pk}" in caplog.text


# Signing in ---------------------------------------------------------------------------------------


def test_signing_in_is_recorded_with_the_address(owner: User) -> None:
    assert sign_in("OWNER") == 302

    event = AuditEvent.objects.get()
    assert (event.kind, event.by_name, event.by_number) == ("sign_in", "owner", owner.pk)
    assert event.address == HERE
    assert event.created_at <= timezone.now()


def test_the_address_behind_a_proxy_is_the_clients(owner: User, settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    headers = {"x-forwarded-for": "203.0.113.9, 198.51.100.4"}
    Client(REMOTE_ADDR=HERE, headers=headers).post(LOGIN, {"username": "owner", "password": "x"})

    assert AuditEvent.objects.get().address == "198.51.100.4"


def test_wrong_passwords_are_recorded_but_no_name_that_does_not_exist(owner: User) -> None:
    sign_in("Owner", "a guess")
    sign_in("my secret password", "oops")

    assert recorded() == [
        ("sign_in_failed", "owner", "account owner"),
        ("sign_in_failed", "", "a name that no account has"),
    ]
    assert "secret" not in json.dumps(list(AuditEvent.objects.values()), default=str)


@pytest.mark.parametrize("at", [LOGIN, "/admin/login/"])
def test_a_lockout_is_recorded_once_and_nothing_during_it(
    administrator: User, settings: Any, at: str
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    for _ in range(5):
        sign_in("administrator", "a guess", at)
    sign_in("administrator", PASSWORD, at)

    on = "account administrator"
    assert recorded() == [
        ("sign_in_failed", "administrator", on),
        ("sign_in_failed", "administrator", on),
        ("locked_out", "administrator", on),
    ]


def test_guessing_many_names_fills_no_table(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AXES_FAILURE_LIMIT = 2
    monkeypatch.setattr(login_lockout, "ACCOUNTS_PER_ADDRESS", 3)
    for number in range(20):
        sign_in(f"name{number}", "a guess")

    kinds = [what for what, _, _ in recorded()]
    assert kinds == ["sign_in_failed"] * 6 + ["locked_out"]


def test_a_wrong_password_on_the_account_page_is_recorded(owner: User) -> None:
    client = signed_in(owner)
    forget()
    client.post("/account/", {"email": "", "password": "a guess"})

    assert recorded() == [("sign_in_failed", "owner", "account owner")]


# Passwords, accounts and roles --------------------------------------------------------------------


def test_a_changed_password_is_recorded(owner: User) -> None:
    client = signed_in(owner)
    forget()
    new = {"new_password1": "staple battery 9", "new_password2": "staple battery 9"}
    client.post("/accounts/password_change/", {"old_password": PASSWORD, **new})

    assert recorded() == [("password_changed", "owner", "account owner")]


def test_a_reset_password_is_recorded(owner: User) -> None:
    owner.email = "owner@example.org"
    owner.save()
    ask(owner.email)
    forget()
    set_password(Client(), link())

    assert recorded() == [("password_changed", "", "account owner")]


def test_a_password_that_only_gets_a_newer_hash_is_not_recorded(owner: User, settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    hashed = owner.password
    sign_in("owner")

    owner.refresh_from_db()
    assert owner.password != hashed
    assert recorded() == [("sign_in", "owner", "")]


def test_roles_given_in_the_admin_are_recorded(administrator: User, owner: User) -> None:
    make_groups()
    client = signed_in(administrator)
    group = Group.objects.get(name="Reviewers")
    permission = Permission.objects.get(codename="mark_gold")
    forget()
    form = {
        "username": "owner",
        "is_active": "on",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [group.pk],
        "user_permissions": [permission.pk],
        "date_joined_0": "2026-01-01",
        "date_joined_1": "12:00",
    }
    address = f"/admin/recognizer/user/{owner.pk}/change/"
    assert client.post(address, form).status_code == 302
    given = recorded()
    forget()
    for name in ("is_staff", "is_superuser", "groups", "user_permissions"):
        del form[name]
    assert client.post(address, form).status_code == 302

    on = "account owner: "
    assert set(given) == {
        ("account_changed", "administrator", on + "is staff now, is an administrator now"),
        ("account_changed", "administrator", on + "into the group Reviewers"),
        ("account_changed", "administrator", on + "permission mark_gold given"),
    }
    taken = "no longer staff, no longer an administrator"
    assert set(recorded()) == {
        ("account_changed", "administrator", on + taken),
        ("account_changed", "administrator", on + "out of the group Reviewers"),
        ("account_changed", "administrator", on + "permission mark_gold taken away"),
    }


def test_roles_given_from_the_other_side_are_recorded(owner: User, stranger: User) -> None:
    group = Group.objects.create(name="Office")
    group.user_set.add(owner, stranger)
    group.user_set.remove(stranger)
    group.user_set.clear()
    group.permissions.set(Permission.objects.filter(codename="mark_gold"))
    group.permissions.clear()
    group.delete()

    assert sorted(recorded()[:2]) == [
        ("account_changed", "", "account owner: into the group Office"),
        ("account_changed", "", "account stranger: into the group Office"),
    ]
    assert recorded()[2:] == [
        ("account_changed", "", "account stranger: out of the group Office"),
        ("account_changed", "", "account owner: out of the group Office"),
        ("account_changed", "", "group Office: permission mark_gold given"),
        ("account_changed", "", "group Office: permission mark_gold taken away"),
        ("account_changed", "", "group Office: deleted"),
    ]


def test_a_closed_and_a_renamed_account_are_recorded(owner: User) -> None:
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    owner.username = "somebody"
    owner.save()

    assert [on for _, _, on in recorded()] == [
        "account owner: closed",
        "account somebody: was called owner",
    ]


def test_what_is_not_saved_is_not_recorded(owner: User) -> None:
    owner.is_superuser = True
    owner.save(update_fields=["email"])

    assert recorded() == []


def test_an_administrator_made_by_a_command_is_recorded(db: None) -> None:
    call_command("createsuperuser", "--noinput", username="root", email="r@example.org")

    assert ("account_changed", "", "account root: is staff now, is an administrator now") in (
        recorded()
    )


def test_an_account_that_is_deleted_on_its_page_or_in_the_admin_is_recorded(
    owner: User, stranger: User, administrator: User
) -> None:
    own, admin = signed_in(owner), signed_in(administrator)
    forget()
    own.post("/account/delete/", {"password": PASSWORD})
    admin.post(f"/admin/recognizer/user/{stranger.pk}/delete/", {"post": "yes"})

    assert recorded() == [
        ("account_deleted", "owner", "account owner"),
        ("account_deleted", "administrator", "account stranger"),
    ]
    assert not User.objects.filter(pk__in=[owner.pk, stranger.pk]).exists()


# Tokens, drawings and versions --------------------------------------------------------------------


def test_tokens_that_are_made_and_revoked_are_recorded(owner: User, administrator: User) -> None:
    own, admin = signed_in(owner), signed_in(administrator)
    forget()
    for name in ("first", "second", "third"):
        own.post("/api/v1/tokens/", {"name": name}, content_type="application/json")
    third, second, first = ApiToken.objects.all()
    own.post(f"/account/tokens/{first.pk}/revoke/")
    admin.post(f"/admin/recognizer/apitoken/{second.pk}/delete/", {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [third.pk], "post": "yes"}
    admin.post("/admin/recognizer/apitoken/", selected)

    assert not ApiToken.objects.exists()
    assert recorded() == [
        ("token_made", "owner", "token first of owner"),
        ("token_made", "owner", "token second of owner"),
        ("token_made", "owner", "token third of owner"),
        ("token_revoked", "owner", "token first of owner"),
        ("token_revoked", "administrator", "token second of owner"),
        ("token_revoked", "administrator", "token third of owner"),
    ]


def test_deleted_drawings_are_recorded_with_their_first_numbers(owner: User) -> None:
    _, secret = tokens.create_token(owner=owner, name="laptop")
    rows = [make_drawing(owner).pk for _ in range(23)]
    forget()
    body = {"ids": rows[:22]}
    client = Client(REMOTE_ADDR=HERE, headers=by_token(secret))
    client.post("/api/v1/drawings/delete/", body, content_type="application/json")
    signed_in(owner).post(f"/drawings/{rows[22]}/delete/")

    first = ", ".join(map(str, rows[:20]))
    assert recorded("drawings_deleted") == [
        ("drawings_deleted", "owner", f"22 drawings: {first}, …"),
        ("drawings_deleted", "owner", f"1 drawing: {rows[22]}"),
    ]
    assert AuditEvent.objects.order_by("pk")[0].address == HERE


def test_drawings_that_are_deleted_in_the_admin_are_recorded(
    owner: User, administrator: User
) -> None:
    one, two = make_drawing(owner).pk, make_drawing(owner).pk
    admin = signed_in(administrator)
    forget()
    admin.post(f"/admin/recognizer/drawing/{one}/delete/", {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [two], "post": "yes"}
    admin.post("/admin/recognizer/drawing/", selected)

    assert not Drawing.objects.exists()
    assert recorded() == [
        ("drawings_deleted", "administrator", f"1 drawing: {one}"),
        ("drawings_deleted", "administrator", f"1 drawing: {two}"),
    ]


def test_refused_deletions_are_not_recorded(owner: User, stranger: User) -> None:
    theirs = make_drawing(stranger).pk
    client = signed_in(owner)
    forget()
    client.post("/drawings/delete/", {"drawings": [theirs], "confirmed": "1"})

    assert recorded() == []


def test_exports_and_imports_are_recorded(
    owner: User, administrator: User, version: ModelVersion, draw: Callable[..., Drawing]
) -> None:
    drawing = draw(owner)
    own, admin = signed_in(owner), signed_in(administrator)
    forget()
    file = b"".join(own.get("/drawings/export/"))  # type: ignore[arg-type]
    own.post("/drawings/export/", {"drawings": [drawing.pk], "format": "png"})
    own.get("/api/v1/drawings/export/?format=npz")
    admin.get("/drawings/export/?everybody=1&format=csv")
    archive = b"".join(own.get("/account/export.zip"))  # type: ignore[arg-type]
    admin.post("/drawings/import/", {"file": io.BytesIO(file)})

    assert recorded() == [
        ("export", "owner", "own drawings, as ndjson"),
        ("export", "owner", "own drawings, as png"),
        ("export", "owner", "own drawings, as npz"),
        ("export", "administrator", "everybody's drawings, as csv"),
        ("export", "owner", "all own data"),
        ("import", "administrator", "1 drawing"),
    ]
    own_events = zipfile.ZipFile(io.BytesIO(archive)).read("audit.ndjson").decode().splitlines()
    assert [json.loads(each)["on"] for each in own_events] == [
        *("own drawings, as ndjson", "own drawings, as png", "own drawings, as npz"),
        "all own data",
    ]


def test_an_export_by_a_command_is_recorded(owner: User, tmp_path: Path) -> None:
    call_command("export", str(tmp_path / "all"))

    assert recorded() == [("export", "", "everybody's drawings, as ndjson")]


def test_promotions_and_roll_backs_are_recorded(trainer: User, without_files: None) -> None:
    first, second = (make_version(number, verdict={"passed": True}) for number in (1, 2))
    deploy_version(version=first, kind="initial")
    deploy_version(version=second, kind="override", by=trainer)
    roll_back_version(by=trainer)

    assert recorded() == [
        ("promotion", "", "version 1"),
        ("promotion", "trainer", "version 2, without passing the gates"),
        ("roll_back", "trainer", "version 1"),
    ]


def test_names_of_the_longest_length_are_recorded(db: None) -> None:
    name = "x" * 150
    long = person(name)
    tokens.create_token(owner=long, name="y" * 80)

    assert AuditEvent.objects.filter(by_name=name).count() == 1
