"""Reads the environment once, loudly: a wrong value stops the start and says what is allowed."""

import os
import re
import secrets
import shlex
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import ParseException, crontab
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def envbool(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in TRUE:
        return True
    if value.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; allowed: {sorted(TRUE)} or {sorted(FALSE)}.")


def envint(name: str, default: int, *, least: int = 0) -> int:
    value = os.environ.get(name, str(default))
    if not value.strip().isdecimal() or int(value) < least:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; a whole number of {least} or more is due."
        )
    return int(value)


def envfloat(name: str, default: float, *, least: float = 0.0, most: float = 1.0) -> float:
    value = os.environ.get(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {value!r}; a number from {least} to {most} is due.")
    return number


def envrate(name: str, default: str) -> str:
    """A number of requests in a period, as REST framework writes it."""
    value = os.environ.get(name, default)
    if not re.fullmatch(r"\d+/(s|sec|m|min|h|hour|d|day)", value):
        raise ImproperlyConfigured(f"{name} is {value!r}; something like 1200/min is due.")
    return value


def envcommand(name: str, default: list[str]) -> list[str]:
    """A command as a shell splits it, which never sees it."""
    value = os.environ.get(name, "")
    try:
        return shlex.split(value) or default
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}: {error}.") from error


def envcron(name: str) -> crontab | None:
    """When, as cron writes it: minute, hour, day of the month, month, day of the week (0 to 6)."""
    value = " ".join(os.environ.get(name, "").split())
    if not value:
        return None
    try:
        return crontab.from_string(value)
    except (ValueError, ParseException) as error:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; five fields are due, minute, hour, day of the month, month and "
            f"day of the week (0 to 6), such as “30 3 * * 1-5”: {error}"
        ) from error


def envurl(name: str) -> str:
    """An http or https address, or nothing."""
    value = os.environ.get(name, "").strip()
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ImproperlyConfigured(f"{name} is {value!r}; an http:// or https:// address is due.")
    return value


def envlist(name: str, default: list[str]) -> list[str]:
    value = os.environ.get(name)
    if value is None:
        return default
    return [item.strip() for item in value.split(",") if item.strip()]


def secret_key(home: Path) -> str:
    """SECRET_KEY from the environment, else one made at the first start and kept in `home`."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = home / "secret-key"
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # another process was first; its key holds
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
