"""The number of labels that wait for review."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions.labels import review_queue

MOST = 99  # highest number that is shown; static/js/review-view.js has the same

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> str:
    """Return "0" to "99", or "99+". It is on every page, so it counts no further than 100."""
    waiting = review_queue.waiting_labels(user).order_by()[: MOST + 1].count()
    return f"{MOST}+" if waiting > MOST else str(waiting)
