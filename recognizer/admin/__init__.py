"""The admin: labels, reviews, retraining and promotion; everything else is there to be read.

Whatever changes something goes through an action, as it does on the pages and in the API.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from recognizer.admin import (
    corrections,
    drawings,
    jobs,
    people,
    tokens,
    versions,
    webhooks,
    workers,
)

__all__ = [
    "corrections",
    "drawings",
    "jobs",
    "people",
    "tokens",
    "versions",
    "webhooks",
    "workers",
]

admin.site.site_header = admin.site.site_title = "Digit Studio"
admin.site.index_title = _("Administration")
admin.site.enable_nav_sidebar = False  # the lists are wide, and the index names all of them
