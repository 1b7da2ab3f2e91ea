"""How a training tells how far it is: one JSON object a line, for whoever started it."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from mlcore.messages import Message

Report = Callable[..., None]


def silent(**facts: Any) -> None:
    """For callers that do not watch."""


class JsonLines:
    """Writes each report to stdout at once, with an estimate of the seconds that are left.

    A report names its `phase` and the `fraction` of the whole that is done, in 0..1, and may add
    epoch, epochs, loss, accuracy, holdout_accuracy, and a message (`mlcore.messages`): one line for
    the job's log. Where nothing comes of it, the last line is the `error`, a message as well.
    """

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, *, fraction: float, **facts: Any) -> None:
        spent = time.monotonic() - self._started
        line: dict[str, Any] = {"fraction": round(fraction, 4)} | facts
        if fraction > 0.02:
            line["seconds_left"] = round(spent * (1 - fraction) / fraction, 1)
        self._write(line)

    def failed(self, error: Message) -> None:
        self._write({"error": error})

    def _write(self, line: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
