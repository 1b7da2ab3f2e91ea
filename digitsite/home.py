"""The site's folder on this machine: where it is, and the step that makes it.

Settings only name what is in it. Every program that runs the site calls `prepare_home` first:
manage.py, wsgi.py, asgi.py, and Celery's worker and clock.
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
SECRET = "secret-key"  # noqa: S105  # the name of a file


def prepare_home(home: Path = HOME) -> None:
    """Makes the folder with the queue and the secret, unless they are there or not needed."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if BROKER == EMBEDDED_BROKER:
        for folder in ("messages", "control", "tmp"):
            (home / QUEUE.name / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    if not os.environ.get("SECRET_KEY"):
        make_secret(home / SECRET)


def make_secret(path: Path) -> None:
    """Writes one that only the owner reads. Of several processes the first one's holds."""
    if path.exists():
        return
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def secret_key(home: Path = HOME) -> str:
    """SECRET_KEY from the environment, else the one that `prepare_home` made.

    Empty before that: Django then refuses whatever needs it.
    """
    if given := os.environ.get("SECRET_KEY"):
        return given
    try:
        return (home / SECRET).read_text()
    except FileNotFoundError:
        return ""
