"""Reads environment variables with environs. A wrong value stops the start.

environs says which variable is wrong; the message here adds its value and what is allowed.
"""

import base64
import os
import re
import shlex
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from celery.schedules import ParseException, crontab
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError, validate

env = Env()

RATE = re.compile(r"\d+/(s|sec|m|min|h|hour|d|day)\Z")


def read(parse: Callable[..., Any], name: str, default: Any, allowed: str, **rules: Any) -> Any:
    """What one of environs' parsers makes of the variable, or of the default without one."""
    try:
        return parse(name, default, **rules)
    except EnvValidationError as error:
        wrong = " ".join(error.error_messages)
        raise ImproperlyConfigured(
            f"{name} is {os.environ[name]!r}: {wrong} Allowed: {allowed}."
        ) from error


def envbool(name: str, default: bool) -> bool:
    allowed = "1, true, yes, on, or 0, false, no, off, or nothing, which is off"
    return os.environ.get(name) != "" and bool(read(env.bool, name, default, allowed))


def envint(name: str, default: int, *, least: int = 0) -> int:
    allowed = f"a whole number of {least} or more"
    return int(read(env.int, name, default, allowed, validate=validate.Range(min=least)))


def envfloat(name: str, default: float, *, least: float = 0.0, most: float = 1.0) -> float:
    allowed = f"a number from {least} to {most}"
    return float(read(env.float, name, default, allowed, validate=validate.Range(least, most)))


def envrate(name: str, default: str) -> str:
    """A number of requests in a period, as REST framework writes it."""
    allowed = "a number a second, minute, hour or day, such as 1200/min"
    return str(read(env.str, name, default, allowed, validate=validate.Regexp(RATE)))


def envlist(name: str, default: list[str]) -> list[str]:
    """What stands between commas, without empty entries."""
    return [item for item in env.list(name, default, subcast=str.strip) if item]


def envloglevel(name: str, default: int) -> int:
    allowed = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
    return int(read(env.log_level, name, default, allowed))


def envdatabase(name: str, **options: Any) -> dj_database_url.DBConfig:
    """Django's entry for a database address, which no message shows: it may hold a password."""
    try:
        return env.dj_db_url(name, **options)
    except EnvValidationError:
        raise ImproperlyConfigured(
            f"{name} cannot be read. Allowed: postgresql://user:password@host:5432/name, with "
            "special characters of the password as % and two hexadecimal digits."
        ) from None


@env.parser_for("command")
def read_command(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise ValidationError(f"{error}.") from error


def envcommand(name: str, default: list[str]) -> list[str]:
    """A command as a shell splits it, which never sees it."""
    return read(env.command, name, "", "a command as a shell takes it") or default


@env.parser_for("cron")
def read_cron(value: str) -> crontab | None:
    try:
        return crontab.from_string(" ".join(value.split())) if value.strip() else None
    except (ValueError, ParseException) as error:
        raise ValidationError(f"{error}.") from error


def envcron(name: str) -> crontab | None:
    """When, as cron writes it: minute, hour, day of the month, month, day of the week (0 to 6)."""
    allowed = (
        "five fields, minute, hour, day of the month, month and day of the week (0 to 6), such as "
        "“30 3 * * 1-5”"
    )
    return read(env.cron, name, "", allowed)


def envwebhooksecret(name: str) -> str:
    """A secret as Standard Webhooks writes it, or nothing. No message shows it."""
    value = env.str(name, "").strip()
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if value and not (value.startswith("whsec_") and 24 <= len(key) <= 64):
        raise ImproperlyConfigured(
            f"{name} cannot be read. Allowed: whsec_ and 24 to 64 random bytes in base64."
        )
    return value


@env.parser_for("http_address")
def read_http_address(value: str) -> str:
    """environs' own parser refuses hosts such as `chat` and `my_chat`, as containers have."""
    value = value.strip()
    try:
        parts = urlsplit(value)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if value and not valid:
        raise ValidationError("Not a valid address.")
    return value


def envurl(name: str) -> str:
    """An http or https address, or nothing."""
    return str(read(env.http_address, name, "", "an http:// or https:// address"))
