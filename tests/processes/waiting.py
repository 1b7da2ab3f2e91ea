"""A free port, and waiting for what other programs do."""

import socket
import time
from collections.abc import Callable
from typing import Any

PATIENCE = 600  # seconds: far more than a slow, busy machine needs, so that it only ends what hangs


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what: Callable[[], Any], *, name: str) -> Any:
    """Return the first true value of `what()`. Fail with `name` if there is none in time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if value := what():
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE} s: {name}")
