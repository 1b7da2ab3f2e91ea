"""User accounts."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Django's user as a custom model, so that columns can be added later.

    Swapping the user model after the first migration is hard; starting with a custom one is easy.
    """
