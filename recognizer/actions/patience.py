"""Ask a database that may hang, without waiting for it.

A server that is frozen or overloaded answers neither yes nor no, and its driver waits as long. What
asks for every request or probe would then hold up one thread of the web process after the other.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import OperationalError, close_old_connections, connection

Result = TypeVar("Result")


class Patience:
    """Runs actions one at a time in one thread of its own, with its own connection."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1)  # it starts no thread before the first action
        self.free = threading.Lock()

    def ask(self, action: Callable[[], Result], *, seconds: float) -> Result:
        """Return the action's result, or raise OperationalError if there is none in time.

        It then goes on in its thread; until it ends, every other call fails in the same way. SQLite
        does not hang, so its actions run at once.
        """
        if connection.vendor == "sqlite":
            return action()
        if not self.free.acquire(timeout=seconds):
            raise OperationalError("The database still does not answer.")
        asked = self.pool.submit(with_fresh_connection, action)
        asked.add_done_callback(lambda _: self.free.release())
        try:
            return asked.result(timeout=seconds)
        except TimeoutError as error:
            raise OperationalError(f"The database did not answer in {seconds:g} s.") from error


def with_fresh_connection(action: Callable[[], Result]) -> Result:
    close_old_connections()
    return action()
