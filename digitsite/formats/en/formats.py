"""Formats of Django's own pages."""

from digitsite.formats import moment_in

DATETIME_FORMAT = SHORT_DATETIME_FORMAT = moment_in("en")
