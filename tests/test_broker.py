"""The embedded broker's additions to kombu's transport."""

import errno
import os
from pathlib import Path
from queue import Empty

import pytest
from django.conf import settings
from kombu import Connection, Exchange, Producer, Queue
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
        if part.suffix != ".part":
            return replace(part, message)
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


@pytest.mark.parametrize("content", [b"", b'{"body": "', b"\xff", b"[1]"])
def test_a_message_that_cannot_be_read_is_set_aside(
    content: bytes, channel: Channel, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "1_cut.celery.msg").write_bytes(content)
    channel._put("celery", MESSAGE)

    assert channel._get("celery") == MESSAGE
    with pytest.raises(Empty):
        channel._get("celery")
    assert (tmp_path / "1_cut.celery.msg.unreadable").read_bytes() == content
    assert "1_cut.celery.msg is set aside" in caplog.text


def test_a_cut_file_of_an_exchange_stops_nothing(channel: Channel, tmp_path: Path) -> None:
    """Earlier releases kept such files; a full disk left one with 0 bytes."""
    (tmp_path / "celery.exchange").touch()
    queue = Queue("celery", Exchange("celery"), routing_key="celery")
    with Producer(channel) as producer:
        producer.publish({"job": 1}, exchange=queue.exchange, routing_key="celery", declare=[queue])

    message = queue(channel).get(no_ack=True)

    assert message is not None
    assert message.payload == {"job": 1}


def test_a_message_is_on_the_disk_before_it_has_its_name(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[list[str]] = []
    monkeypatch.setattr(
        os, "fsync", lambda file: synced.append([path.suffix for path in tmp_path.iterdir()])
    )

    channel._put("celery", MESSAGE)

    assert synced == [[".part"]]


def test_a_full_disk_leaves_no_half_of_a_message(
    channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("celery", MESSAGE)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_an_error_and_leaves_no_file(channel: Channel, tmp_path: Path) -> None:
    tmp_path.rmdir()

    with pytest.raises(ChannelError, match="Cannot add"):
        channel._put("celery", MESSAGE)


def test_the_site_uses_it_without_redis() -> None:
    assert isinstance(app.connection_for_write().channel(), Channel)
