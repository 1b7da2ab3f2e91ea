"""Included by a worker: writes the secret that its settings hold into the home folder."""

from celery import signals


@signals.worker_ready.connect
def write_secret(**about: object) -> None:
    from django.conf import settings

    draft = settings.HOME / "draft"
    draft.write_text(settings.SECRET_KEY)
    draft.rename(settings.HOME / "secret-in-use")
