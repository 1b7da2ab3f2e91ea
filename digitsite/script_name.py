"""The path below which the site is, if it has no host of its own."""

import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ImproperlyConfigured

PATH = re.compile(r"(/[\w.~-]+)*")
Application = Callable[[dict[str, Any], Any], Any]


def script_name(text: str) -> str:
    """Return "/digits" for "/digits" or "/digits/", and "" for "". Raises ImproperlyConfigured."""
    path = text.rstrip("/")
    if not PATH.fullmatch(path):
        raise ImproperlyConfigured(
            f"SCRIPT_NAME is {text!r}. Allowed: a path as /digits, or an empty value."
        )
    return path


def below(path: str, application: Application) -> Application:
    """Return the application below a path. Proxies may pass the path on or take it away."""

    def wrapped(request: dict[str, Any], start_response: Any) -> Any:
        asked = request.get("PATH_INFO", "")
        if path and (asked == path or asked.startswith(f"{path}/")):
            request["PATH_INFO"] = asked.removeprefix(path) or "/"
        request["SCRIPT_NAME"] = path
        return application(request, start_response)

    return wrapped
