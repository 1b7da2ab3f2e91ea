"""How much waits for a reviewer."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions.labels import review_queue

MOST = 99  # is told as a number; static/js/review-view.js says the same

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> str:
    """From "0" to "99", or "99+". It is on every page, so no more than that many are looked at."""
    waiting = review_queue.waiting_labels(user).order_by()[: MOST + 1].count()
    return f"{MOST}+" if waiting > MOST else str(waiting)
