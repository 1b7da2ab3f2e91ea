"""Readers of environment variables, on top of environs. A wrong value stops the start.

The error message of environs names the variable. The functions here add its value and the values
that are allowed.
"""

import base64
import logging
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

from digitsite.variables import DEFAULTS

env = Env()

QUOTING = (
    "In a user name or password, special characters are percent-encoded: / as %2F, # as %23, ? as "
    "%3F, : as %3A, @ as %40, [ as %5B, % as %25. This prints any text so: python3 -c 'import "
    'urllib.parse as u; print(u.quote(input(), safe=""))\''
)
RATE = re.compile(r"\d+/(s|sec|m|min|h|hour|d|day)\Z")


def read(parse: Callable[..., Any], name: str, default: Any, allowed: str, **rules: Any) -> Any:
    """Parse the variable, or the default if it is not set, with one of environs' parsers.

    If the default is None, it is the one in the list of variables. Raises ImproperlyConfigured,
    which names the values that are allowed.
    """
    default = DEFAULTS[name] if default is None else default
    try:
        return parse(name, default, **rules)
    except EnvValidationError as error:
        wrong = " ".join(error.error_messages)
        raise ImproperlyConfigured(
            f"{name} is {os.environ[name]!r}: {wrong} Allowed: {allowed}."
        ) from error


def envbool(name: str, default: bool | None = None) -> bool:
    allowed = "1, true, yes or on; 0, false, no, off or an empty value"
    return os.environ.get(name) != "" and bool(read(env.bool, name, default, allowed))


def envint(name: str, default: int | None = None, *, least: int = 0) -> int:
    allowed = f"a whole number of {least} or more"
    return int(read(env.int, name, default, allowed, validate=validate.Range(min=least)))


def envfloat(
    name: str, default: float | None = None, *, least: float = 0.0, most: float = 1.0
) -> float:
    allowed = f"a number from {least} to {most}"
    return float(read(env.float, name, default, allowed, validate=validate.Range(least, most)))


def envrate(name: str, default: str | None = None) -> str:
    """A rate limit as REST framework writes it: requests per period, such as 1200/min."""
    allowed = "a number of requests per second, minute, hour or day, such as 1200/min"
    return str(read(env.str, name, default, allowed, validate=validate.Regexp(RATE)))


def envstr(name: str) -> str:
    """The text, or its default if the variable is not set or empty."""
    return env.str(name, "") or str(DEFAULTS[name])


def envlist(name: str, default: list[str] | None = None) -> list[str]:
    """The items of a comma-separated list, without empty ones."""
    default = DEFAULTS[name] if default is None else default
    return [item for item in env.list(name, default, subcast=str.strip) if item]


def envloglevel(name: str, default: int | None = None) -> int:
    default = logging.getLevelNamesMapping()[DEFAULTS[name]] if default is None else default
    allowed = "DEBUG, INFO, WARNING, ERROR or CRITICAL"
    return int(read(env.log_level, name, default, allowed))


def envchoice(name: str, choices: list[str]) -> str:
    """One of some words."""
    rule = validate.OneOf(choices)
    return str(read(env.str, name, None, " or ".join(choices), validate=rule))


def splits(url: str) -> bool:
    """Whether the URL can be split into its parts, so that no password is taken for one of them."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises
    except ValueError:
        return False
    rest = parts.path + parts.fragment + ("" if "@" in parts.netloc else parts.query)
    return "@" not in rest  # the end of a password with a / or # or ? in it


def envdatabase(name: str, **options: Any) -> dj_database_url.DBConfig:
    """Django's database settings for a URL.

    The error message does not show the URL, since it may contain a password.
    """
    try:
        if not splits(env.str(name)):
            raise EnvValidationError("", [])
        database: dj_database_url.DBConfig = env.dj_db_url(name, **options)
    except EnvValidationError:
        raise ImproperlyConfigured(
            f"{name} cannot be read. Allowed: postgresql://user:password@host:5432/name. {QUOTING}"
        ) from None
    return database


def envbroker(name: str, default: str) -> str:
    """The URL of a Redis server, or the default if the variable is not set.

    The error message does not show the URL, since it may contain a password.
    """
    url = env.str(name, "") or default
    if url != default and not (url.startswith(("redis://", "rediss://")) and splits(url)):
        raise ImproperlyConfigured(
            f"{name} cannot be read. Allowed: redis://:password@host:6379/0, the same with "
            f"rediss://, or unset. {QUOTING}"
        )
    return url


@env.parser_for("command")
def read_command(value: str) -> list[str]:
    try:
        return shlex.split(value)
    except ValueError as error:
        raise ValidationError(f"{error}.") from error


def envcommand(name: str, default: list[str]) -> list[str]:
    """A command, split into arguments as a shell would split it. No shell runs it."""
    return read(env.command, name, "", "a command in shell syntax") or default


@env.parser_for("cron")
def read_cron(value: str) -> crontab | None:
    try:
        return crontab.from_string(" ".join(value.split())) if value.strip() else None
    except (ValueError, ParseException) as error:
        raise ValidationError(f"{error}.") from error


def envcron(name: str) -> crontab | None:
    """A schedule in cron format: minute, hour, day of month, month, day of week (0 to 6)."""
    allowed = (
        "five fields, minute, hour, day of the month, month and day of the week (0 to 6), such as "
        "“30 3 * * 1-5”"
    )
    return read(env.cron, name, "", allowed)


def envwebhooksecret(name: str) -> str:
    """A secret in the format of Standard Webhooks, or "" if the variable is not set.

    The error message does not show the secret.
    """
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
    """Check the URL. environs' parser refuses container host names such as `chat` and `my_chat`."""
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
    """An http or https URL, or "" if the variable is not set."""
    return str(read(env.http_address, name, "", "an http:// or https:// address"))
