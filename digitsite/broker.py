"""The embedded broker: messages as files in one folder, on top of kombu's filesystem transport.

Kombu's own writes files in place, so that a full disk leaves half of one, and stops at every file
that it cannot read. Here a message appears whole or not at all, a file that cannot be read is set
aside, and which queue belongs to which exchange is kept in memory: every process declares the
queues that it uses, and messages go to queues by name.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem, virtual
from kombu.utils.json import dumps, loads

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    # Without it, and with the methods of kombu's base class, no file of an exchange is written:
    # the only kind that would be changed in place.
    supports_fanout = False
    get_table = virtual.Channel.get_table
    _delete = virtual.Channel._delete

    # Kombu's filesystem transport, too, says "payload" where its base class says "message".
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Write the message to the disk under another name, then rename it.

        Raises ChannelError if the folder is missing or the disk is full, as kombu's method does.
        """
        name = f"{time_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        message = Path(self.data_folder_out, name)
        part = message.with_name(f"{name}.part")  # workers read only *.msg
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(dumps(payload))
                file.flush()
                os.fsync(file.fileno())
            part.replace(message)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise ChannelError(f"Cannot add {name} to its folder") from error

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        """Take the oldest message: who renames its file first has it. Raises Empty."""
        for message in sorted(Path(self.data_folder_in).iterdir()):
            if message.name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = message.with_name(f"{message.name}.taken")
            try:
                message.replace(taken)
            except OSError:  # another worker has it
                continue
            if (payload := read_message(taken)) is not None:
                return payload
        raise Empty


def read_message(taken: Path) -> dict[str, Any] | None:
    """Read and remove the file. One that cannot be read stays under another name: None."""
    try:
        payload = loads(taken.read_bytes())
        if not isinstance(payload, dict):
            raise ValueError("not a message")
    except (OSError, ValueError) as error:
        aside = taken.with_suffix(".unreadable")
        logger.error("%s is set aside as %s: %s", taken.stem, aside.name, error)
        with suppress(OSError):
            taken.replace(aside)
        return None
    with suppress(OSError):
        taken.unlink()
    return payload


class Transport(filesystem.Transport):
    Channel = Channel
