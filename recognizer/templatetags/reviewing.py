"""The number of labels that wait for review."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions.labels import review_queue
from recognizer.actions.labels.review_queue import COUNTED
from recognizer.models.counting import count_up_to

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> str:
    """Return "0" to "99", or "99+". It is on every page, so it counts no further than COUNTED."""
    waiting = count_up_to(review_queue.waiting_labels(user), COUNTED)
    return f"{COUNTED - 1}+" if waiting == COUNTED else str(waiting)
