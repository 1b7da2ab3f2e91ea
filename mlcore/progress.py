"""Progress reports of a training: one JSON object per line, for the process that started it."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from mlcore.messages import Message

Report = Callable[..., None]


def silent(**facts: Any) -> None:
    """Report nothing."""


class JsonLines:
    """Write each report to stdout at once, with an estimate of the remaining seconds.

    A report has its `phase` and the completed `fraction` of the whole, in 0..1. It may have epoch,
    epochs, loss, accuracy, holdout_accuracy, and a message
    (`mlcore.messages`): one line for the job's log. If the command fails, the last line is its
    `error`, a message too.
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
