"""The Django site: settings, addresses, Celery."""

from digitsite.celery import app as celery_app

__all__ = ["celery_app"]
