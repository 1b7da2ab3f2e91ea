"""One site for all tests of survival: starting one takes longer than most of them."""

from collections.abc import Iterator

import pytest

from tests.processes.receiver import Receiver
from tests.processes.survival import Survivor


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """The program that the site's webhook speaks to."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def survivor(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Survivor]:
    webhook = {"WEBHOOK_URL": receiver.url, "WEBHOOK_SECRET": receiver.secret}
    site = Survivor(tmp_path_factory.mktemp("survivor"), webhook)
    try:
        yield site.set_up()
    finally:
        site.stop()


@pytest.fixture
def site(survivor: Survivor) -> Iterator[Survivor]:
    """Running, and serving in the end what it served before, unless a test promotes."""
    survivor.expected = survivor.deployed()
    yield survivor
    assert survivor.deployed() == survivor.expected
    survivor.follows(survivor.expected)
