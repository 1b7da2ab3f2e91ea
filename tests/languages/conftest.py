"""A site with rows of every kind, and the pseudo language that marks every text."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.utils import translation
from django.utils.translation import trans_real

from recognizer.actions.accounts.accounts import make_groups
from recognizer.actions.accounts.tokens import create_token
from recognizer.models import ApiToken, Deployment, ModelVersion, User, Worker
from tests.languages.pseudo import Pseudo
from tests.pages.full_site import NOW, batches, card, jobs, labels, metrics, pages, retrained
from tests.pages.rows import make_version, serve


def versions() -> tuple[ModelVersion, ModelVersion]:
    """Make version 1, which served, and version 2, which failed its gates and serves."""
    first = make_version(1, metrics=metrics(), card=card())
    second = make_version(2, parent=first, card=card(), **retrained())
    serve(first, reason_code="installed")
    serve(second, Deployment.Kind.OVERRIDE, "7")
    return first, second


@pytest.fixture
def full_site(owner: User, reviewer: User, trainer: User) -> tuple[ModelVersion, ModelVersion]:
    first, second = versions()
    labels(owner, reviewer, first, second)
    jobs(trainer, first, second)
    batches(owner, first)
    pages(owner, first)
    make_groups()
    owner.groups.set(Group.objects.all())
    create_token(owner=owner, name="7")
    ApiToken.objects.update(prefix="12345678")
    Worker.objects.create(name="1", started_at=NOW, seen_at=NOW)
    return first, second


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """English with marks around every text from the catalog."""
    language = Pseudo()
    monkeypatch.setitem(trans_real._translations, "en-gb", language)
    monkeypatch.setattr(trans_real, "_default", language)
    with translation.override("en-gb"):
        yield
