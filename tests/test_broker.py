"""The embedded broker's additions to kombu's transport."""

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


def test_a_message_is_read_only_when_complete(
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


def test_a_queue_gets_each_of_its_messages_once(channel: Channel) -> None:
    for number in range(3):
        channel._put("celery", {"number": number})
        channel._put("other", {})

    taken = {channel._get("celery")["number"] for _ in range(3)}

    assert taken == {0, 1, 2}


def test_a_missing_folder_is_an_error_and_leaves_no_file(channel: Channel, tmp_path: Path) -> None:
    tmp_path.rmdir()

    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("celery", MESSAGE)


def test_the_site_uses_it_without_redis() -> None:
    assert isinstance(app.connection_for_write().channel(), Channel)
