from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from recognizer import codes
from recognizer.actions.versions import gates
from recognizer.actions.versions.deployment import deploy_version, serving_deployment
from recognizer.actions.versions.describe import describe_version
from recognizer.models import ModelVersion, User
from tests.api.client import ROOT, get, post, problem


def serving() -> int:
    deployment = serving_deployment()
    assert deployment is not None
    return deployment.version.number


def test_it_lists_versions_and_marks_the_serving_one(
    as_owner: Client, version: ModelVersion, second_version: ModelVersion
) -> None:
    second, first = get(as_owner, "versions/").json()["results"]
    assert (first["number"], first["serving"], first["parent"]) == (1, True, None)
    assert (second["number"], second["serving"], second["parent"]) == (2, False, 1)
    assert first["checksum"] == version.checksum
    assert (first["name"], first["notes"], first["tags"]) == ("", "", [])
    assert first["architecture"] == version.architecture


def test_a_verdict_has_texts_and_codes(as_owner: Client, second_version: ModelVersion) -> None:
    gate = gates.falls("embedded", codes.EMBEDDED_SET(), 0.99, 0.9, 0.01)
    stopped = codes.FAILED_GATES(gates=[gate.name])
    verdict = {"passed": False, "promoted": False, "reason": stopped, "gates": [gate.as_row()]}
    ModelVersion.objects.filter(number=2).update(verdict=verdict)
    newest = get(as_owner, "versions/").json()["results"][0]
    assert newest["verdict"] == {
        "passed": False,
        "promoted": False,
        "reason": "Failed gates: Drawn reference set.",
        "reason_code": "failed_gates",
        "gates": [
            {
                "key": "embedded",
                "name": "Drawn reference set",
                "before": 0.99,
                "after": 0.9,
                "allowed": 0.01,
                "rule": "may fall by 1 point",
                "rule_code": "may_fall",
                "passed": False,
                "unit": "share",
            }
        ],
    }


def test_it_has_the_words_that_people_gave_it(as_owner: Client, version: ModelVersion) -> None:
    describe_version(version=version, name="Class 4b", notes="Sevens.", tags=["school", "best"])
    shown = get(as_owner, "versions/").json()["results"][0]
    assert (shown["name"], shown["notes"], shown["tags"]) == (
        *("Class 4b", "Sevens."),
        ["best", "school"],
    )


def test_the_list_needs_four_queries(
    as_owner: Client, second_version: ModelVersion, django_assert_num_queries: Callable
) -> None:
    with django_assert_num_queries(4):  # session, user, versions, tags
        get(as_owner, "versions/")


def test_a_trainer_promotes(
    as_trainer: Client, trainer: User, second_version: ModelVersion
) -> None:
    response = post(as_trainer, "versions/2/promote/", {"reason": "reads my sevens"})
    assert response.status_code == 201
    body = response.json()
    assert (body["version"], body["kind"], body["by"]) == (2, "promotion", trainer.username)
    assert body["reason"] == "reads my sevens"
    assert serving() == 2


def test_a_version_that_failed_a_gate_needs_a_reason(
    as_trainer: Client, second_version: ModelVersion
) -> None:
    stopped = codes.FAILED_GATES(gates=[codes.FORMS_SET()])
    verdict = {"passed": False, "reason": stopped, "gates": [{"key": "forms"}]}
    ModelVersion.objects.filter(number=2).update(verdict=verdict)
    response = post(as_trainer, "versions/2/promote/", {"reason": "   "})
    assert problem(response) == (400, "invalid")
    message = response.json()["error"]["message"]
    expected = "Failed gates: Regional digit forms. To promote it anyway, give a reason"
    assert message.startswith(expected)
    assert serving() == 1
    response = post(as_trainer, "versions/2/promote/", {"reason": "nobody writes so"})
    assert (response.status_code, response.json()["kind"]) == (201, "override")


def test_it_does_not_promote_if_another_version_serves_than_expected(
    as_trainer: Client, second_version: ModelVersion
) -> None:
    deploy_version(version=second_version, kind="promotion")
    response = post(as_trainer, "versions/1/promote/", {"expected_serving": 1})
    assert problem(response) == (409, "conflict")
    assert serving() == 2
    assert post(as_trainer, "versions/1/promote/", {"expected_serving": 2}).status_code == 201


def test_it_does_not_promote_the_serving_version(as_trainer: Client, version: ModelVersion) -> None:
    assert problem(post(as_trainer, "versions/1/promote/", {})) == (409, "conflict")


@pytest.mark.parametrize("number", [3, 2**31, 10**30])
def test_an_unknown_version_is_not_found(
    as_trainer: Client, version: ModelVersion, number: int
) -> None:
    assert problem(post(as_trainer, f"versions/{number}/promote/", {})) == (404, "not_found")


@pytest.mark.parametrize(
    "body", [{"expected_serving": "x"}, {"expected_serving": 0}, {"reason": "x" * 301}, []]
)
def test_it_refuses_wrong_values(
    as_trainer: Client, second_version: ModelVersion, body: Any
) -> None:
    assert problem(post(as_trainer, "versions/2/promote/", body)) == (400, "invalid")
    assert problem(post(as_trainer, "versions/roll-back/", body)) == (400, "invalid")
    assert serving() == 1


def test_a_form_does_not_count_as_an_empty_body(
    trainer: User, second_version: ModelVersion
) -> None:
    # Django reads a form before the view does, to find the CSRF token.
    client = Client(enforce_csrf_checks=True, headers={"X-CSRFToken": "a" * 32})
    client.cookies["csrftoken"] = "a" * 32
    client.force_login(trainer)
    response = client.post(ROOT + "versions/2/promote/", {"expected_serving": 9})
    assert problem(response) == (415, "unsupported_type")
    assert serving() == 1


def test_a_trainer_rolls_back(as_trainer: Client, second_version: ModelVersion) -> None:
    deploy_version(version=second_version, kind="promotion")
    response = post(as_trainer, "versions/roll-back/", {"expected_serving": 2})
    assert (response.status_code, response.json()["kind"]) == (201, "rollback")
    assert serving() == 1


def test_rolling_back_needs_no_body(as_trainer: Client, second_version: ModelVersion) -> None:
    deploy_version(version=second_version, kind="promotion")
    assert post(as_trainer, "versions/roll-back/").status_code == 201


def test_it_cannot_roll_back_the_first_version(as_trainer: Client, version: ModelVersion) -> None:
    assert problem(post(as_trainer, "versions/roll-back/", {})) == (409, "conflict")


def test_it_does_not_roll_back_if_another_version_serves_than_expected(
    as_trainer: Client, second_version: ModelVersion
) -> None:
    deploy_version(version=second_version, kind="promotion")
    response = post(as_trainer, "versions/roll-back/", {"expected_serving": 1})
    assert problem(response) == (409, "conflict")
    assert serving() == 2
