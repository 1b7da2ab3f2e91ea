"""Everybody's drawings, for reviewers and staff: the list, and what is done with chosen ones."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recognizer.actions.drawings import listing
from recognizer.actions.labels.label_history import label_drawing
from recognizer.models import Correction, Drawing, ModelVersion, Review, User
from recognizer.pages.drawings import history
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_version

LIST = "/drawings/?everybody=1"


def shown(client: Client, query: str = "") -> list[int]:
    response = client.get(f"{LIST}&{query}")
    assert response.status_code == 200
    return [drawing.pk for drawing in response.context["page"].rows]


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def three(owner: User, stranger: User, first: ModelVersion) -> list[Drawing]:
    """Two drawings of the owner, answered with 70 and 90 %, and one of a stranger with 80 %."""
    drawings = [make_drawing(owner), make_drawing(owner), make_drawing(stranger)]
    for drawing, confidence in zip(drawings, (0.7, 0.9, 0.8), strict=True):
        answered(drawing, first, 7, confidence)
    return drawings


def test_reviewers_see_everybodys_with_the_owners_names(
    three: list[Drawing], reviewer: User
) -> None:
    response = signed_in(reviewer).get(LIST)

    assert shown(signed_in(reviewer)) == [each.pk for each in reversed(three)]
    assert "stranger" in words(response)
    assert "3 drawings" in words(response)


def test_for_others_the_list_does_not_exist(three: list[Drawing], owner: User) -> None:
    assert signed_in(owner).get(LIST).status_code == 404


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("owner=STRANG", [2]),
        ("least_sure=80", [2, 1]),
        ("surest=80", [2, 0]),
        ("version=1", [2, 1, 0]),
        ("version=2", []),
        ("source=upload", []),
        ("state=gold", []),
        ("sort=oldest", [0, 1, 2]),
        ("sort=unsure", [0, 2, 1]),
        ("sort=sure", [1, 2, 0]),
        ("sort=sure&owner=owner", [1, 0]),
    ],
)
def test_it_is_filtered_and_sorted(
    three: list[Drawing], reviewer: User, query: str, places: list[int]
) -> None:
    assert shown(signed_in(reviewer), query) == [three[place].pk for place in places]


@pytest.mark.parametrize("sort", ["oldest", "unsure", "sure"])
def test_pages_follow_each_other_in_every_order(
    owner: User, reviewer: User, first: ModelVersion, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    for confidence in (0.5, 0.9, 0.5, 0.5, 0.7):  # three alike
        answered(make_drawing(owner), first, 7, confidence)
    client = signed_in(reviewer)
    whole = list(Drawing.objects.order_by("pk").values_list("pk", flat=True))

    seen: list[int] = []
    address = f"{LIST}&sort={sort}"
    while address:
        response = client.get(address)
        page = response.context["page"]
        seen += [drawing.pk for drawing in page.rows]
        after = f"&before={page.older}"
        if sort != "oldest":
            after += f"&confidence={response.context.get('older_confidence')}"
        assert (page.older is None) or (after.replace("&", "&amp;") in response.content.decode())
        address = f"{LIST}&sort={sort}{after}" if page.older else ""

    assert sorted(seen) == whole
    expected = {"oldest": [0, 1, 2, 3, 4], "unsure": [0, 2, 3, 4, 1], "sure": [1, 4, 3, 2, 0]}
    assert seen == [whole[place] for place in expected[sort]]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "more than 2 drawings"),
        ("label=none", "more than 2 drawings match"),
        ("owner=stranger", "1 of more than 2"),
        ("least_sure=85", "1 among the newest 2 drawings"),
    ],
)
def test_no_more_than_some_are_counted(
    three: list[Drawing], reviewer: User, query: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNTED", 2)

    assert said in words(signed_in(reviewer).get(f"{LIST}&{query}"))


def test_matching_drawings_are_counted_beside_all(three: list[Drawing], reviewer: User) -> None:
    assert "1 of 3" in words(signed_in(reviewer).get(f"{LIST}&least_sure=85"))


@pytest.mark.parametrize("count", [1, 9])
def test_the_number_of_queries_does_not_grow(
    owner: User,
    reviewer: User,
    first: ModelVersion,
    count: int,
    django_assert_num_queries: Callable,
) -> None:
    for _ in range(count):
        answered(make_drawing(owner), first, 7)
    client = signed_in(reviewer)

    # Session, user, permissions (2), labels that wait, keys, drawings, answers, the serving
    # version, two counts.
    with django_assert_num_queries(11):
        assert len(shown(client, "sort=unsure&label=none")) == count


def test_chosen_drawings_are_labeled_together(
    three: list[Drawing], reviewer: User, owner: User
) -> None:
    ids = [each.pk for each in three]
    client = signed_in(reviewer)

    response = client.post(
        "/drawings/selected/label/?everybody=1", {"drawings": ids, "label": 4}, follow=True
    )

    assert "3 drawings are labeled “4”." in words(response)
    assert response.redirect_chain == [(LIST, 302)]
    states = Drawing.objects.values_list("label", "label_state")
    assert list(states) == [(4, "approved")] * 3


def test_nobody_labels_others_drawings_without_being_a_reviewer(
    three: list[Drawing], stranger: User
) -> None:
    values = {"drawings": [three[0].pk], "label": 4}

    assert signed_in(stranger).post("/drawings/selected/label/", values).status_code == 404
    assert not Correction.objects.exists()


def test_waiting_labels_are_approved_and_rejected_with_a_reason(
    three: list[Drawing], owner: User, stranger: User, reviewer: User
) -> None:
    for drawing in three[:2]:
        label_drawing(drawing=drawing, by=owner, label=7, source="studio")
    client = signed_in(reviewer)

    approved = client.post(
        "/drawings/selected/approve/", {"drawings": [three[0].pk, three[2].pk]}, follow=True
    )
    rejected = client.post(
        "/drawings/selected/reject/", {"drawings": [three[1].pk], "reason": "It is a 1."}
    )

    assert "1 label is approved. Skipped: 1. No label of them waits." in words(approved)
    assert rejected.status_code == 302
    states = Drawing.objects.order_by("pk").values_list("label", "label_state")
    assert list(states) == [(7, "approved"), (None, ""), (None, "")]
    assert Review.objects.get(verdict="rejected").reason == "It is a 1."


def test_only_reviewers_decide(three: list[Drawing], owner: User) -> None:
    label_drawing(drawing=three[0], by=owner, label=7, source="studio")

    response = signed_in(owner).post("/drawings/selected/approve/", {"drawings": [three[0].pk]})

    assert response.status_code == 403
    assert Correction.objects.get().state == "pending"


def test_chosen_drawings_become_gold(
    three: list[Drawing], reviewer: User, administrator: User
) -> None:
    label_drawing(drawing=three[0], by=reviewer, label=7, source="studio")
    values = {"drawings": [three[0].pk, three[1].pk]}

    response = signed_in(administrator).post("/drawings/selected/gold/", values, follow=True)

    assert "1 drawing is added to the gold set. Skipped: 1." in words(response)
    assert Drawing.objects.get(gold_at__isnull=False) == three[0]
    assert signed_in(reviewer).post("/drawings/selected/gold/", values).status_code == 403
    signed_in(administrator).post("/drawings/selected/not-gold/", values)
    assert not Drawing.objects.filter(gold_at__isnull=False).exists()


def test_chosen_drawings_of_others_are_exported_by_staff_alone(
    three: list[Drawing], reviewer: User, administrator: User
) -> None:
    values = {"drawings": [three[2].pk], "everybody": 1}

    assert signed_in(reviewer).post("/drawings/export/", values).status_code == 403
    response = signed_in(administrator).post("/drawings/export/", values)
    assert b'"owner": "stranger"' in b"".join(response)


def test_a_drawing_is_followed_by_the_next_of_the_same_list(
    three: list[Drawing], reviewer: User
) -> None:
    address = f"/drawings/{three[1].pk}/"
    client = signed_in(reviewer)

    assert f'data-newer href="/drawings/{three[2].pk}/?everybody=1"' in words(
        client.get(f"{address}?everybody=1")
    )
    assert "data-newer" not in words(client.get(address))


@pytest.mark.parametrize(
    ("sort", "places"), [("oldest", [0, 1, 2, 3]), ("unsure", [0, 2, 3, 1]), ("sure", [1, 3, 2, 0])]
)
def test_drawings_follow_each_other_as_in_the_list(
    owner: User, reviewer: User, first: ModelVersion, sort: str, places: list[int]
) -> None:
    drawings = [make_drawing(owner) for _ in range(4)]
    for drawing, confidence in zip(drawings, (0.5, 0.9, 0.5, 0.5), strict=True):
        answered(drawing, first, 7, confidence)
    client = signed_in(reviewer)

    def beside(place: int) -> tuple[int | None, int | None]:
        address = f"/drawings/{drawings[place].pk}/?everybody=1&sort={sort}"
        context = client.get(address).context
        return context["newer"], context["older"]

    keys = [None, *(drawings[place].pk for place in places), None]
    found = [beside(place) for place in places]
    assert found == list(zip(keys[:-2], keys[2:], strict=True))


def test_days_are_those_of_the_browsers_zone(owner: User, first: ModelVersion) -> None:
    drawing = make_drawing(owner)
    Drawing.objects.update(created_at="2026-03-01T23:30:00Z")
    client = signed_in(owner)

    def seen(day: str) -> list[int]:
        response = client.get("/drawings/", {"since": day, "until": day})
        return [each.pk for each in response.context["page"].rows]

    assert (seen("2026-03-01"), seen("2026-03-02")) == ([drawing.pk], [])
    client.cookies["zone"] = "Europe/Berlin"
    assert (seen("2026-03-01"), seen("2026-03-02")) == ([], [drawing.pk])
    response = client.get(f"/drawings/{drawing.pk}/")
    assert "2 March 2026, 00:30" in words(response)
    assert "Times are in the zone Europe/Berlin." in words(response)


@pytest.mark.parametrize("name", ["Atlantis/Capital", "../../etc/passwd", "Europe", "\0", "UTC;"])
def test_a_zone_that_does_not_exist_is_ignored(owner: User, name: str) -> None:
    client = signed_in(owner)
    client.cookies["zone"] = name

    assert "Times are in the zone UTC." in words(client.get("/drawings/"))


def test_days_at_the_end_of_the_calendar_are_no_error(owner: User, first: ModelVersion) -> None:
    drawing = make_drawing(owner)
    client = signed_in(owner)
    client.cookies["zone"] = "Pacific/Kiritimati"

    response = client.get("/drawings/", {"since": "0001-01-01", "until": "9999-12-31"})

    assert [each.pk for each in response.context["page"].rows] == [drawing.pk]


def test_a_version_that_is_not_serving_is_found_by_its_number(
    three: list[Drawing], reviewer: User
) -> None:
    candidate = make_version(2)
    answered(three[0], candidate, 1)

    assert shown(signed_in(reviewer), "version=2") == []  # the list shows the serving one's answer
