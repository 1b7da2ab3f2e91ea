"""The Django site: settings, addresses, Celery."""
