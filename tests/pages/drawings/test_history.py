from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from recognizer.models import Drawing, ModelVersion, User
from recognizer.pages.drawings import history
from tests.conftest import signed_in
from tests.pages.rows import answered, make_drawing, make_version, serve


def shown(client: Client, **query: object) -> list[int]:
    response = client.get("/drawings/", query)
    assert response.status_code == 200
    return [drawing.pk for drawing in response.context["page"].rows]


@pytest.fixture
def seven(owner: User, first: ModelVersion) -> Drawing:
    """A 7: version 1 answered 7; version 2, which serves, answered 1 with low confidence."""
    drawing = make_drawing(owner, label=7, label_state="approved")
    answered(drawing, first, 7)
    second = make_version(2)
    serve(second)
    answered(drawing, second, 1, confidence=0.79)
    answered(drawing, make_version(3), 0)  # a candidate's answer does not count
    return drawing


@pytest.fixture
def scribble(owner: User, first: ModelVersion) -> Drawing:
    drawing = make_drawing(owner)
    answered(drawing, first, 10, confidence=0.8)
    return drawing


@pytest.fixture
def three(owner: User, first: ModelVersion) -> Drawing:
    drawing = make_drawing(owner, label=3, label_state="pending")
    answered(drawing, first, 3)
    return drawing


def test_it_shows_own_drawings_newest_first(
    seven: Drawing, scribble: Drawing, stranger: User, owner: User
) -> None:
    make_drawing(stranger)

    assert shown(signed_in(owner)) == [scribble.pk, seven.pk]


def test_it_does_not_show_others_drawings_to_a_reviewer(seven: Drawing, reviewer: User) -> None:
    assert shown(signed_in(reviewer)) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"answer": 1}, ["seven"]),
        ({"answer": 7}, []),
        ({"answer": 10}, ["scribble"]),
        ({"label": 7}, ["seven"]),
        ({"label": "none"}, ["scribble"]),
        ({"low": 1}, ["seven"]),
        ({"wrong": 1}, ["seven"]),
        ({"label": 3, "answer": 3}, ["three"]),
        ({"label": 3, "wrong": 1}, []),
        ({"answer": "", "label": "", "since": ""}, ["three", "scribble", "seven"]),
    ],
)
def test_it_filters_by_the_newest_answer_and_the_label(
    seven: Drawing,
    scribble: Drawing,
    three: Drawing,
    owner: User,
    query: dict[str, object],
    expected: list[str],
) -> None:
    names = {seven.pk: "seven", scribble.pk: "scribble", three.pk: "three"}

    assert [names[pk] for pk in shown(signed_in(owner), **query)] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"since": "2026-03-02"}, [2]),
        ({"until": "2026-03-01"}, [1]),
        ({"since": "2026-03-01", "until": "2026-03-02"}, [2, 1]),
    ],
)
def test_a_date_range_includes_both_days(
    owner: User, query: dict[str, str], expected: list[int]
) -> None:
    for pk, day in ((1, 1), (2, 2)):
        make_drawing(owner, pk=pk)
        evening = datetime(2026, 3, day, 23, 59, tzinfo=UTC)
        Drawing.objects.filter(pk=pk).update(created_at=evening)

    assert shown(signed_in(owner), **query) == expected


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"answer": "11"}, "Answer: “11” is not one of the choices."),
        ({"label": "<b>"}, "Label: “&lt;b&gt;” is not one of the choices."),
        ({"since": "2026-02-30"}, "Since: Enter a valid date."),
        (
            {"since": "2026-02-03", "until": "2026-02-02"},
            "Until: The end is before the start.",
        ),
        ({"before": "x"}, "Before: Enter a whole number."),
    ],
)
def test_a_bad_filter_is_explained(owner: User, query: dict[str, str], complaint: str) -> None:
    response = signed_in(owner).get("/drawings/", query)

    assert response.status_code == 400
    assert complaint in response.content.decode()


def test_a_very_high_key_shows_everything(seven: Drawing, owner: User) -> None:
    assert shown(signed_in(owner), before="9" * 30) == [seven.pk]


def test_pages_follow_each_other_without_gaps_and_keep_the_filters(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    pks = [make_drawing(owner).pk for _ in range(5)]
    client = signed_in(owner)

    seen, address = [], "/drawings/?label=none"
    while address:
        response = client.get(address)
        page = response.context["page"]
        seen += [drawing.pk for drawing in page.rows]
        link = f"?label=none&amp;before={page.older}"
        assert (link in response.content.decode()) == (page.older is not None)
        address = f"/drawings/{link.replace('&amp;', '&')}" if page.older else ""

    assert seen == pks[::-1]


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow_with_the_drawings(
    owner: User, first: ModelVersion, count: int, django_assert_num_queries: Callable
) -> None:
    second = make_version(2)
    for _ in range(count):
        drawing = make_drawing(owner)
        answered(drawing, first, 7)
        answered(drawing, second, 1)
    client = signed_in(owner)

    # session, user, permissions (2), keys, drawings, answers, count, deleted ones
    with django_assert_num_queries(9):
        assert len(shown(client)) == count


def test_a_card_shows_answer_confidence_version_and_label(seven: Drawing, owner: User) -> None:
    words = signed_in(owner).get("/drawings/").content.decode()

    assert f'data-drawing="{seven.pk}"' in words
    for part in (">1</span>", "79.0%", "v2", "is 7", '<path d="M14.0 '):
        assert part in words


def test_a_card_links_to_the_drawing_with_the_filters(seven: Drawing, owner: User) -> None:
    client = signed_in(owner)
    for query, kept in (("", ""), ("?wrong=1&since=&before=99", "?wrong=1")):
        page = client.get(f"/drawings/{query}").content.decode()
        assert f'href="/drawings/{seven.pk}/{kept}"' in page


def test_long_fields_of_versions_are_deferred(
    seven: Drawing, owner: User, django_assert_num_queries
) -> None:
    [shown] = Drawing.objects.owned_by(owner).with_answers()

    with django_assert_num_queries(0):
        assert [answer.version.number for answer in shown.answers.all()] == [2, 1, 3]
    long = {"card", "manifest", "verdict"}
    assert all(answer.version.get_deferred_fields() == long for answer in shown.answers.all())


def test_an_upload_is_shown_as_its_picture(owner: User) -> None:
    drawing = make_drawing(owner, source="upload", strokes=None, picture=b"PNG")

    words = signed_in(owner).get("/drawings/").content.decode()

    assert f'<img src="/drawings/{drawing.pk}/picture.png"' in words


def test_no_drawings_and_no_match_have_different_messages(owner: User) -> None:
    client = signed_in(owner)

    assert "No drawings yet" in client.get("/drawings/").content.decode()
    assert "No results" in client.get("/drawings/?wrong=1").content.decode()
