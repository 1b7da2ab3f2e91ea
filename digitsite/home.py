"""The site's folder on this machine (DIGITS_HOME): its path, and the function that makes it.

Importing the settings creates no files. Every program that runs the site calls `prepare_home`
first: manage.py, wsgi.py, asgi.py, and Celery's worker and clock.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from digitsite.environment import envbroker, envstr

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(envstr("DIGITS_HOME") or BASE_DIR / "var").resolve()

EMBEDDED_BROKER = "filesystem://localhost"
BROKER = envbroker("CELERY_BROKER_URL", EMBEDDED_BROKER)
QUEUE = HOME / "queue"  # of the embedded broker
SECRET = "secret-key"  # noqa: S105  # a file name


def prepare_home(home: Path = HOME) -> None:
    """Make the folder, the embedded broker's queue and the secret, where missing and needed."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if BROKER == EMBEDDED_BROKER:
        (home / QUEUE.name / "messages").mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.environ.get("SECRET_KEY"):
        make_secret(home / SECRET)


def make_secret(path: Path) -> None:
    """Write a random secret that only the owner can read.

    If several processes do this at once, the first one wins: a hard link fails if the file exists.
    """
    if path.exists() and path.stat().st_size:
        return
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        with draft.open("w") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            os.fsync(file.fileno())
        if path.exists() and not path.stat().st_size:  # cut by a full disk
            path.unlink()
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def secret_key(home: Path = HOME) -> str:
    """Return SECRET_KEY from the environment, or the secret that `prepare_home` made.

    Return "" before `prepare_home` has run. Django then raises an error when it needs the secret.
    """
    if given := os.environ.get("SECRET_KEY"):
        return given
    try:
        return (home / SECRET).read_text()
    except FileNotFoundError:
        return ""
