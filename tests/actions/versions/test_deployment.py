import pytest
from django.db import IntegrityError

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions.deployment import (
    deploy_version,
    install_shipped_version,
    register_version,
    roll_back_version,
    serving_deployment,
)
from recognizer.errors import Conflict, Refused
from recognizer.models import Deployment, ModelVersion


@pytest.fixture
def second(version):
    return register_version(bundle=bundles.shipped(), parent=version)


def serving_number():
    return serving_deployment().version.number


def promote(version, by, **options):
    return deploy_version(version=version, kind=Deployment.Kind.PROMOTION, by=by, **options)


def test_the_shipped_model_is_installed_once(version):
    assert (version.number, serving_number()) == (1, 1)
    assert install_shipped_version() is None
    assert ModelVersion.objects.count() == 1


def test_a_registered_version_does_not_serve_by_itself(second):
    assert second.number == 2
    assert serving_number() == 1


def test_promotion_and_roll_back_are_rows_of_the_log(second, trainer):
    promote(second, trainer, reason="reads our sevens")
    assert serving_number() == 2
    roll_back_version(by=trainer, reason="did not")
    assert serving_number() == 1
    rows = Deployment.objects.order_by("sequence").values_list("version__number", "kind", "reason")
    assert list(rows)[1:] == [(2, "promotion", "reads our sevens"), (1, "rollback", "did not")]


def test_what_serves_already_is_not_promoted_again(version, trainer):
    with pytest.raises(Conflict, match="is already serving"):
        promote(version, trainer)


def test_who_saw_another_version_serving_is_told(second, trainer):
    promote(second, trainer)
    with pytest.raises(Conflict, match="version 2 serves"):
        promote(ModelVersion.objects.get(number=1), trainer, expected=1)


def test_of_two_at_the_same_moment_one_is_told(second, trainer, monkeypatch):
    """The other's row gets in between looking and writing."""
    seen = serving_deployment()
    monkeypatch.setattr("recognizer.actions.versions.deployment.serving_deployment", lambda: seen)
    promote(second, trainer)
    with pytest.raises(Conflict, match="Somebody else"):
        promote(second, trainer)
    assert Deployment.objects.count() == 2


def test_what_the_database_refuses_for_another_reason_is_no_conflict(second, trainer, monkeypatch):
    with pytest.raises(IntegrityError):
        deploy_version(version=second, kind=None, by=trainer)

    def refuse(version, *, by):
        Deployment.objects.create(sequence=9, version=None, kind="promotion")

    monkeypatch.setattr("recognizer.actions.versions.deployment.rescore_with_new", refuse)
    with pytest.raises(IntegrityError):
        promote(second, trainer)
    assert serving_number() == 1


def test_the_log_cannot_fork(version):
    with pytest.raises(IntegrityError):
        Deployment.objects.create(sequence=1, version=version, kind="promotion")


def test_a_roll_back_to_what_the_gates_stopped_needs_a_reason_as_its_promotion_did(
    version, second, trainer
):
    second.verdict = {
        "passed": False,
        "reason": {"code": "failed_gates", "gates": [{"code": "gold_set"}]},
    }
    second.save()
    promote(second, trainer, reason="to look at it")
    roll_back_version(by=trainer)  # to the one that comes with the program
    with pytest.raises(Refused, match="a reason is needed"):
        roll_back_version(by=trainer)
    assert serving_deployment().version == version
    roll_back_version(by=trainer, reason="looked at")
    assert serving_deployment().version == second


def test_there_is_nothing_to_roll_back_to_at_first(version, trainer):
    with pytest.raises(Conflict, match="nothing to roll back to"):
        roll_back_version(by=trainer)
