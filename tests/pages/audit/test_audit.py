"""The page of the audit: who sees it, filters, pages and CSV."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recognizer import codes
from recognizer.actions.audit.events import record
from recognizer.models import AuditEvent, User
from recognizer.pages.audit import audit
from tests.conftest import person, signed_in

PAGE, CSV = "/audit/", "/audit/events.csv"


@pytest.fixture
def auditor(db: None) -> User:
    return person("auditor", "view_auditevent")


@pytest.fixture
def client(auditor: User, owner: User, stranger: User) -> Client:
    """The auditor's, with only the events that follow."""
    client = signed_in(auditor)
    later = timezone.now() + timedelta(days=1)
    AuditEvent.objects.remove_older(than=later, most=1_000)
    record("token_made", codes.ON_TOKEN(name="laptop", account="owner"), by=owner)
    record("account_changed", codes.ON_ACCOUNT(account="Owner"), by=auditor)
    record("export", codes.ON_OWN_DRAWINGS(format="csv"), by=stranger)
    return client


def rows(response: Any) -> list[tuple[str, str]]:
    return [(event.kind, event.by_name) for event in response.context["events"]]


@pytest.mark.parametrize("address", [PAGE, CSV])
def test_only_people_with_the_permission_see_it(
    client: Client, owner: User, reviewer: User, administrator: User, address: str
) -> None:
    staff = person("staff", is_staff=True)
    seen = {user.username: signed_in(user) for user in (owner, reviewer, staff, administrator)}
    answers = {name: each.get(address).status_code for name, each in seen.items()}

    assert answers == {"owner": 404, "reviewer": 404, "staff": 404, "administrator": 200}
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 405
    assert Client().get(address)["Location"] == f"/accounts/login/?next={address}"


def test_the_menu_names_it_only_to_them(client: Client, owner: User) -> None:
    assert f'href="{PAGE}"' in client.get("/account/").text
    assert f'href="{PAGE}"' not in signed_in(owner).get("/account/").text


def test_it_shows_the_newest_first_in_words(client: Client) -> None:
    response = client.get(PAGE)

    assert rows(response) == [
        ("export", "stranger"),
        ("account_changed", "auditor"),
        ("token_made", "owner"),
    ]
    assert "token laptop of owner" in response.text
    assert "no-cache" in response["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("who=OWNER", ["account_changed", "token_made"]),
        ("who=own", []),
        ("who=%25", []),
        ("kind=export", ["export"]),
        ("kind=export&who=owner", []),
        ("since=2000-01-01&until=2000-01-02", []),
        ("since=2000-01-01", ["export", "account_changed", "token_made"]),
    ],
)
def test_filters(client: Client, query: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in rows(client.get(f"{PAGE}?{query}"))] == kinds
    lines = client.get(f"{CSV}?{query}").getvalue().decode().splitlines()[1:]
    found = [line.split(",")[2] for line in lines if "the audit" not in line]
    assert found == kinds


@pytest.mark.parametrize(
    "query",
    ["kind=x", "since=x", "since=2026-02-02&until=2026-01-01", "before=x", "who=" + "x" * 151],
)
def test_wrong_filters_are_refused_with_words(client: Client, query: str) -> None:
    page, file = client.get(f"{PAGE}?{query}"), client.get(f"{CSV}?{query}")

    assert (page.status_code, file.status_code) == (400, 400)
    assert 'role="alert"' in page.text


def test_it_is_paged(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE_SIZE", 2)
    first = client.get(f"{PAGE}?since=2000-01-01")
    older = first.context["page"].older
    second = client.get(f"{PAGE}?since=2000-01-01&before={older}")

    assert [kind for kind, _ in rows(first)] == ["export", "account_changed"]
    assert [kind for kind, _ in rows(second)] == ["token_made"]
    assert f"?since=2000-01-01&amp;before={older}" in first.text


def test_the_file_has_codes_and_is_itself_recorded(client: Client, auditor: User) -> None:
    formula = person("=1+1")
    record("export", codes.ON_OWN_DATA(), by=formula)
    headers = {"accept-language": "de"}
    response = client.get(f"{CSV}?kind=export", headers=headers, REMOTE_ADDR="192.0.2.3")
    lines = list(csv.reader(io.StringIO(response.getvalue().decode())))

    assert response["Content-Type"].startswith("text/csv")
    assert lines[0] == ["number", "time", "what", "by", "account", "on", "address", "request"]
    assert lines[1][7] == response["X-Request-ID"]
    assert [line[2:7] for line in lines[1:]] == [
        ["export", "auditor", str(auditor.pk), "the audit", "192.0.2.3"],
        ["export", "'=1+1", str(formula.pk), "all own data", ""],
        ["export", "stranger", lines[3][4], "own drawings, as csv", ""],
    ]


def test_without_events_it_says_so(client: Client) -> None:
    assert "No events match these filters." in client.get(f"{PAGE}?who=nobody").text


def test_the_admin_shows_it_and_changes_nothing(administrator: User, client: Client) -> None:
    admin = signed_in(administrator)
    event = AuditEvent.objects.order_by("pk")[0]
    listed = "/admin/recognizer/auditevent/"
    one = f"{listed}{event.pk}/"
    selected = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    count = AuditEvent.objects.count()

    assert "token laptop of owner" in admin.get(listed).text
    assert AuditEvent.objects.filter(kind="sign_in").first().request_id in admin.get(listed).text
    assert admin.get(f"{one}change/").status_code == 200
    assert admin.post(f"{one}change/", {"by_name": "x"}).status_code == 403
    assert admin.post(f"{one}delete/", {"post": "yes"}).status_code == 403
    assert admin.get(f"{listed}add/").status_code == 403
    admin.post(listed, selected)
    assert AuditEvent.objects.count() == count
