"""One site for all tests of survival: starting a site takes longer than most of the tests."""

from collections.abc import Iterator

import pytest

from tests.processes.receiver import Receiver
from tests.processes.survival import Survivor


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """The program that receives the site's webhook messages."""
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
    """The running site. Afterwards it must serve `expected`, by default the version from before."""
    survivor.expected = survivor.deployed()
    yield survivor
    assert survivor.deployed() == survivor.expected
    survivor.follows(survivor.expected)
