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
    asked["after"]["non_digits"]["accuracy"] = 0.945
    return judge(asked)


def candidate(version, verdict):
    return register_version(bundle=bundles.shipped(), parent=version, verdict=verdict)


def serving():
    return serving_deployment().version


def test_a_version_that_passed_the_gates_needs_no_reason(version, trainer):
    second = candidate(version, PASSED)
    deployment = promote_version(version=second, by=trainer)
    assert (deployment.kind, deployment.reason, deployment.by) == ("promotion", "", trainer)
    assert serving() == second


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_a_version_that_failed_a_gate_needs_a_reason(version, trainer, reason):
    second = candidate(version, failed_verdict())
    with pytest.raises(Refused, match=r"Failed gates: Non-digits refused\. .*give a reason"):
        promote_version(version=second, by=trainer, reason=reason)
    assert serving() == version


def test_an_override_is_logged_with_its_reason(version, trainer):
    second = candidate(version, failed_verdict())
    promote_version(version=second, by=trainer, reason=" our scribbles are digits ")
    newest = Deployment.objects.first()
    assert (newest.kind, newest.reason) == ("override", "our scribbles are digits")
    assert newest.get_kind_display() == "promoted without passing the gates"


@pytest.mark.parametrize("verdict", [{}, VERDICT], ids=["never judged", "from scratch"])
def test_a_version_without_gates_needs_a_reason(version, trainer, verdict):
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


def test_the_shipped_version_needs_no_reason(version, trainer):
    promote_version(version=candidate(version, PASSED), by=trainer)
    assert promote_version(version=version, by=trainer).kind == "promotion"


def test_a_conflict_comes_before_the_request_for_a_reason(version, trainer):
    second = candidate(version, failed_verdict())
    with pytest.raises(Conflict, match="is already serving"):
        promote_version(version=version, by=trainer)
    with pytest.raises(Conflict, match="Version 1 is serving now"):
        promote_version(version=second, by=trainer, expected=2)


def test_one_of_two_concurrent_promotions_gets_a_conflict(version, trainer, monkeypatch):
    """Another deployment is added between this one's check and its write."""
    second, third = candidate(version, PASSED), candidate(version, PASSED)
    seen = serving_deployment()
    deploy_version(version=second, kind="promotion")
    monkeypatch.setattr("recognizer.actions.versions.promotion.serving_deployment", lambda: seen)
    with pytest.raises(Conflict, match="Version 2 is serving now"):
        promote_version(version=third, by=trainer)
    assert serving() == second


def test_there_is_no_objection_to_the_first_version(version):
    assert objection(version, None) == ""
