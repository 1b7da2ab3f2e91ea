"""Groups, the first administrator, and e-mail addresses."""

import secrets

from django.contrib.auth.models import Group, Permission

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
