"""Actions on more rows than one request does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.admin import batches
from recognizer.models import AuditEvent, Correction, Drawing, User
from tests.admin.forms import filled_in
from tests.conftest import signed_in

CORRECTIONS, DRAWINGS = "/admin/recognizer/correction/", "/admin/recognizer/drawing/"


@pytest.fixture
def five(drawn: Callable[..., Drawing], owner: User) -> list[Correction]:
    """Five labels that wait."""
    return [
        label_drawing(drawing=drawn(owner), by=owner, label=1, source="history") for _ in range(5)
    ]


@pytest.fixture(autouse=True)
def two_rows_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    monkeypatch.setattr(batches, "SECONDS", 0)


@pytest.fixture
def client(administrator: User) -> Client:
    return signed_in(administrator)


def replies(client: Client, address: str, sent: dict[str, Any]) -> Iterator[Any]:
    """Send an action, and what each page of progress sends, until the list is shown."""
    while True:
        response = client.post(address, sent)
        yield response
        if response.status_code == 302:
            return
        sent = filled_in(response, "batches")


def act(client: Client, address: str, action: str, **more: Any) -> list[Any]:
    sent = {"action": action, "index": "0", "select_across": "1", "_selected_action": "1", **more}
    return list(replies(client, address, sent))


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_labels_are_approved_some_at_a_time(client: Client, five: list[Correction]) -> None:
    first, second, last = act(client, CORRECTIONS, "approve")

    assert "2 of 5 are done" in first.content.decode()
    assert "4 of 5 are done" in second.content.decode()
    assert said(last) == ["Approved: 5."]
    assert set(Drawing.objects.values_list("label", "label_state")) == {(1, "approved")}
    assert all(each.reviews.get().verdict == "approved" for each in five)


def test_a_reason_is_sent_along(client: Client, five: list[Correction]) -> None:
    act(client, CORRECTIONS, "reject", reason="blurred")

    assert {each.reviews.get().reason for each in five} == {"blurred"}


def test_the_list_s_filters_stay(client: Client, five: list[Correction]) -> None:
    Correction.objects.filter(pk__in=[each.pk for each in five[:2]]).update(source="api")

    *_, last = act(client, f"{CORRECTIONS}?source__exact=history", "approve")

    assert said(last) == ["Approved: 3."]
    assert Correction.objects.filter(state="pending").count() == 2


def test_drawings_are_deleted_some_at_a_time_after_a_question(
    client: Client, five: list[Correction], drawn: Callable[..., Drawing], owner: User
) -> None:
    sent = {"action": "delete_selected", "select_across": "1", "_selected_action": "1"}
    asked = client.post(DRAWINGS, sent)

    assert "5 drawings are deleted with their answers and labels." in asked.content.decode()
    assert Drawing.objects.count() == 5
    later = drawn(owner)  # saved meanwhile, so nobody has selected it
    *_, last = replies(client, DRAWINGS, filled_in(asked, "delete"))
    assert said(last) == ["Deleted: 5."]
    assert Drawing.objects.get() == later
    deletions = AuditEvent.objects.filter(kind="drawings_deleted")
    assert sorted(each.subject["count"] for each in deletions) == [1, 2, 2]


def test_progress_that_was_changed_starts_anew(client: Client, five: list[Correction]) -> None:
    response = client.post(
        CORRECTIONS, {"action": "approve", "_selected_action": five[4].pk, "progress": "x:y:z"}
    )

    assert said(response) == ["Approved: 1."]


def test_four_labels_are_approved_with_as_many_statements_as_one(
    five: list[Correction], administrator: User
) -> None:
    def statements(rows: list[Correction]) -> int:
        by = User.objects.get(pk=administrator.pk)
        with CaptureQueriesContext(connection) as context:
            assert review_corrections(corrections=rows, by=by, verdict="approved") == len(rows)
        return len(context)

    assert statements(five[:1]) == statements(five[1:])
