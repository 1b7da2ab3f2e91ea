from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Correction, Drawing, Job, Review, User
from tests.admin.conftest import make_version
from tests.conftest import person, signed_in

LIST = "/admin/recognizer/correction/"
Draw = Callable[..., Drawing]


@pytest.fixture
def staff_reviewer(db: None) -> User:
    return person("staff reviewer", "view_correction", "review_correction", is_staff=True)


def act(client: Client, action: str, *corrections: Correction, reason: str = "") -> HttpResponse:
    chosen = [correction.pk for correction in corrections]
    sent = {"action": action, "index": "0", "_selected_action": chosen, "reason": reason}
    return client.post(LIST, sent)


def words(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize(
    ("action", "state", "label"), [("approve", "approved", 1), ("reject", "rejected", None)]
)
def test_selected_corrections_are_decided_together(
    drawn: Draw, owner: User, staff_reviewer: User, action: str, state: str, label: int | None
) -> None:
    corrections = [
        label_drawing(drawing=drawn(owner), by=owner, label=1, source="history") for _ in range(2)
    ]
    left_alone = label_drawing(drawing=drawn(owner), by=owner, label=1, source="history")

    response = act(signed_in(staff_reviewer), action, *corrections)

    assert words(response) == [f"{state.capitalize()}: 2."]
    for correction in corrections:
        correction.refresh_from_db()
        assert correction.state == state
        assert correction.drawing.label == label
        review = correction.reviews.get()
        assert (review.by, review.verdict) == (staff_reviewer, state)
    left_alone.refresh_from_db()
    assert left_alone.state == "pending"


def test_already_decided_corrections_stay_and_are_counted(
    drawn: Draw, owner: User, reviewer: User, staff_reviewer: User
) -> None:
    waiting, decided = (
        label_drawing(drawing=drawn(owner), by=owner, label=1, source="history") for _ in range(2)
    )
    review_corrections(corrections=[decided], by=reviewer, verdict="approved")
    client = signed_in(staff_reviewer)

    assert words(act(client, "reject", waiting, decided)) == ["Rejected: 1. Already decided: 1."]

    decided.refresh_from_db()
    assert decided.state == "approved"
    assert decided.reviews.get().by == reviewer


def test_deciding_needs_the_permission(correction: Correction, viewer: User) -> None:
    client = signed_in(viewer)

    assert "Approve selected" not in client.get(LIST).content.decode()
    act(client, "approve", correction)

    correction.refresh_from_db()
    assert correction.state == "pending"
    assert not Review.objects.exists()


def test_an_administrator_needs_no_permission(correction: Correction, administrator: User) -> None:
    act(signed_in(administrator), "approve", correction)

    correction.refresh_from_db()
    assert correction.state == "approved"


def test_retraining_can_be_started_from_the_list(
    correction: Correction, administrator: User
) -> None:
    client = signed_in(administrator)
    act(client, "approve", correction)

    act(client, "retrain", correction)

    job = Job.objects.get()
    assert (job.status, job.requested_by) == ("queued", administrator)


def test_the_list_shows_what_was_corrected(correction: Correction, viewer: User) -> None:
    page = signed_in(viewer).get(LIST).content.decode()

    assert '<td class="field-by nowrap">owner</td>' in page
    assert '<td class="field-before">-</td>' in page
    assert '<td class="field-after">1</td>' in page
    assert '<td class="field-source">history</td>' in page
    assert '<td class="field-state">pending</td>' in page
    assert "data:image/png;base64," in page


def test_the_list_can_be_filtered(correction: Correction, reviewer: User, viewer: User) -> None:
    approved = label_drawing(drawing=correction.drawing, by=reviewer, label=2, source="admin")
    client = signed_in(viewer)
    narrowed = {
        f"state__exact=approved&by__id__exact={reviewer.pk}": [approved],
        "state__exact=pending": [correction],
        "source__exact=history": [correction],
        "source__exact=api": [],
        "": [approved, correction],
    }

    for query, expected in narrowed.items():
        found = client.get(f"{LIST}?{query}").context["cl"].result_list
        assert list(found) == expected


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_nobody_reviews_their_own_label(
    drawn: Draw, owner: User, staff_reviewer: User, reviewer: User, action: str
) -> None:
    own = label_drawing(drawing=drawn(staff_reviewer), by=staff_reviewer, label=1, source="history")
    other = label_drawing(drawing=drawn(owner), by=owner, label=1, source="history")
    client = signed_in(staff_reviewer)

    together = words(act(client, action, own, other))[-1]
    alone = words(act(client, action, own))[-1]

    verb = {"approve": "Approved", "reject": "Rejected"}[action]
    assert together.startswith(f"{verb}: 1. Skipped: 1. You cannot review your own label")
    assert alone.startswith(f"{verb}: 0. Skipped: 1.")
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state) == ("pending", f"{action}{'d' if action[-1] == 'e' else 'ed'}")


def test_approvals_are_withdrawn_together_with_one_reason(
    drawn: Draw, owner: User, reviewer: User, staff_reviewer: User
) -> None:
    approved = [
        label_drawing(drawing=drawn(owner), by=reviewer, label=1, source="admin") for _ in range(2)
    ]
    client = signed_in(staff_reviewer)

    refused = words(act(client, "withdraw", *approved))[-1]
    done = words(act(client, "withdraw", *approved, reason="all of them are sevens"))[-1]
    again = words(act(client, "withdraw", *approved, reason="all of them are sevens"))[-1]

    assert refused.startswith("Approvals withdrawn: 0. Give a reason for withdrawing the approval.")
    assert done == "Approvals withdrawn: 2."
    assert again.startswith("Approvals withdrawn: 0. There is no approval to withdraw")
    reviews = Review.objects.filter(verdict="withdrawn", by=staff_reviewer)
    assert [review.reason for review in reviews] == ["all of them are sevens"] * 2


def test_a_review_may_have_a_reason(correction: Correction, administrator: User) -> None:
    client = signed_in(administrator)
    act(client, "reject", correction, reason="a scribble")

    page = client.get(f"{LIST}{correction.pk}/change/").content.decode()

    assert Review.objects.get().reason == "a scribble"
    assert "a scribble" in page


def test_a_correction_names_the_versions_that_learned_from_it(
    correction: Correction, viewer: User
) -> None:
    for number in (4, 5):
        make_version(number).learned_from.add(correction)

    page = signed_in(viewer).get(f"{LIST}{correction.pk}/change/").content.decode()

    assert "version 4, version 5" in page


def test_a_correction_shows_its_reviews(
    correction: Correction, reviewer: User, viewer: User
) -> None:
    review_corrections(corrections=[correction], by=reviewer, verdict="rejected")

    page = signed_in(viewer).get(f"{LIST}{correction.pk}/change/").content.decode()

    assert '<td class="field-verdict">' in page
    assert "rejected" in page
    assert "reviewer" in page
    assert "<svg" in page


def test_nobody_adds_changes_or_deletes_corrections(
    correction: Correction, administrator: User
) -> None:
    client = signed_in(administrator)

    assert client.get(f"{LIST}add/").status_code == 403
    page = f"{LIST}{correction.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"to_label": "5"}).status_code == 403
    assert client.post(f"{LIST}{correction.pk}/delete/", {"post": "yes"}).status_code == 403
    act(client, "delete_selected", correction)
    assert Correction.objects.get().to_label == 1


def test_the_permission_to_delete_drawings_does_not_show_corrections(
    correction: Correction,
) -> None:
    deleter = person("deleter", "view_drawing", "delete_drawing", is_staff=True)

    page = signed_in(deleter).get("/admin/").content.decode()

    assert "/admin/recognizer/drawing/" in page
    assert "Corrections" not in page


def test_the_lowest_quality_can_be_listed_first(
    drawn: Draw, correction: Correction, stranger: User, administrator: User
) -> None:
    other = label_drawing(drawing=drawn(stranger), by=stranger, label=8, source="api")
    Correction.objects.filter(pk=correction.pk).update(label_quality=0.75)
    Correction.objects.filter(pk=other.pk).update(label_quality=0.25)

    client = signed_in(administrator)
    columns = client.get(LIST).context["cl"].list_display
    page = client.get(LIST, {"o": f"{columns.index('quality')}"}).content.decode()

    assert page.index("0.25") < page.index("0.75")


def test_the_number_of_queries_does_not_grow_with_the_corrections(
    drawn: Draw, correction: Correction, stranger: User, administrator: User
) -> None:
    client = signed_in(administrator)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for label in range(8):
        label_drawing(drawing=drawn(stranger), by=stranger, label=label, source="api")

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)
