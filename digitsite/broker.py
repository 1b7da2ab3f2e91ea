"""The embedded broker: kombu's filesystem transport with atomic writes.

Kombu writes a message straight into the folder that workers read. A worker that reads a message
before it is complete stops.
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
    # Kombu's filesystem transport, too, says "payload" where its base class says "message".
    def _put(  # type: ignore[override]
        self, queue: str, payload: dict[str, Any], **kwargs: Any
    ) -> None:
        """Write the message under another name, then rename it: workers never read half a message.

        Raises ChannelError if the folder is missing or the disk is full, as kombu's method does.
        """
        name = f"{monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg"
        message = Path(self.data_folder_out, name)
        part = message.with_name(f"{name}.part")  # workers read only *.msg
        try:
            part.write_text(dumps(payload))
            part.replace(message)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise ChannelError(f"Cannot add {name} to its folder") from error


class Transport(filesystem.Transport):
    Channel = Channel
