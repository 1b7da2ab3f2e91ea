"""The page about how answers are distributed."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from recognizer.models import Answer, Drawing, ModelVersion, User
from tests.conftest import person, signed_in
from tests.pages.rows import answered, make_drawing, make_version

PAGE = "/answers/"


def save(owner: User, version: ModelVersion, *, days: float, answer: int, count: int) -> None:
    """Save drawings that are alike, some days ago."""
    drawing = make_drawing(owner, created_at=timezone.now() - timedelta(days=days))
    made = answered(drawing, version, answer)
    for _ in range(count - 1):
        drawing.pk = made.pk = None
        drawing._state.adding = made._state.adding = True
        drawing.save()
        made.drawing = drawing
        made.save()


@pytest.fixture
def staff(db: None) -> Client:
    return signed_in(person("staff", is_staff=True))


def test_only_staff_see_it(staff: Client, owner: User, reviewer: User) -> None:
    assert staff.get(PAGE).status_code == 200
    assert signed_in(owner).get(PAGE).status_code == 404
    assert signed_in(reviewer).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"] == f"/accounts/login/?next={PAGE}"
    assert staff.post(PAGE).status_code == 405


def test_the_menu_names_it_to_staff(staff: Client, owner: User) -> None:
    assert 'href="/dashboard/"' in staff.get("/account/").text
    assert 'href="/dashboard/"' not in signed_in(owner).get("/account/").text
    assert f'href="{PAGE}"' in staff.get("/dashboard/").text


def test_without_drawings_it_says_so(staff: Client) -> None:
    assert staff.get(PAGE).text.count("Nobody saved a drawing in this time.") == 2


def test_few_answers_are_not_compared(staff: Client, owner: User) -> None:
    save(owner, make_version(1), days=2, answer=1, count=3)
    text = staff.get(PAGE).text
    assert "3 answers; before: 0" in text
    assert "Too few answers to compare." in text
    assert "100.0% (3)" in text


def test_it_says_whether_the_difference_is_chance(staff: Client, owner: User) -> None:
    version = make_version(1)
    for days in (0.5, 20):
        save(owner, version, days=days, answer=1, count=60)
        save(owner, version, days=days, answer=2, count=40)
    save(owner, version, days=3, answer=10, count=100)

    day, week = staff.get(f"{PAGE}?period=day").text, staff.get(PAGE).text

    assert "The difference is within chance." in day
    assert "The difference is large" not in day
    assert "The difference is large, and more than chance." in week
    assert "Refused: Higher than before, by more than chance." in week
    assert "The same figures" in day


def test_another_period_is_refused(staff: Client) -> None:
    response = staff.get(f"{PAGE}?period=year")
    assert response.status_code == 400
    assert "Period: “year” is not one of the choices." in response.text


def test_its_queries_do_not_grow(
    staff: Client, owner: User, django_assert_max_num_queries: Any
) -> None:
    version = make_version(1)
    save(owner, version, days=2, answer=1, count=30)
    assert (Drawing.objects.count(), Answer.objects.count()) == (30, 30)
    with django_assert_max_num_queries(12):
        staff.get(PAGE)
