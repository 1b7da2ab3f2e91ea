"""Groups and the first administrator."""

import secrets

from django.contrib.auth.models import Group, Permission, User

GROUPS = {
    "Reviewers": ["review_correction", "view_correction", "view_drawing", "view_prediction"],
    "Trainers": ["start_training", "deploy_version", "view_trainingjob", "view_modelversion"],
}


def make_groups() -> None:
    """The two roles beside the administrator's. Groups that exist are left as they are."""
    for name, permissions in GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(Permission.objects.filter(codename__in=permissions))


def make_first_administrator() -> tuple[str, str] | None:
    """An administrator with a random password, unless there is one: (name, password) or None."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = secrets.token_urlsafe(12)
    name = "admin"
    while User.objects.filter(username=name).exists():
        name = f"admin-{secrets.token_hex(2)}"
    User.objects.create_superuser(name, password=password)
    return name, password
