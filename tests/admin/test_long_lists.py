"""Lists of the administration that may have millions of rows."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recognizer.actions.labels.label_history import label_drawing
from recognizer.admin.base import LongListPaginator
from recognizer.models import AuditEvent, Correction, Drawing, User
from tests.conftest import person, signed_in

pytestmark = pytest.mark.django_db

DRAWINGS = "/admin/recognizer/drawing/"


def shown(user: User, address: str) -> list[int]:
    return [row.pk for row in signed_in(user).get(address).context["cl"].result_list]


@pytest.mark.parametrize("model", [AuditEvent, Correction, Drawing])
def test_long_lists_find_a_page_by_its_keys(model: type) -> None:
    assert admin.site.get_model_admin(model).paginator is LongListPaginator


def test_pages_follow_each_other(
    administrator: User,
    owner: User,
    draw: Callable[..., Drawing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admin.site.get_model_admin(Drawing), "list_per_page", 2)
    newest_first = [draw(owner).pk for _ in range(5)][::-1]

    pages = [shown(administrator, f"{DRAWINGS}?p={page}") for page in (1, 2, 3)]

    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]


def test_a_list_that_ends_at_the_limit_says_so(
    administrator: User,
    owner: User,
    draw: Callable[..., Drawing],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "There are more than 3: pages and the count end there."
    for _ in range(2):
        draw(owner)
    monkeypatch.setattr(LongListPaginator, "MOST", 3)
    assert words not in signed_in(administrator).get(DRAWINGS).content.decode()

    for _ in range(2):
        draw(owner)

    page = signed_in(administrator).get(DRAWINGS)
    assert words in page.content.decode()
    assert page.context["cl"].result_count == 3


def test_people_whose_drawings_are_not_counted_cost_no_query_each(
    administrator: User, owner: User, draw: Callable[..., Drawing]
) -> None:
    draw(owner)
    client = signed_in(administrator)
    asked = []
    for number in range(3):
        User.objects.update(drawings_kept=None, bytes_kept=None)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/recognizer/user/").content.decode()
        asked.append(len(queries))
        person(f"another {number}")

    assert len(set(asked[1:])) == 1
    assert '<td class="field-drawings">1</td>' in page


def test_only_people_with_rows_are_offered_as_filter(
    administrator: User, owner: User, reviewer: User, draw: Callable[..., Drawing]
) -> None:
    drawing = draw(owner)
    label_drawing(drawing=drawing, by=reviewer, label=7, source="api")

    page = signed_in(administrator).get("/admin/recognizer/correction/").content.decode()

    assert f"?by__id__exact={reviewer.pk}" in page
    assert f"?by__id__exact={owner.pk}" not in page
