"""The embedded broker: kombu's queue of files, in which a message is seen only once it is whole.

Kombu writes a message where workers look for it, and one that is read before its end stops the
worker that reads it.
"""

from contextlib import suppress
from pathlib import Path
from time import monotonic_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        """Raises ChannelError where the folder is away or full, as kombu's own does."""
        name = f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        message = Path(self.data_folder_out, name)
        part = message.with_name(f"{name}.part")  # which is in nobody's queue
        try:
            part.write_text(dumps(payload))
            part.replace(message)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise ChannelError(f"Cannot add {name} to its folder") from error


class Transport(filesystem.Transport):
    Channel = Channel
