"""The embedded broker, beside what kombu promises of it."""

from pathlib import Path
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection
from kombu.exceptions import ChannelError

from digitsite.broker import Channel
from digitsite.celery import app

MESSAGE = {"body": "é", "headers": {}, "properties": {}}


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    folders = ("data_folder_in", "data_folder_out", "control_folder")
    options = {name: str(tmp_path) for name in folders}
    transport = settings.CELERY_BROKER_TRANSPORT
    return Connection("filesystem://", transport=transport, transport_options=options).channel()


def test_a_message_is_taken_once_it_is_whole(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    replace = Path.replace

    def look_and_replace(part: Path, message: Path) -> Path:
        with pytest.raises(Empty):
            channel._get("celery")
        seen.append(part.read_text())
        return replace(part, message)

    monkeypatch.setattr(Path, "replace", look_and_replace)
    channel._put("celery", MESSAGE)

    assert len(seen) == 1
    assert channel._get("celery") == MESSAGE
    with pytest.raises(Empty):
        channel._get("celery")


def test_a_queue_gets_its_own_messages_each_once(channel: Channel) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
        channel._put("other", {})

    taken = {channel._get("celery")["number"] for _ in range(3)}

    assert taken == {0, 1, 2}


def test_a_folder_that_is_away_is_told_and_nothing_is_left(
    channel: Channel, tmp_path: Path
) -> None:
    tmp_path.rmdir()

    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("celery", MESSAGE)


def test_the_site_uses_it_where_it_has_no_redis() -> None:
    assert isinstance(app.connection_for_write().channel(), Channel)
