import re
from collections.abc import Callable

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from recognizer.actions.labels.label_history import (
    label_drawing,
    review_corrections,
    withdraw_approval,
)
from recognizer.models import Correction, Drawing, Job, ModelVersion, User
from tests.admin.forms import filled_in
from tests.conftest import person, signed_in

LIST = "/admin/recognizer/drawing/"
Draw = Callable[..., Drawing]


def page_of(drawing: Drawing) -> str:
    return f"{LIST}{drawing.pk}/change/"


def list_form(client: Client) -> dict[str, str]:
    return {**filled_in(client.get(LIST), "changelist-form"), "_save": "Save"}


def row_of(form: dict[str, str], drawing: Drawing) -> str:
    """The prefix of a drawing's row, such as "form-0"."""
    [row] = [key for key, value in form.items() if key.endswith("-id") and value == str(drawing.pk)]
    return row.removesuffix("-id")


def test_a_label_changed_in_the_list_is_one_correction(
    drawn: Draw, owner: User, labeler: User
) -> None:
    untouched, drawing = drawn(owner), drawn(owner)
    client = signed_in(labeler)
    form = list_form(client)
    form[f"{row_of(form, drawing)}-label"] = "4"

    assert client.post(LIST, form).status_code == 302

    correction = Correction.objects.get()
    assert correction.drawing == drawing
    assert correction.by == labeler
    assert (correction.from_label, correction.to_label) == (None, 4)
    assert (correction.source, correction.state) == ("admin", "approved")
    drawing.refresh_from_db()
    untouched.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (4, "approved")
    assert (untouched.label, untouched.label_state) == (None, "")


def test_a_label_changed_on_the_page_is_one_correction(
    drawn: Draw, owner: User, labeler: User
) -> None:
    drawing = drawn(owner)
    label_drawing(drawing=drawing, by=owner, label=2, source="studio")
    client = signed_in(labeler)
    form = filled_in(client.get(page_of(drawing)), "drawing_form")
    assert form["label"] == "2"

    response = client.post(page_of(drawing), {**form, "label": "not_a_digit"})

    assert response.status_code == 302
    newest = Correction.objects.first()
    assert newest is not None
    assert (newest.by, newest.from_label, newest.to_label) == (labeler, 2, 10)
    assert (newest.source, newest.state) == ("admin", "approved")
    assert Correction.objects.count() == 2


def test_saving_an_unchanged_list_or_page_adds_nothing(
    drawn: Draw, owner: User, labeler: User
) -> None:
    labeled, _ = drawn(owner), drawn(owner)
    waiting = label_drawing(drawing=labeled, by=owner, label=2, source="studio")
    client = signed_in(labeler)

    assert client.post(LIST, list_form(client)).status_code == 302
    form = filled_in(client.get(page_of(labeled)), "drawing_form")
    assert client.post(page_of(labeled), form).status_code == 302

    assert Correction.objects.get() == waiting
    waiting.refresh_from_db()
    assert waiting.state == "pending"


def test_an_unchanged_row_does_not_undo_a_concurrent_change(
    drawn: Draw, owner: User, labeler: User, administrator: User
) -> None:
    drawing, other = drawn(owner), drawn(owner)
    client = signed_in(labeler)
    form = list_form(client)
    label_drawing(drawing=drawing, by=administrator, label=5, source="admin")
    form[f"{row_of(form, other)}-label"] = "3"

    client.post(LIST, form)

    drawing.refresh_from_db()
    other.refresh_from_db()
    assert (drawing.label, other.label) == (5, 3)
    assert drawing.corrections.count() == 1


@pytest.mark.parametrize("value", ["", "x", "20?6", "seven"])
def test_a_label_cannot_be_removed_or_invalid(
    drawn: Draw, owner: User, labeler: User, value: str
) -> None:
    drawing = drawn(owner)
    label_drawing(drawing=drawing, by=owner, label=2, source="studio")
    client = signed_in(labeler)
    form = list_form(client)
    form[f"{row_of(form, drawing)}-label"] = value

    response = client.post(LIST, form)

    assert response.status_code == 200
    assert "label" in response.context["cl"].formset.errors[0]
    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_state) == (2, "pending")


def test_nothing_but_the_label_can_be_changed(
    drawn: Draw, owner: User, stranger: User, labeler: User
) -> None:
    drawing = drawn(owner)
    client = signed_in(labeler)
    form = filled_in(client.get(page_of(drawing)), "drawing_form")

    client.post(
        page_of(drawing),
        {**form, "owner": stranger.pk, "source": "upload", "label_state": "approved"},
    )

    drawing.refresh_from_db()
    assert (drawing.owner, drawing.source, drawing.label_state) == (owner, "canvas", "")


def test_a_page_shows_the_drawing_its_answers_and_the_history_of_its_label(
    drawn: Draw, owner: User, labeler: User
) -> None:
    drawing = drawn(owner, answer=7)
    label_drawing(drawing=drawing, by=owner, label=10, source="studio")

    page = signed_in(labeler).get(page_of(drawing)).content.decode()

    assert '<svg class="ink"' in page
    assert 'class="network-input large" src="data:image/png;base64,' in page
    assert "version 1" in page
    assert "98.0%" in page
    assert '<td class="field-after">' in page
    assert "<p>not a digit</p>" in page


def test_an_uploaded_picture_is_shown_unchanged(owner: User, labeler: User) -> None:
    drawing = Drawing.objects.create(
        owner=owner, source="upload", picture=b"\x89PNG...", network_input=bytes(784)
    )

    page = signed_in(labeler).get(page_of(drawing)).content.decode()

    assert "data:image/png;base64,iVBORy4uLg==" in page


def test_the_list_has_no_style_that_the_security_policy_would_block(
    drawn: Draw, owner: User, administrator: User
) -> None:
    drawing = drawn(owner)
    client = signed_in(administrator)

    for address in (LIST, page_of(drawing)):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert "<style" not in page


def test_a_label_in_the_list_has_an_accessible_name(
    drawn: Draw, owner: User, labeler: User
) -> None:
    drawn(owner)
    words = signed_in(labeler).get(LIST).content.decode()
    (field,) = re.findall(r"<input type=\"text\" name=\"form-0-label\"[^>]*>", words)
    assert 'aria-label="Label"' in field
    (offered,) = re.findall(r"list=\"([^\"]+)\"", field)
    (options,) = re.findall(rf"<datalist id=\"{offered}\">(.*?)</datalist>", words)
    assert options.count("<option") == 11


def test_a_number_is_typed_in_the_list(drawn: Draw, owner: User, labeler: User) -> None:
    drawing = drawn(owner)
    client = signed_in(labeler)
    form = list_form(client)
    form[f"{row_of(form, drawing)}-label"] = "3.5"

    assert client.post(LIST, form).status_code == 302

    drawing.refresh_from_db()
    assert (drawing.label, drawing.label_text, drawing.label_state) == ("35", "3.5", "approved")


def test_the_number_of_queries_does_not_grow_with_the_drawings(
    drawn: Draw, owner: User, stranger: User, administrator: User
) -> None:
    client = signed_in(administrator)
    drawn(owner)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for by in (owner, stranger) * 4:
        label_drawing(drawing=drawn(by), by=by, label=1, source="studio")

    with CaptureQueriesContext(connection) as many:
        client.get(LIST)

    assert len(many) == len(few)


def test_retraining_can_be_started_from_the_list(
    drawn: Draw, owner: User, administrator: User
) -> None:
    drawing = drawn(owner)
    label_drawing(drawing=drawing, by=administrator, label=1, source="admin")

    action = {"action": "retrain", "index": "0", "_selected_action": [drawing.pk]}
    signed_in(administrator).post(LIST, action)

    assert Job.objects.get().requested_by == administrator


def mark(client: Client, action: str, *drawings: Drawing) -> list[str]:
    chosen = [drawing.pk for drawing in drawings]
    response = client.post(LIST, {"action": action, "index": "0", "_selected_action": chosen})
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_administrators_choose_the_gold_set(
    drawn: Draw, owner: User, reviewer: User, administrator: User
) -> None:
    labeled, unlabeled = drawn(owner), drawn(owner)
    label_drawing(drawing=labeled, by=reviewer, label=1, source="admin")
    client = signed_in(administrator)

    [marked] = mark(client, "mark_gold", labeled, unlabeled)

    assert marked == (
        "Added to the gold set: 1. "
        f"Drawing {unlabeled.pk} has no approved label, so it cannot be gold."
    )
    labeled.refresh_from_db()
    assert labeled.gold_by == administrator
    for chosen, expected in (("yes", [labeled]), ("no", [unlabeled])):
        narrowed = client.get(f"{LIST}?gold={chosen}").context["cl"].result_list
        assert list(narrowed) == expected
    assert mark(client, "unmark_gold", labeled, unlabeled) == ["Removed from the gold set: 1."]


def test_the_number_of_queries_does_not_grow_with_the_drawings_marked_as_gold(
    drawn: Draw, owner: User, administrator: User
) -> None:
    def queries(count: int) -> int:
        chosen = [drawn(owner) for _ in range(count)]
        labels = [
            label_drawing(drawing=each, by=administrator, label=1, source="admin")
            for each in chosen
        ]
        ModelVersion.objects.get().learned_from.add(*labels[1:6])
        with CaptureQueriesContext(connection) as asked:
            mark(client, "mark_gold", *chosen)
        return len(asked)

    client = signed_in(administrator)
    assert queries(1) == queries(30)
    assert Drawing.objects.filter(gold_at__isnull=False).count() == 1 + 30 - 5


def test_marking_as_gold_needs_the_permission(
    drawn: Draw, owner: User, reviewer: User, labeler: User
) -> None:
    drawing = drawn(owner)
    label_drawing(drawing=drawing, by=reviewer, label=1, source="admin")
    client = signed_in(labeler)

    assert "Mark as gold" not in client.get(LIST).content.decode()
    mark(client, "mark_gold", drawing)

    drawing.refresh_from_db()
    assert drawing.gold_at is None


def test_the_history_shows_the_reviews_with_their_reasons(
    drawn: Draw, owner: User, reviewer: User, labeler: User
) -> None:
    drawing = drawn(owner)
    correction = label_drawing(drawing=drawing, by=reviewer, label=1, source="admin")
    withdraw_approval(correction=correction, by=reviewer, reason="<b>a seven")

    page = signed_in(labeler).get(page_of(drawing)).content.decode()

    assert "withdrawn by reviewer: &lt;b&gt;a seven" in page


def test_nobody_can_add_drawings(administrator: User) -> None:
    client = signed_in(administrator)

    assert client.get(f"{LIST}add/").status_code == 403


def test_a_drawing_is_deleted_with_its_history(drawn: Draw, owner: User) -> None:
    drawing = drawn(owner)
    correction = label_drawing(drawing=drawing, by=owner, label=1, source="studio")
    deleter = person("deleter", "view_drawing", "delete_drawing", is_staff=True)
    review_corrections(corrections=[correction], by=deleter, verdict="approved")
    address = f"{LIST}{drawing.pk}/delete/"

    response = signed_in(deleter).post(address, {"post": "yes"})

    assert response.status_code == 302
    assert not Drawing.objects.exists()
    assert not Correction.objects.exists()


def test_deleting_needs_the_permission(drawn: Draw, owner: User, labeler: User) -> None:
    drawing = drawn(owner)
    address = f"{LIST}{drawing.pk}/delete/"

    assert signed_in(labeler).post(address, {"post": "yes"}).status_code == 403
    assert Drawing.objects.filter(pk=drawing.pk).exists()


def test_a_person_with_labeled_drawings_can_be_deleted(
    drawn: Draw, owner: User, administrator: User
) -> None:
    label_drawing(drawing=drawn(owner), by=owner, label=1, source="studio")
    address = f"/admin/recognizer/user/{owner.pk}/delete/"

    signed_in(administrator).post(address, {"post": "yes"})

    assert not User.objects.filter(pk=owner.pk).exists()


def test_a_viewer_can_view_but_not_label(drawn: Draw, owner: User, viewer: User) -> None:
    drawing = drawn(owner)
    client = signed_in(viewer)

    assert client.get(page_of(drawing)).status_code == 200
    assert "_save" not in client.get(LIST).content.decode()
    assert client.post(page_of(drawing), {"label": "4"}).status_code == 403
    form = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(drawing.pk),
        "form-0-label": "4",
        "_save": "Save",
    }
    assert client.post(LIST, form).status_code == 403
    assert not Correction.objects.exists()


def test_staff_without_permissions_see_nothing(drawn: Draw, owner: User) -> None:
    drawing = drawn(owner)
    client = signed_in(person("newcomer", is_staff=True))

    assert client.get(LIST).status_code == 403
    assert client.get(page_of(drawing)).status_code == 403


def test_others_are_sent_to_sign_in(drawn: Draw, owner: User) -> None:
    drawing = drawn(owner)

    for client in (signed_in(owner), Client()):
        for address in (LIST, page_of(drawing)):
            response = client.get(address)
            assert response.status_code == 302
            assert response["Location"].startswith("/admin/login/")
