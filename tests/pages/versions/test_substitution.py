"""Staff see on every page that another version answers than the deployed one."""

import pytest

from mlcore.recognition import bundle as bundles
from recognizer.actions.versions.deployment import deploy_version, register_version
from recognizer.actions.versions.serving import cache
from recognizer.models import ModelVersion, User
from tests.conftest import flip_a_bit, signed_in, words_of

SAYS = "Version 2 is deployed, but its files are damaged: version 1 answers instead."


@pytest.fixture
def damaged(version: ModelVersion) -> ModelVersion:
    second = register_version(bundle=bundles.shipped(), parent=version)
    flip_a_bit(second)
    deploy_version(version=second, kind="promotion")
    return second


@pytest.mark.parametrize("address", ["/", "/history/", "/versions/", "/admin/"])
def test_staff_see_it_on_every_page(
    damaged: ModelVersion, administrator: User, address: str
) -> None:
    assert SAYS in words_of(administrator, address)


def test_those_who_may_promote_see_it(damaged: ModelVersion, trainer: User) -> None:
    assert SAYS in words_of(trainer, "/")


def test_others_do_not(damaged: ModelVersion, owner: User) -> None:
    assert SAYS not in words_of(owner, "/")


def test_nothing_is_said_while_the_deployed_version_answers(
    version: ModelVersion, administrator: User
) -> None:
    assert "is deployed, but" not in words_of(administrator, "/")


def test_it_says_so_if_no_good_version_is_left(version: ModelVersion, administrator: User) -> None:
    flip_a_bit(version)
    cache.clear()
    words = words_of(administrator, "/versions/")
    assert "no good version before it can answer" in words


def test_a_damaged_version_is_not_promoted(version: ModelVersion, trainer: User) -> None:
    second = register_version(bundle=bundles.shipped(), parent=version)
    flip_a_bit(second)
    asked = {"expected_serving": "1", "reason": "a test"}
    response = signed_in(trainer).post("/versions/2/promote/", asked)
    assert response.status_code == 409
    assert "Version 2 cannot serve: its files are missing or damaged" in response.content.decode()
