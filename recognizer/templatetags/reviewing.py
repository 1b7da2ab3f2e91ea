"""How much waits for a reviewer."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions.labels import review_queue

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> int:
    return review_queue.waiting_labels(user).count()
