"""How much waits for a reviewer."""

from django import template
from django.contrib.auth.models import AbstractUser

from recognizer.actions import lanes

register = template.Library()


@register.simple_tag
def labels_waiting_for(user: AbstractUser) -> int:
    return lanes.waiting_labels(user).count()
