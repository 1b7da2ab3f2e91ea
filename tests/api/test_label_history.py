"""The label history, withdrawn approvals, and the gold set."""

from collections.abc import Callable

import pytest
from django.test import Client

from recognizer.actions.labels.gold import mark_gold
from recognizer.actions.labels.label_history import label_drawing, review_corrections
from recognizer.models import Correction, Drawing, ModelVersion, Review, User
from tests.api.client import ask, get, post, problem
from tests.conftest import person, signed_in

Draw = Callable[..., Drawing]


@pytest.fixture
def drawing(owner: User, draw: Draw) -> Drawing:
    return draw(owner)


@pytest.fixture
def approved(drawing: Drawing, reviewer: User) -> Correction:
    return label_drawing(drawing=drawing, by=reviewer, label=1, source="api")


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    return signed_in(administrator)


def test_the_history_has_labels_reviews_and_versions_that_learned_them(
    as_owner: Client, drawing: Drawing, owner: User, reviewer: User, version: ModelVersion
) -> None:
    first = label_drawing(drawing=drawing, by=owner, label=7, source="studio")
    review_corrections(corrections=[first], by=reviewer, verdict="rejected", reason="no bar")
    second = label_drawing(drawing=drawing, by=reviewer, label=1, source="api")
    version.learned_from.add(second)

    newest, oldest = get(as_owner, f"drawings/{drawing.pk}/labels/").json()

    assert (newest["by"], newest["from_label"], newest["to_label"]) == ("reviewer", None, 1)
    assert (newest["state"], newest["learned_by"], newest["reviews"]) == ("approved", [1], [])
    assert (oldest["id"], oldest["state"], oldest["source"]) == (first.pk, "rejected", "studio")
    [review] = oldest["reviews"]
    assert (review["by"], review["verdict"], review["reason"]) == ("reviewer", "rejected", "no bar")


def test_the_history_of_somebody_elses_drawing_is_not_found(
    as_stranger: Client, approved: Correction
) -> None:
    answer = get(as_stranger, f"drawings/{approved.drawing_id}/labels/")
    assert problem(answer) == (404, "not_found")


def test_the_number_of_queries_does_not_grow_with_the_history(
    as_owner: Client,
    drawing: Drawing,
    owner: User,
    reviewer: User,
    django_assert_num_queries: Callable,
) -> None:
    for label in range(6):
        given = label_drawing(drawing=drawing, by=owner, label=label, source="api")
        review_corrections(corrections=[given], by=reviewer, verdict="rejected")
    # session, person, two of permissions, drawing, answers, labels, reviews, people, versions
    with django_assert_num_queries(10):
        get(as_owner, f"drawings/{drawing.pk}/labels/")


def test_a_reviewer_withdraws_an_approval_with_a_reason(
    as_reviewer: Client, approved: Correction
) -> None:
    answer = post(as_reviewer, f"corrections/{approved.pk}/withdraw/", {"reason": "a seven"})

    assert answer.status_code == 200
    assert answer.json()["state"] == "withdrawn"
    assert answer.json()["reviews"][0]["reason"] == "a seven"
    again = post(as_reviewer, f"corrections/{approved.pk}/withdraw/", {"reason": "a seven"})
    assert problem(again) == (409, "conflict")


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 301}, {"reason": None}])
def test_a_withdrawal_needs_a_reason(
    as_reviewer: Client, approved: Correction, body: dict[str, str]
) -> None:
    answer = post(as_reviewer, f"corrections/{approved.pk}/withdraw/", body)
    assert problem(answer) == (400, "invalid")
    assert list(answer.json()["error"]["fields"]) == ["reason"]
    assert not Review.objects.exists()


def test_only_reviewers_withdraw(
    as_owner: Client, as_stranger: Client, approved: Correction
) -> None:
    path = f"corrections/{approved.pk}/withdraw/"
    assert problem(post(as_owner, path, {"reason": "mine"})) == (403, "forbidden")
    assert problem(post(as_stranger, path, {"reason": "not mine"})) == (404, "not_found")
    approved.refresh_from_db()
    assert approved.state == "approved"


def test_reviewers_cannot_change_the_labels_of_gold_drawings(
    as_reviewer: Client, approved: Correction, administrator: User
) -> None:
    mark_gold(drawings=[approved.drawing], by=administrator)
    answer = post(as_reviewer, f"corrections/{approved.pk}/withdraw/", {"reason": "a seven"})
    assert problem(answer) == (403, "forbidden")
    labeled = post(as_reviewer, f"drawings/{approved.drawing_id}/label/", {"label": 4}).json()
    assert (labeled["label_state"], labeled["gold"]) == ("pending", True)


def test_an_administrator_marks_and_unmarks_gold(
    as_administrator: Client, approved: Correction
) -> None:
    path = f"drawings/{approved.drawing_id}/gold/"
    answers = [ask(as_administrator, method, path) for method in ("PUT", "PUT", "DELETE", "DELETE")]
    assert [answer.status_code for answer in answers] == [200] * 4  # both methods are idempotent
    assert [answer.json()["gold"] for answer in answers] == [True, True, False, False]


def test_gold_needs_an_approved_label(as_administrator: Client, drawing: Drawing) -> None:
    answer = ask(as_administrator, "PUT", f"drawings/{drawing.pk}/gold/")
    assert problem(answer) == (409, "conflict")
    assert "has no approved label" in answer.json()["error"]["message"]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_marking_as_gold_needs_the_permission(
    as_owner: Client, as_stranger: Client, approved: Correction, method: str
) -> None:
    path = f"drawings/{approved.drawing_id}/gold/"
    assert problem(ask(as_owner, method, path)) == (403, "forbidden")
    assert problem(ask(as_stranger, method, path)) == (404, "not_found")
    assert problem(ask(signed_in(person("curator", "mark_gold")), method, path))[0] == 404


def test_a_retraining_without_examples_is_refused_with_a_reason(
    as_trainer: Client, owner: User, approved: Correction, administrator: User
) -> None:
    mark_gold(drawings=[approved.drawing], by=administrator)
    answer = post(as_trainer, "jobs/", {})
    assert problem(answer) == (409, "conflict")
    message = "1 approved label cannot be learned from: 1 gold."
    assert answer.json()["error"]["message"] == message
