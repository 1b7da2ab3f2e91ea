"""The admin site: labels, reviews, retraining and promotion; all other data is read-only.

Every change calls an action, as on the pages and in the API.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from recognizer.admin import (
    audit,
    corrections,
    drawings,
    jobs,
    people,
    reading,
    tokens,
    versions,
    webhooks,
    workers,
)

__all__ = [
    "audit",
    "corrections",
    "drawings",
    "jobs",
    "people",
    "reading",
    "tokens",
    "versions",
    "webhooks",
    "workers",
]

admin.site.site_header = admin.site.site_title = "Digit Studio"
admin.site.index_title = _("Administration")
admin.site.enable_nav_sidebar = False  # the lists are wide, and the index names all of them
