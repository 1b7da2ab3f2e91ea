import pytest

from mlcore.recognition import bundle as bundles
from recognizer.actions.training.from_scratch import VERDICT
from recognizer.actions.versions.deployment import (
    deploy_version,
    register_version,
    serving_deployment,
)
from recognizer.actions.versions.promotion import judge, objection, promote_version
from recognizer.errors import Conflict, Refused
from recognizer.models import Deployment
from tests.actions.versions.verdicts import report

PASSED = judge(report())


def failed_verdict():
    asked = report()
    asked["after"]["non_digits"]["accuracy"] = 0.5
    return judge(asked)


def candidate(version, verdict):
    return register_version(bundle=bundles.shipped(), parent=version, verdict=verdict)


def serving():
    return serving_deployment().version


def test_what_passed_the_gates_needs_no_reason(version, trainer):
    second = candidate(version, PASSED)
    deployment = promote_version(version=second, by=trainer)
    assert (deployment.kind, deployment.reason, deployment.by) == ("promotion", "", trainer)
    assert serving() == second


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_failed_gate_is_not_passed_over_without_a_reason(version, trainer, reason):
    second = candidate(version, failed_verdict())
    with pytest.raises(Refused, match=r"Failed gates: Non-digits refused\. .*give a reason"):
        promote_version(version=second, by=trainer, reason=reason)
    assert serving() == version


def test_an_override_is_a_kind_of_its_own_in_the_log_with_its_reason(version, trainer):
    second = candidate(version, failed_verdict())
    promote_version(version=second, by=trainer, reason=" our scribbles are digits ")
    newest = Deployment.objects.first()
    assert (newest.kind, newest.reason) == ("override", "our scribbles are digits")
    assert newest.get_kind_display() == "promoted without passing the gates"


@pytest.mark.parametrize("verdict", [{}, VERDICT], ids=["never judged", "from scratch"])
def test_what_has_no_gates_needs_a_reason_too(version, trainer, verdict):
    second = register_version(bundle=bundles.shipped(), verdict=verdict)
    with pytest.raises(Refused, match="give a reason"):
        promote_version(version=second, by=trainer)
    assert promote_version(version=second, by=trainer, reason="better").kind == "promotion"


def test_gates_passed_against_another_version_than_the_serving_one_do_not_count(version, trainer):
    second, third = candidate(version, PASSED), candidate(version, PASSED)
    promote_version(version=second, by=trainer)
    with pytest.raises(
        Refused, match="passed the gates against version 1, but version 2 is serving"
    ):
        promote_version(version=third, by=trainer)
    assert promote_version(version=third, by=trainer, reason="compared by hand").kind == "override"


def test_what_came_with_the_program_is_let_through(version, trainer):
    promote_version(version=candidate(version, PASSED), by=trainer)
    assert promote_version(version=version, by=trainer).kind == "promotion"


def test_that_another_version_serves_is_said_before_a_reason_is_asked_for(version, trainer):
    second = candidate(version, failed_verdict())
    with pytest.raises(Conflict, match="is already serving"):
        promote_version(version=version, by=trainer)
    with pytest.raises(Conflict, match="Meanwhile version 1 serves"):
        promote_version(version=second, by=trainer, expected=2)


def test_of_two_at_the_same_moment_one_is_told(version, trainer, monkeypatch):
    """The other's deployment gets in between looking and writing."""
    second, third = candidate(version, PASSED), candidate(version, PASSED)
    seen = serving_deployment()
    deploy_version(version=second, kind="promotion")
    monkeypatch.setattr("recognizer.actions.versions.promotion.serving_deployment", lambda: seen)
    with pytest.raises(Conflict, match="Meanwhile version 2 serves"):
        promote_version(version=third, by=trainer)
    assert serving() == second


def test_the_first_version_of_all_meets_no_objection(version):
    assert objection(version, None) == ""
