"""Reviewing through the API: queue, decisions, undo, skip, and permissions."""

import base64
import uuid
from typing import Any

import pytest
from django.test import Client

from recognizer.models import Correction, Drawing, ModelVersion, ReviewDecision, User
from tests.actions.labels.queue import labeled, unlabeled
from tests.api.client import post, problem
from tests.api.test_schema import check, schema  # noqa: F401  (the fixture)
from tests.conftest import signed_in
from tests.pages.rows import NETWORK_INPUT, answered, make_drawing, make_version

NEXT, DECISIONS, SKIP = "review/next/", "review/decisions/", "review/skip/"


@pytest.fixture
def as_administrator(administrator: User) -> Client:
    """Another reviewer."""
    return signed_in(administrator)


@pytest.fixture
def serving(db: None) -> ModelVersion:
    return make_version(1)


@pytest.fixture
def waiting(owner: User, serving: ModelVersion) -> Correction:
    """A pending label 7 of a drawing that was answered with 1."""
    correction = labeled(owner, 7)
    answered(correction.drawing, serving, 1, 0.6)
    return correction


def answer(judged: Correction, label: int | str = 7, **about: Any) -> dict[str, Any]:
    key = str(uuid.uuid4())
    drawing = judged.drawing_id
    return {"key": key, "drawing": drawing, "correction": judged.pk, "label": label, **about}


def test_the_next_drawings_have_all_that_the_page_needs(
    as_reviewer: Client, waiting: Correction
) -> None:
    body = post(as_reviewer, NEXT, {}).json()

    assert (body["waiting_labels"], body["doubtful"], body["done_today"]) == (1, 0, 0)
    [item] = body["results"]
    assert (item["drawing"], item["correction"]) == (waiting.drawing_id, waiting.pk)
    assert (item["by"], item["why"], item["picture"]) == ("owner", "label", None)
    assert item["path"].startswith("M")
    assert base64.b64decode(item["network_input"]) == NETWORK_INPUT.tobytes()
    assert item["url"] == f"/drawings/{waiting.drawing_id}/"


def test_what_waits_is_counted_to_a_limit(
    as_reviewer: Client, owner: User, waiting: Correction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recognizer.actions.labels.review_queue.COUNTED", 2)
    for label in (1, 2):
        labeled(owner, label)

    assert post(as_reviewer, NEXT, {"count": 0}).json()["waiting_labels"] == 2


def test_label_and_answer_are_hidden_until_the_reviewer_has_answered(
    as_reviewer: Client, waiting: Correction
) -> None:
    [item] = post(as_reviewer, NEXT, {}).json()["results"]
    assert (item["given"], item["answer"]) == (None, None)

    decision = post(as_reviewer, DECISIONS, answer(waiting)).json()
    assert (decision["given"], decision["answer"], decision["label"]) == (7, 1, 7)


def test_without_blind_review_they_are_shown_before(
    as_reviewer: Client, waiting: Correction, settings: Any
) -> None:
    settings.REVIEW_BLIND = False

    [item] = post(as_reviewer, NEXT, {}).json()["results"]

    assert (item["given"], item["answer"]) == (7, 1)


def test_an_upload_comes_with_the_address_of_its_picture(as_reviewer: Client, owner: User) -> None:
    drawing = make_drawing(owner, source="upload", strokes=None, picture=b"\x89PNG")

    [item] = post(as_reviewer, NEXT, {"at_random": True}).json()["results"]

    assert (item["path"], item["picture"]) == (None, f"/drawings/{drawing.pk}/picture.png")
    assert (item["correction"], item["why"]) == (None, "random")


def test_drawings_that_the_client_holds_are_not_sent_again(
    as_reviewer: Client, owner: User
) -> None:
    first, second = labeled(owner), labeled(owner)

    body = post(as_reviewer, NEXT, {"count": 2, "holding": [first.drawing_id]}).json()

    assert [item["drawing"] for item in body["results"]] == [second.drawing_id]


def test_doubtful_answers_are_counted(
    as_reviewer: Client, owner: User, serving: ModelVersion
) -> None:
    unlabeled(owner, serving, 0.4)
    unlabeled(owner, serving, 0.99)

    assert post(as_reviewer, NEXT, {"count": 0}).json()["doubtful"] == 1


def test_an_answer_sent_several_times_is_one_decision(
    as_reviewer: Client, waiting: Correction
) -> None:
    body = answer(waiting, 2)

    sent = [post(as_reviewer, DECISIONS, body) for _ in range(3)]

    assert [each.status_code for each in sent] == [201] * 3
    assert sent[0].json() == sent[2].json()
    assert sent[0].json()["verdict"] == "rejected"
    assert ReviewDecision.objects.count() == 1
    assert waiting.drawing.corrections.count() == 2


def test_a_reviewers_own_label_waits(
    as_reviewer: Client, administrator: User, waiting: Correction, settings: Any
) -> None:
    settings.STAFF_LABELS_COUNT_AT_ONCE = False

    assert post(as_reviewer, DECISIONS, answer(waiting, 2)).json()["waits"]


def test_only_its_reviewer_undoes_a_decision(
    as_reviewer: Client, as_administrator: Client, waiting: Correction
) -> None:
    key = post(as_reviewer, DECISIONS, answer(waiting)).json()["key"]
    path = f"{DECISIONS}{key}/undo/"

    assert problem(post(as_administrator, path)) == (404, "not_found")
    assert post(as_reviewer, path).json()["undone"]
    waiting.refresh_from_db()
    assert waiting.state == "pending"


def test_a_second_reviewer_gets_a_conflict(
    as_reviewer: Client, as_administrator: Client, waiting: Correction
) -> None:
    post(as_reviewer, DECISIONS, answer(waiting))

    response = post(as_administrator, DECISIONS, answer(waiting, 1))

    assert problem(response) == (409, "conflict")
    assert ReviewDecision.objects.count() == 1


def test_a_skipped_drawing_does_not_come_next(as_reviewer: Client, waiting: Correction) -> None:
    post(as_reviewer, NEXT, {})

    assert post(as_reviewer, SKIP, {"drawing": waiting.drawing_id}).status_code == 204

    assert post(as_reviewer, NEXT, {}).json()["results"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": 11},
        {"label": "seven"},
        {"label": None},
        {"key": "once"},
        {"key": None},
        {"drawing": 0},
        {"drawing": 2**63},
        {"correction": -1},
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_written(
    as_reviewer: Client, waiting: Correction, wrong: dict[str, Any]
) -> None:
    response = post(as_reviewer, DECISIONS, answer(waiting, **wrong))

    assert problem(response) == (400, "invalid")
    assert list(response.json()["error"]["fields"]) == list(wrong)
    assert not ReviewDecision.objects.exists()


@pytest.mark.parametrize("body", [{"count": 13}, {"count": -1}, {"holding": ["x"]}, [1]])
def test_an_invalid_request_for_drawings_is_refused(as_reviewer: Client, body: Any) -> None:
    assert problem(post(as_reviewer, NEXT, body)) == (400, "invalid")


def test_a_deleted_drawing_is_not_found(as_reviewer: Client, waiting: Correction) -> None:
    body = answer(waiting)
    Drawing.objects.all().delete()

    assert problem(post(as_reviewer, DECISIONS, body)) == (404, "not_found")
    assert problem(post(as_reviewer, SKIP, {"drawing": body["drawing"]})) == (404, "not_found")
    gone = f"{DECISIONS}{body['key']}/undo/"
    assert problem(post(as_reviewer, gone)) == (404, "not_found")


@pytest.mark.parametrize("path", [NEXT, DECISIONS, SKIP, f"{DECISIONS}{uuid.UUID(int=1)}/undo/"])
def test_only_reviewers_have_access(as_owner: Client, client: Client, path: str) -> None:
    assert problem(post(as_owner, path, {})) == (403, "forbidden")
    assert problem(post(client, path, {})) == (401, "unauthenticated")


def test_nobody_reviews_their_own_label(
    as_reviewer: Client, reviewer: User, owner: User, administrator: User
) -> None:
    own = labeled(owner, 7, by=reviewer)

    assert problem(post(as_reviewer, DECISIONS, answer(own))) == (403, "forbidden")


def test_responses_match_the_schema(
    schema: dict[str, Any],  # noqa: F811
    as_reviewer: Client,
    as_administrator: Client,
    waiting: Correction,
) -> None:
    check(schema, post(as_reviewer, NEXT, {}), "post", NEXT)
    body = answer(waiting)
    decided = post(as_reviewer, DECISIONS, body)
    check(schema, decided, "post", DECISIONS)
    check(schema, post(as_administrator, DECISIONS, {**body, "key": 1}), "post", DECISIONS)
    check(schema, post(as_administrator, DECISIONS, answer(waiting)), "post", DECISIONS)
    undone = post(as_reviewer, f"{DECISIONS}{body['key']}/undo/")
    check(schema, undone, "post", DECISIONS + "{key}/undo/")


def test_a_number_is_reviewed_as_text(
    as_reviewer: Client, owner: User, serving: ModelVersion
) -> None:
    correction = labeled(owner, 7)
    Correction.objects.filter(pk=correction.pk).update(to_label="2026", number="2026")
    answered(correction.drawing, serving, 1, 0.6)

    (item,) = post(as_reviewer, NEXT, {}).json()["results"]
    decision = post(as_reviewer, DECISIONS, answer(correction, "2026")).json()

    assert item["is_number"] is True
    assert (decision["given"], decision["label"], decision["verdict"]) == (
        *("2026", "2026"),
        "approved",
    )


def test_a_single_digit_is_no_number(as_reviewer: Client, waiting: Correction) -> None:
    assert post(as_reviewer, NEXT, {}).json()["results"][0]["is_number"] is False
