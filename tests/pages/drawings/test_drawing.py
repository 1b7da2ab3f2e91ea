import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from django.utils.html import strip_tags
from PIL import Image

from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Answer, Correction, Drawing, ModelVersion, User
from tests.conftest import person, signed_in
from tests.pages.rows import NETWORK_INPUT, answered, make_drawing, make_version


@pytest.fixture
def drawing(owner: User, first: ModelVersion) -> Drawing:
    drawing = make_drawing(owner)
    answered(drawing, first, 7)
    return drawing


def words_of(user: User, drawing: Drawing) -> str:
    return signed_in(user).get(f"/drawings/{drawing.pk}/").content.decode()


def test_it_shows_all_eleven_probabilities_of_the_newest_answer(
    drawing: Drawing, owner: User
) -> None:
    words = words_of(owner, drawing)
    bars = words.partition('<ol class="bars bars-all"')[2].partition("</ol>")[0]

    # 91 % and nine times 1 % if it is a digit, which it is with 98 %: together 100 %.
    assert bars.count("<meter") == 11
    assert (bars.count(">1.0%<"), bars.count(">89.2%<"), bars.count(">2.0%<")) == (9, 1, 1)
    assert "Answer of version 1" in words


def rows_of(user: User, drawing: Drawing) -> list[str]:
    """Return the rows of the versions' table as text."""
    table = words_of(user, drawing).partition("version-answers")[2].partition("</table>")[0]
    rows = [strip_tags(row) for row in table.split("<tr>")[2:]]
    return [" ".join(row.split()) for row in rows]


def test_every_version_that_answered_has_a_row_newest_first(
    drawing: Drawing, owner: User, first: ModelVersion
) -> None:
    second = answered(drawing, make_version(2), 10, confidence=0.6)
    Answer.objects.update(created_at=datetime(2026, 3, 4, 5, 6, tzinfo=UTC))
    Answer.objects.filter(pk=second.pk).update(probabilities=[0.5, 0.3, 0.2, *[0] * 7])

    assert rows_of(owner, drawing) == [
        "Version 2 4 Mar 2026 not a digit 60.0% 0 49.0% 1 29.4% 2 19.6% 2.0%",
        "Version 1 serving 4 Mar 2026 7 97.0% 7 89.2% \u2013 2.0% 0 1.0% 2.0%",
    ]


def test_small_bars_show_the_probabilities_and_which_is_highest(
    drawing: Drawing, owner: User
) -> None:
    Answer.objects.update(probabilities=[0.75, 0.25, *[0] * 8], not_a_digit=0)

    words = words_of(owner, drawing)

    assert words.count("<rect ") == 11
    assert '<rect x="0" y="8.0" width="8" height="24.0" class="best"/>' in words
    assert '<rect x="10" y="24.0" width="8" height="8.0"/>' in words


def test_all_eleven_probabilities_of_every_version_are_in_a_table(
    drawing: Drawing, owner: User
) -> None:
    second = answered(drawing, make_version(2), 3)
    Answer.objects.filter(pk=second.pk).update(
        probabilities=[0.55, 0.25, 0.2, *[0] * 7], not_a_digit=0.125
    )

    table = words_of(owner, drawing).partition("All probabilities</summary>")[2]
    rows = [
        strip_tags(row.replace("</t", " </t")).split()
        for row in table.partition("</table>")[0].split("<tr>")[2:]
    ]

    assert rows[0] == ["2", "48.1%", "21.9%", "17.5%", *["0.0%"] * 7, "12.5%"]
    assert rows[1] == ["1", *["1.0%"] * 7, "89.2%", *["1.0%"] * 2, "2.0%"]


def test_of_a_number_no_row_says_what_it_is_as_one_digit(drawing: Drawing, owner: User) -> None:
    number = {"text": "35", "marks": [], "confidence": 0.9, "left_out": ""}
    Answer.objects.update(label="35", number=number, not_a_digit=0.999)

    rows = words_of(owner, drawing).partition("All probabilities</summary>")[0]

    assert '<span class="version-digit">35</span>' in rows
    assert "99.9%" not in rows
    assert "<rect " not in rows


def test_a_label_with_other_signs_than_the_answer_is_shown(drawing: Drawing, owner: User) -> None:
    number = {"text": "35", "marks": [], "confidence": 0.9, "left_out": ""}
    Answer.objects.update(label="35", number=number)
    Drawing.objects.update(label="35", number="3.5", label_state="pending")
    assert '<span class="badge" data-state="pending">3.5 · pending</span>' in words_of(
        owner, drawing
    )
    Drawing.objects.update(number="35")
    assert '<span class="badge" data-state="pending">pending</span>' in words_of(owner, drawing)


def test_with_a_label_a_row_shows_right_or_wrong(drawing: Drawing, owner: User) -> None:
    answered(drawing, make_version(2), 1)
    assert "version-digit up" not in words_of(owner, drawing)
    Drawing.objects.update(label=7, label_state="approved")

    words = words_of(owner, drawing)

    assert '<span class="version-digit up">7</span>' in words
    assert '<span class="version-digit down">1</span>' in words


def test_the_number_of_queries_does_not_grow_with_the_versions(
    drawing: Drawing, owner: User, django_assert_max_num_queries: Callable
) -> None:
    for number in range(2, 12):
        answered(drawing, make_version(number), 1)
        make_version(number + 100)
    client = signed_in(owner)

    with django_assert_max_num_queries(16):
        client.get(f"/drawings/{drawing.pk}/")


def test_versions_without_an_answer_are_named_and_trainers_may_re_score(
    drawing: Drawing, owner: User, administrator: User
) -> None:
    assert "not answered it" not in words_of(owner, drawing)
    make_version(2)
    make_version(3)

    for user, may in ((owner, False), (administrator, True)):
        words = words_of(user, drawing)
        assert "Versions 3, 2 have not answered it." in words
        assert ('action="/jobs/rescore/"' in words) == may
        assert ('<option value="3">' in words) == may
        assert ("Somebody with the permission to start training" in words) != may


def test_it_says_what_the_confidence_is_worth_while_its_version_serves(
    draw: Callable[..., Drawing], owner: User
) -> None:
    drawing = draw(owner)
    worth = re.compile(r"Of 100 answers of \d+\D\d+%, about [\d.]+ are right")
    assert worth.search(words_of(owner, drawing))

    drawing.answers.update(version=make_version(2))

    assert not worth.search(words_of(owner, drawing))


def test_strokes_can_be_replayed_but_not_uploads_and_dots(owner: User) -> None:
    timed = [[{"x": 0, "y": 0, "t": 0}, {"x": 10, "y": 0, "t": 400}]]
    upload = {"source": "upload", "strokes": None, "picture": b"PNG"}
    dot = {"strokes": [[{"x": 1, "y": 1}]]}

    for about, plays in (({"strokes": timed}, True), ({}, True), (upload, False), (dot, False)):
        words = words_of(owner, make_drawing(owner, **about))
        assert ("data-replay hidden" in words) == plays
        assert ('id="replay-strokes"' in words) == plays
        # The strokes of `make_drawing` have no times.
        assert ("No timestamps were recorded" in words) == (about == {})


def test_a_drawing_without_an_answer_is_shown(owner: User) -> None:
    assert "<meter" not in words_of(owner, make_drawing(owner))


def test_the_network_input_has_exactly_the_stored_pixels(drawing: Drawing, owner: User) -> None:
    response = signed_in(owner).get(f"/drawings/{drawing.pk}/network-input.png")

    assert response["Content-Type"] == "image/png"
    assert "private" in response["Cache-Control"]
    pixels = np.asarray(Image.open(io.BytesIO(response.content)))
    assert np.array_equal(pixels, NETWORK_INPUT.reshape(28, 28))


def test_the_picture_is_the_stored_upload(owner: User) -> None:
    upload = make_drawing(owner, source="upload", strokes=None, picture=b"\x89PNG pixels")

    response = signed_in(owner).get(f"/drawings/{upload.pk}/picture.png")

    assert (response.content, response["Content-Type"]) == (b"\x89PNG pixels", "image/png")
    assert "private" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_canvas_drawing_has_no_picture(drawing: Drawing, owner: User) -> None:
    assert signed_in(owner).get(f"/drawings/{drawing.pk}/picture.png").status_code == 404


def test_only_its_owner_may_open_it_in_the_studio_and_delete_it(
    drawing: Drawing, owner: User, reviewer: User
) -> None:
    for user, expected in ((owner, True), (reviewer, False)):
        words = words_of(user, drawing)
        assert (f'href="/?drawing={drawing.pk}"' in words) == expected
        assert (f'action="/drawings/{drawing.pk}/delete/"' in words) == expected


def test_neighbors_are_the_same_persons_drawings(
    drawing: Drawing, owner: User, stranger: User
) -> None:
    make_drawing(stranger)
    newer = make_drawing(owner)

    context = signed_in(owner).get(f"/drawings/{drawing.pk}/").context

    assert (context["newer"], context["older"]) == (newer.pk, None)


def test_the_filters_are_kept_in_all_links(
    drawing: Drawing, first: ModelVersion, owner: User
) -> None:
    """Three newer drawings; the one in the middle is a seven too."""
    for answer in (1, 7, 1):
        answered(make_drawing(owner), first, answer)
    seven = drawing.pk + 2
    client = signed_in(owner)

    page = client.get(f"/drawings/{drawing.pk}/?answer=7&label=none")

    assert page.context["newer"] == seven
    kept = "?answer=7&amp;label=none"
    labels, deletes = (f"/drawings/{drawing.pk}/{what}/" for what in ("label", "delete"))
    for address in (f"/drawings/{seven}/", "/drawings/", labels, deletes):
        assert f'"{address}{kept}"' in page.content.decode()
    answer = client.post(f"{labels}?answer=7&label=none", {"label": "10"})
    assert answer["Location"] == f"/drawings/{drawing.pk}/?answer=7&label=none"
    assert client.post(f"{labels}?answer=x", {"label": "1"}).status_code == 400
    assert Drawing.objects.get(pk=drawing.pk).label == 10
    assert client.post(f"{deletes}?answer=7")["Location"] == "/drawings/?answer=7"


def test_its_owners_label_waits_for_a_reviewer(drawing: Drawing, owner: User) -> None:
    client = signed_in(owner)
    response = client.post(f"/drawings/{drawing.pk}/label/", {"label": "10"}, follow=True)

    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (10, "pending")
    assert drawing.corrections.get().source == "history"
    assert response.redirect_chain == [(f"/drawings/{drawing.pk}/", 302)]
    assert "Labeled “not a digit”. It counts once" in response.content.decode()


def test_a_reviewers_label_counts_at_once(drawing: Drawing, reviewer: User) -> None:
    signed_in(reviewer).post(f"/drawings/{drawing.pk}/label/", {"label": "7"})

    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (7, "approved")


def test_nobody_labels_a_drawing_that_they_cannot_see(drawing: Drawing, stranger: User) -> None:
    response = signed_in(stranger).post(f"/drawings/{drawing.pk}/label/", {"label": "7"})

    assert response.status_code == 404
    assert not Correction.objects.exists()


def test_staff_with_only_the_view_permission_cannot_label(drawing: Drawing) -> None:
    onlooker = person("onlooker", "view_drawing", is_staff=True)

    assert "data-labels" not in words_of(onlooker, drawing)
    response = signed_in(onlooker).post(f"/drawings/{drawing.pk}/label/", {"label": "7"})

    assert response.status_code == 403
    assert not Correction.objects.exists()


@pytest.mark.parametrize("label", ["", "11", "-1", "seven"])
def test_an_invalid_label_is_refused_on_a_page(drawing: Drawing, owner: User, label: str) -> None:
    response = signed_in(owner).post(f"/drawings/{drawing.pk}/label/", {"label": label})

    assert response.status_code == 400
    assert 'id="number-error"' in response.text
    assert not Correction.objects.exists()


def test_the_label_history_shows_people_labels_and_reviews(
    drawing: Drawing, owner: User, reviewer: User
) -> None:
    label_drawing(drawing=drawing, by=owner, label=7, source="studio")
    second = label_drawing(drawing=drawing, by=owner, label=10, source="api")
    review_corrections(corrections=[second], by=reviewer, verdict="rejected")

    words = " ".join(words_of(owner, drawing).split())

    assert "<b>owner</b> labeled it <b>7</b>" in words
    assert "<b>owner</b> changed <b>7</b> to <b>not a digit</b>" in words
    assert "Rejected by reviewer" in words
    assert words.index("changed <b>7</b>") < words.index("labeled it")  # newest first


def test_the_history_of_a_number_keeps_its_signs(drawing: Drawing, owner: User) -> None:
    for label in ("315", "3.15", "3.15", "-5", "3,15"):
        label_drawing(drawing=drawing, by=owner, label=label, source="studio")

    words = " ".join(words_of(owner, drawing).split())

    said = re.findall("<b>owner</b> (labeled it|changed|confirmed) (.*?)<span", words)
    assert [f"{verb} {rest.strip()}" for verb, rest in said] == [
        "changed <b>-5</b> to <b>3,15</b>",
        "changed <b>3.15</b> to <b>-5</b>",
        "changed <b>315</b> to <b>3.15</b>",
        "labeled it <b>315</b>",
    ]


def test_names_of_people_are_escaped(first: ModelVersion, reviewer: User) -> None:
    drawing = make_drawing(person("<img src=x>"))
    label_drawing(drawing=drawing, by=drawing.owner, label=7, source="studio")

    words = words_of(reviewer, drawing)

    assert "<img src=x>" not in words
    assert "&lt;img src=x&gt;" in words


def test_deleting_also_deletes_answers_and_history(drawing: Drawing, owner: User) -> None:
    label_drawing(drawing=drawing, by=owner, label=7, source="studio")

    response = signed_in(owner).post(f"/drawings/{drawing.pk}/delete/")

    assert response["Location"] == "/drawings/"
    assert not Drawing.objects.exists()
    assert not Correction.objects.exists()


def test_only_its_owner_deletes_it(drawing: Drawing, reviewer: User, stranger: User) -> None:
    for user in (reviewer, stranger):
        response = signed_in(user).post(f"/drawings/{drawing.pk}/delete/")
        assert response.status_code == 404

    assert Drawing.objects.exists()


def test_labeling_needs_the_csrf_token(drawing: Drawing, owner: User) -> None:
    client = signed_in(owner)
    client.handler.enforce_csrf_checks = True

    response = client.post(f"/drawings/{drawing.pk}/label/", {"label": "7"})

    assert response.status_code == 403
    assert not Correction.objects.exists()
