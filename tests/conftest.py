"""The test users (owner, stranger, reviewer, trainer, administrator) and shared fixtures."""

import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, groupby, zip_longest
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from recognizer.accounts import request_counts
from recognizer.accounts.downloads import Running
from recognizer.actions.drawings.recognition import read_strokes
from recognizer.actions.drawings.store import save_drawing
from recognizer.actions.jobs import lifecycle
from recognizer.actions.training import retraining
from recognizer.actions.versions import deployment, evaluation_sets, promotion, serving
from recognizer.actions.versions.deployment import install_shipped_version
from recognizer.models import Drawing, Job, ModelVersion, User, VersionFile
from recognizer.pages.versions import substitution
from tests.processes.site import Site

# A seven in canvas pixels: the top line, then down to the left.
SEVEN = [
    [[80, 80], [140, 76], [200, 78], [240, 80]],
    [[240, 80], [220, 130], [190, 190], [165, 250], [150, 300]],
]
ONE = [[[160, 60], [158, 140], [155, 220], [152, 300]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort slow files first: otherwise one process would run a slow file alone at the end.

    Tests with a site's processes mostly wait, so they alternate with tests that compute.
    """
    slow = [item for item in items if "slow" in item.keywords]
    files = [list(group) for _, group in groupby(slow, lambda item: item.path)]
    waiting = [file for file in files if "processes" in file[0].path.parts]
    computing = [file for file in files if "processes" not in file[0].path.parts]
    turns = chain.from_iterable(zip_longest(waiting, computing, fillvalue=[]))
    fast = [item for item in items if "slow" not in item.keywords]
    items[:] = [*chain.from_iterable(turns), *fast]


def person(name: str, *permissions: str, **flags: bool) -> User:
    user = User.objects.create_user(name, password="correct horse", **flags)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words_of(user: User, address: str) -> str:
    """Return the page that this user gets, as `without_hints`."""
    return without_hints(signed_in(user).get(address).content.decode())


def without_hints(html: str) -> str:
    """Return HTML with white space collapsed and without the explanations of terms."""
    return " ".join(re.sub(r'\s*<details class="hint".*?</details>', "", html).split())


def flip_a_bit(version: ModelVersion, name: str = "network.tflite") -> None:
    """Damage one of a version's files."""
    file = VersionFile.objects.get(version=version, name=name)
    content = bytearray(file.content)
    content[len(content) // 2] ^= 1
    VersionFile.objects.filter(pk=file.pk).update(content=bytes(content))


@pytest.fixture
def owner(db: None) -> User:
    return person("owner")


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger")


@pytest.fixture
def reviewer(db: None) -> User:
    return person("reviewer", "review_correction")


@pytest.fixture
def trainer(db: None) -> User:
    return person("trainer", "start_training", "deploy_version")


@pytest.fixture
def administrator(db: None) -> User:
    return person("administrator", is_staff=True, is_superuser=True)


@pytest.fixture(autouse=True)
def fresh_process_state() -> Iterator[None]:
    """Clear the state that a process keeps outside the database between tests."""
    serving.cache.clear()
    cache.clear()
    evaluation_sets.cached_answers.cache_clear()
    if settings.LIMITS_FILE.exists():
        with closing(request_counts.opened(settings.LIMITS_FILE)) as counts:
            request_counts.forget(counts, math.inf)
    Running.open.clear()
    yield
    serving.cache.clear()
    translation.deactivate()  # a request's language stays active in the thread


@pytest.fixture
def version(db: None) -> ModelVersion:
    """The shipped model, serving as version 1."""
    installed = install_shipped_version()
    assert installed is not None
    return installed


@pytest.fixture
def trained_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retrainings run in this process instead of a child process, which imports TensorFlow anew."""
    from mlcore.cli import main

    def run_child(job: Job, arguments: list[str]) -> None:
        assert main(arguments) == 0

    monkeypatch.setattr(retraining, "run_child", run_child)


@pytest.fixture
def few_references(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trainings in this process measure on a tenth of the reference sets, which saves seconds."""
    from tests.mlcore.quick import few_references

    for module, name, value in few_references():
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def without_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let versions be rows without files: nothing looks whether they can be loaded."""
    for module in (deployment, promotion):
        monkeypatch.setattr(module, "refuse_if_damaged", lambda version: None)
    monkeypatch.setattr(substitution, "current_substitution", lambda: None)


@pytest.fixture
def draw(version: ModelVersion) -> Callable[..., Drawing]:
    """Saves a drawing: `draw(owner)`, `draw(owner, ONE)`."""

    def draw(by: User, strokes: list = SEVEN) -> Drawing:
        return save_drawing(owner=by, ink=read_strokes(strokes))

    return draw


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of jobs for which a worker would have been woken. No message is sent."""
    told: list[int] = []
    monkeypatch.setattr(lifecycle, "wake", told.append)
    return told


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Site]:
    """A site in separate processes, as `make run` starts it: set up, but not started."""
    site = Site(tmp_path)
    yield site.set_up()
    site.stop()
