"""Groups, the first administrator, and deletion of an account."""

import secrets

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext as _

from recognizer.errors import Conflict
from recognizer.models import User
from recognizer.permissions import ROLES, codename


def make_groups() -> None:
    """Create the groups for the roles. Existing groups are not changed."""
    for name, permissions in ROLES.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            names = [codename(each) for each in permissions]
            group.permissions.set(
                Permission.objects.filter(content_type__app_label="recognizer", codename__in=names)
            )


def make_first_administrator() -> tuple[str, str] | None:
    """Create an administrator with a random password, unless there is one.

    Returns (name, password), or None if there is one.
    """
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    name = "admin"
    while User.objects.filter(username=name).exists():
        name = f"admin-{secrets.token_hex(2)}"
    User.objects.create_superuser(name, password=password)
    return name, password


def change_email(*, person: User, email: str) -> None:
    person.email = User.objects.normalize_email(email)
    person.save(update_fields=["email"])


def is_last_administrator(person: User) -> bool:
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    return person.is_superuser and not others.exists()


def delete_account(*, person: User) -> None:
    """Delete an account with its drawings, their answers and labels, and its tokens.

    Versions remain. Labels of other people's drawings, jobs and deployments remain without an
    account. Raises Conflict for the last administrator.
    """
    with transaction.atomic():
        # The lock lets only one of two administrators delete their account at the same time.
        list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
        if is_last_administrator(person):
            raise Conflict(
                _("You are the last administrator. Make somebody else an administrator first.")
            )
        person.delete()
