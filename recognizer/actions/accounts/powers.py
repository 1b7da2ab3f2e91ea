"""Nobody gives, by the admin, what they do not have: neither to others nor to themselves."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, Permission
from django.db.models import Q, QuerySet

from recognizer.models import User


def grantable_permissions(by: AbstractBaseUser | AnonymousUser) -> QuerySet[Permission]:
    """Return the permissions that `by` has: all of them for a superuser."""
    if is_superuser(by):
        return Permission.objects.all()
    return Permission.objects.filter(Q(user=by.pk) | Q(group__user=by.pk)).distinct()


def grantable_groups(by: AbstractBaseUser | AnonymousUser) -> QuerySet[Group]:
    """Return the groups without a permission that `by` lacks."""
    if is_superuser(by):
        return Group.objects.all()
    lacking = Permission.objects.exclude(pk__in=grantable_permissions(by).values("pk"))
    return Group.objects.exclude(permissions__in=lacking)


def may_change_account(by: AbstractBaseUser | AnonymousUser, person: User) -> bool:
    """Whether the account has no more power than `by`: a new password would be that power."""
    if is_superuser(by):
        return True
    theirs = Permission.objects.filter(Q(user=person.pk) | Q(group__user=person.pk))
    mine = grantable_permissions(by)
    return not person.is_superuser and not theirs.exclude(pk__in=mine.values("pk")).exists()


def is_superuser(by: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(by.is_active and getattr(by, "is_superuser", False))
