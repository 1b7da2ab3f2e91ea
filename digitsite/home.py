"""The site's folder on this machine (DIGITS_HOME): its path, and the function that makes it.

Importing the settings creates no files. Every program that runs the site calls `prepare_home`
first: manage.py, wsgi.py, asgi.py, and Celery's worker and clock.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from digitsite.environment import env

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(env.str("DIGITS_HOME", "") or BASE_DIR / "var").resolve()

EMBEDDED_BROKER = "filesystem://localhost"
BROKER = env.str("CELERY_BROKER_URL", "") or EMBEDDED_BROKER
QUEUE = HOME / "queue"  # of the embedded broker
SECRET = "secret-key"  # noqa: S105  # a file name


def prepare_home(home: Path = HOME) -> None:
    """Make the folder, the embedded broker's queue and the secret, where missing and needed."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if BROKER == EMBEDDED_BROKER:
        for folder in ("messages", "control", "tmp"):
            (home / QUEUE.name / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.environ.get("SECRET_KEY"):
        make_secret(home / SECRET)


def make_secret(path: Path) -> None:
    """Write a random secret that only the owner can read.

    If several processes do this at once, the first one wins: a hard link fails if the file exists.
    """
    if path.exists():
        return
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


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
