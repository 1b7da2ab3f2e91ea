import re
from datetime import timedelta

import pytest
from django.utils import timezone

from recognizer.models import User, Worker
from tests.conftest import signed_in

LIST = "/admin/recognizer/worker/"


@pytest.fixture
def worker(db: None) -> Worker:
    now = timezone.now()
    return Worker.objects.create(name="worker@here", started_at=now, seen_at=now)


def test_workers_without_recent_heartbeats_are_marked(worker: Worker, viewer: User) -> None:
    long_ago = timezone.now() - timedelta(minutes=10)
    Worker.objects.create(name="worker@gone", started_at=long_ago, seen_at=long_ago)

    rows = signed_in(viewer).get(LIST).context["cl"].result_list

    assert [(row.name, row.recently_seen) for row in rows] == [
        ("worker@here", True),
        ("worker@gone", False),
    ]


def test_the_list_shows_which_workers_have_mnist(worker: Worker, viewer: User) -> None:
    now = timezone.now()
    Worker.objects.create(name="other", started_at=now, seen_at=now, has_mnist=True)

    page = signed_in(viewer).get(LIST).content.decode()

    cells = re.findall('class="field-has_mnist"><img [^>]*alt="(True|False)"', page)
    assert sorted(cells) == ["False", "True"]


def test_workers_are_read_only(worker: Worker, administrator: User) -> None:
    client = signed_in(administrator)

    assert client.get(f"{LIST}{worker.pk}/change/").status_code == 200
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{worker.pk}/change/", {"name": "x"}).status_code == 403
    assert client.post(f"{LIST}{worker.pk}/delete/", {"post": "yes"}).status_code == 403
