"""The dashboard for staff."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recognizer.actions import dashboard
from recognizer.models import Correction, ReviewDecision, User
from tests.conftest import person, signed_in
from tests.pages.rows import answered, make_drawing, make_job, make_version

PAGE = "/dashboard/"


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(person("staff", is_staff=True))


def test_only_staff_see_it(staff: Client, owner: User, reviewer: User) -> None:
    assert staff.get(PAGE).status_code == 200
    for user in (owner, reviewer):
        assert signed_in(user).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert staff.post(PAGE).status_code == 405


def test_an_empty_site_has_a_dashboard(staff: Client) -> None:
    text = staff.get(PAGE).text
    assert text.count("No label is approved yet.") == 2
    assert "Drawings a day" in text


def test_it_counts_drawings_by_day_and_leaves_out_imported_ones(owner: User) -> None:
    now = timezone.now()
    for days in (0, 0, 1, 27, 40):
        make_drawing(owner, created_at=now - timedelta(days=days))
    make_drawing(owner, imported_at=now)

    days = dashboard.drawings_by_day()

    assert len(days) == 28
    counted = [day.counts["canvas"] for day in days]
    assert (counted[0], counted[-2], counted[-1], sum(counted)) == (1, 1, 2, 4)
    assert days[-1].day == timezone.localdate()


def test_it_shows_balance_and_accuracy_of_first_answers(
    staff: Client, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_version(1), make_version(2)
    for label, answer, days in ((4, 4, 0), (4, 9, 0), (7, 7, 7), (10, 10, 200)):
        drawing = make_drawing(
            owner,
            label=label,
            label_state="approved",
            created_at=timezone.now() - timedelta(days=days),
        )
        answered(drawing, first, answer)
        answered(drawing, second, label)  # later: does not count
    answered(make_drawing(owner, label=4, label_state="pending"), first, 9)

    found = dashboard.labels()

    assert found.balance == [0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 1, 0]
    assert [(week.right, week.n) for week in found.weeks[-2:]] == [(1, 1), (1, 2)]
    assert sum(week.n for week in found.weeks) == 3
    assert "50.0% (1 of 2)" in staff.get(PAGE).text
    monkeypatch.setattr(dashboard, "NEWEST", 2)
    assert dashboard.labels().is_cut
    assert sum(dashboard.labels().balance) == 2


def test_it_says_what_waits_and_for_how_long(staff: Client, owner: User, reviewer: User) -> None:
    for days in (5, 1):
        label = Correction.objects.create(
            drawing=make_drawing(owner, label=1, label_state="pending"),
            by=owner,
            to_label=1,
            source="api",
            state="pending",
        )
        Correction.objects.filter(pk=label.pk).update(
            created_at=timezone.now() - timedelta(days=days, hours=1)
        )
    twice = make_drawing(owner, label=1, label_state="pending")
    for who in (owner, reviewer):  # the newest label of a drawing is the one that is reviewed
        Correction.objects.create(drawing=twice, by=who, to_label=1, source="api", state="pending")
    make_job()

    waits = {each.key: each for each in dashboard.queues(reviewer)}

    assert (waits["labels"].waiting, waits["training"].waiting) == (2, 1)
    assert waits["reading"].oldest is None
    text = staff.get(PAGE).text
    assert '<span class="waits unsure">the oldest for 5 days</span>' in text


def test_it_names_who_drew_and_reviewed(owner: User, stranger: User, reviewer: User) -> None:
    old = {"created_at": timezone.now() - timedelta(days=40)}
    for drawer, about in ((owner, {}), (owner, {}), (stranger, {}), (reviewer, old)):
        make_drawing(drawer, **about)
    ReviewDecision.objects.create(
        key="00000000-0000-0000-0000-000000000001",
        drawing=owner.drawings.all()[0],
        by=reviewer,
        why="label",
        label=1,
    )

    found = dashboard.people()

    assert found.drew == [("owner", 2), ("stranger", 1)]
    assert found.reviewed == [("reviewer", 1)]
    assert (found.accounts, found.active, found.is_cut) == (3, 2, False)


@pytest.mark.parametrize("count", [1, 20])
def test_its_queries_do_not_grow(
    staff: Client, owner: User, count: int, django_assert_num_queries: Any
) -> None:
    version = make_version(1)
    for _ in range(count):
        drawing = make_drawing(owner, label=4, label_state="approved")
        answered(drawing, version, 4)
        Correction.objects.create(
            drawing=drawing, by=owner, to_label=4, source="api", state="pending"
        )
        make_job()
    # session, user, days, labels, what waits (4), people (5), drift (4), serving version (2),
    # permissions (2); none of the menu
    with django_assert_num_queries(21):
        staff.get(PAGE)
