import pytest
from django.db import IntegrityError

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions import deployment
from recognizer.actions.versions.deployment import (
    deploy_version,
    earlier_deployment,
    install_shipped_version,
    register_version,
    roll_back_version,
    serving_deployment,
)
from recognizer.actions.versions.promotion import promote_version
from recognizer.actions.versions.served import still_good
from recognizer.errors import Conflict, Refused
from recognizer.models import Deployment, ModelVersion
from tests.conftest import flip_a_bit


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


def test_a_registered_version_is_not_deployed(second):
    assert second.number == 2
    assert serving_number() == 1


def test_a_roll_back_does_not_hit_a_version_that_is_promoted_meanwhile(
    version, second, trainer, monkeypatch
):
    third = register_version(bundle=bundles.shipped(), parent=second)
    promote(second, trainer)
    monkeypatch.setattr(deployment, "refuse_if_damaged", lambda before: promote(third, trainer))
    with pytest.raises(Conflict, match="Version 3 is serving now"):
        roll_back_version(by=trainer)
    assert serving_number() == 3


def test_promotion_and_roll_back_are_logged(second, trainer):
    promote(second, trainer, reason="reads our sevens")
    assert serving_number() == 2
    roll_back_version(by=trainer, reason="did not")
    assert serving_number() == 1
    rows = Deployment.objects.order_by("sequence").values_list("version__number", "kind", "reason")
    assert list(rows)[1:] == [(2, "promotion", "reads our sevens"), (1, "rollback", "did not")]


def test_the_serving_version_is_not_promoted_again(version, trainer):
    with pytest.raises(Conflict, match="is already serving"):
        promote(version, trainer)


def test_another_serving_version_than_expected_is_a_conflict(second, trainer):
    promote(second, trainer)
    with pytest.raises(Conflict, match="Version 2 is serving now"):
        promote(ModelVersion.objects.get(number=1), trainer, expected=1)


def test_one_of_two_concurrent_promotions_gets_a_conflict(second, trainer, monkeypatch):
    """Another promotion adds its row between this one's check and its write."""
    seen = serving_deployment()
    monkeypatch.setattr("recognizer.actions.versions.deployment.serving_deployment", lambda: seen)
    promote(second, trainer)
    with pytest.raises(Conflict, match="Somebody else"):
        promote(second, trainer)
    assert Deployment.objects.count() == 2


def test_other_integrity_errors_are_not_conflicts(second, trainer, monkeypatch):
    with pytest.raises(IntegrityError):
        deploy_version(version=second, kind=None, by=trainer)

    def refuse(version, *, by):
        Deployment.objects.create(sequence=9, version=None, kind="promotion")

    monkeypatch.setattr("recognizer.actions.versions.deployment.rescore_with_new", refuse)
    with pytest.raises(IntegrityError):
        promote(second, trainer)
    assert serving_number() == 1


def test_sequence_numbers_are_unique(version):
    with pytest.raises(IntegrityError):
        Deployment.objects.create(sequence=1, version=version, kind="promotion")


def test_a_roll_back_to_a_version_that_failed_gates_needs_a_reason(version, second, trainer):
    second.verdict = {
        "passed": False,
        "reason": {"code": "failed_gates", "gates": [{"code": "gold_set"}]},
    }
    second.save()
    promote(second, trainer, reason="to look at it")
    roll_back_version(by=trainer)  # to the shipped version
    promote(second, trainer)
    promote(version, trainer)  # a promotion withdraws nothing
    with pytest.raises(Refused, match="a reason is needed"):
        roll_back_version(by=trainer)
    assert serving_deployment().version == version
    roll_back_version(by=trainer, reason="looked at")
    assert serving_deployment().version == second


def test_a_version_that_was_rolled_back_from_is_no_target(second, trainer):
    promote(second, trainer)
    roll_back_version(by=trainer)
    assert earlier_deployment() is None
    with pytest.raises(Conflict, match="no earlier version"):
        roll_back_version(by=trainer)
    assert serving_number() == 1


def test_rolling_back_goes_to_the_last_good_version(version, second, trainer):
    third = register_version(bundle=bundles.shipped(), parent=version)
    for each in (second, third):
        promote(each, trainer)
    roll_back_version(by=trainer, reason="misreads sevens")
    assert serving_number() == 2
    roll_back_version(by=trainer)
    assert serving_number() == 1


@pytest.mark.parametrize(
    ("log", "good"),
    [
        ([(1, "initial")], [1]),
        ([(1, "initial"), (2, "automatic"), (3, "override")], [3, 2, 1]),
        ([(1, "initial"), (2, "promotion"), (1, "rollback")], [1]),
        ([(1, "initial"), (2, "promotion"), (3, "promotion"), (1, "rollback")], [1]),
        ([(1, "initial"), (2, "promotion"), (1, "rollback"), (2, "promotion")], [2, 1]),
        ([(1, "initial"), (2, "promotion"), (3, "promotion"), (2, "promotion")], [2, 3, 1]),
        # The log of a site on which a roll-back could be rolled back.
        ([(1, "initial"), (2, "promotion"), (1, "rollback"), (2, "rollback")], [2]),
        ([], []),
    ],
)
def test_a_roll_back_withdraws_what_came_after_its_target(log, good):
    assert still_good(log) == good


@pytest.mark.parametrize("name", ["network.tflite", "line.tflite"])
def test_a_damaged_version_is_not_promoted(name, second, trainer):
    flip_a_bit(second, name)
    with pytest.raises(Conflict, match="Version 2 cannot serve: its files are missing or damaged"):
        promote_version(version=second, by=trainer, reason="a test")
    assert serving_number() == 1


def test_nothing_is_rolled_back_to_a_damaged_version(version, second, trainer):
    promote(second, trainer)
    flip_a_bit(version)
    with pytest.raises(Conflict, match="Version 1 cannot serve"):
        roll_back_version(by=trainer)
    assert serving_number() == 2


def test_the_first_version_cannot_be_rolled_back(version, trainer):
    with pytest.raises(Conflict, match="no earlier version to roll back to"):
        roll_back_version(by=trainer)
