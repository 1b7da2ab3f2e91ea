"""Misconfiguration, found at the start instead of in a request."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security)
def check_shared_secret(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Machines that share a database must share the secret as well."""
    engine = settings.DATABASES["default"]["ENGINE"]
    if not settings.SECRET_KEY_GENERATED or engine == "django.db.backends.sqlite3":
        return []
    return [
        Error(
            "SECRET_KEY is not set, though DATABASE_URL names a server.",
            hint="Set SECRET_KEY to the same long random value for every web and worker process.",
            id="recognizer.E001",
        )
    ]


@register
def check_mnist_path(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.MNIST_PATH or Path(settings.MNIST_PATH).is_file():
        return []
    return [
        Error(
            f"MNIST_PATH names {settings.MNIST_PATH}, which is no file.",
            hint="Name an .npz with x_train, y_train, x_test and y_test, or leave it unset.",
            id="recognizer.E002",
        )
    ]
