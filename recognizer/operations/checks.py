"""Misconfiguration, found at the start instead of in a request."""

import resource
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def check_mnist_path(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.MNIST_PATH or Path(settings.MNIST_PATH).is_file():
        return []
    return [
        Error(
            f"MNIST_PATH names {settings.MNIST_PATH}, which is no file.",
            hint="Name an .npz with x_train, y_train, x_test and y_test, or leave it unset.",
            id="recognizer.E001",
        )
    ]


@register
def check_memory_limit(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.JOB_MEMORY_LIMIT_MB or hasattr(resource, "prlimit"):
        return []
    return [
        Error(
            "JOB_MEMORY_LIMIT_MB is set, and only Linux can limit another process.",
            hint="Leave it unset here.",
            id="recognizer.E002",
        )
    ]
