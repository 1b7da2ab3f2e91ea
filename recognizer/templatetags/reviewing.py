"""The number of labels that wait for review."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions.labels import review_queue
from recognizer.models.counting import count_up_to

MOST = 99  # highest number that is shown; static/js/review-view.js has the same

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> str:
    """Return "0" to "99", or "99+". It is on every page, so it counts no further than 100."""
    waiting = count_up_to(review_queue.waiting_labels(user), MOST + 1)
    return f"{MOST}+" if waiting > MOST else str(waiting)
