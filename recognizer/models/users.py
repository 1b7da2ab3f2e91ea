"""People who sign in."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Django's own account as a model of this site, so that it can get columns of ours.

    To swap the model once tables exist is hard; to have one of our own from the first migration
    costs nothing.
    """
