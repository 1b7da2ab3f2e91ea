"""Events that are recorded wherever they come from: pages, API, admin, commands or a shell."""

from collections.abc import Iterable
from typing import Any

import axes.signals  # noqa: F401  # it connects its receivers, which count failures, first
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models import Model
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.http import HttpRequest

from mlcore.messages import Message
from recognizer import codes
from recognizer.actions.audit.events import Kind, record
from recognizer.models import User

COLUMNS = ("username", "is_active", "is_staff", "is_superuser", "password")
# By column, the codes for becoming false and true.
STATES = {
    "is_active": (codes.DEACTIVATED, codes.ACTIVATED),
    "is_staff": (codes.STAFF_TAKEN, codes.STAFF_GIVEN),
    "is_superuser": (codes.SUPERUSER_TAKEN, codes.SUPERUSER_GIVEN),
}
NEW_ACCOUNT = {"is_active": True, "is_staff": False, "is_superuser": False}
SIGNS = {
    "post_add": (codes.GROUP_GIVEN, codes.PERMISSION_GIVEN),
    "post_remove": (codes.GROUP_TAKEN, codes.PERMISSION_TAKEN),
    "pre_clear": (codes.GROUP_TAKEN, codes.PERMISSION_TAKEN),
}


def listen() -> None:
    """Connect the receivers."""
    user_logged_in.connect(signed_in, dispatch_uid="audit")
    user_login_failed.connect(sign_in_failed, dispatch_uid="audit")
    pre_save.connect(before_account_is_saved, sender=User, dispatch_uid="audit")
    post_save.connect(account_saved, sender=User, dispatch_uid="audit")
    post_delete.connect(account_deleted, sender=User, dispatch_uid="audit")
    pre_delete.connect(group_deleted, sender=Group, dispatch_uid="audit")
    for table in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(powers_changed, sender=table, dispatch_uid="audit")


def account_of(name: Any) -> User | None:
    try:
        return User.objects.get_by_natural_key(str(name or ""))
    except User.DoesNotExist:
        return None


def tried(name: Any) -> tuple[User | None, Message]:
    """Return the account of the name that was tried, and the subject.

    A name that no account has is not kept: it may be a password in the wrong field.
    """
    person = account_of(name)
    return person, codes.ON_UNKNOWN_NAME() if person is None else account(person)


def account(person: User) -> Message:
    return codes.ON_ACCOUNT(account=person.get_username())


def signed_in(user: User, **about: Any) -> None:
    record(Kind.SIGN_IN, by=user)


def sign_in_failed(
    credentials: dict[str, Any], request: HttpRequest | None = None, **about: Any
) -> None:
    """Record a wrong password, and the lockout that it begins.

    Attempts during a lockout, which axes does not count, are not recorded: nobody fills the table
    by guessing.
    """
    if getattr(request, "axes_failures_since_start", None) is None:
        return
    person, subject = tried(credentials.get("username"))
    record(Kind.SIGN_IN_FAILED, subject, by=person)
    if getattr(request, "axes_locked_out", False):
        record(Kind.LOCKED_OUT, subject, by=person)


def before_account_is_saved(
    instance: User, raw: bool, update_fields: Iterable[str] | None, **about: Any
) -> None:
    """Remember the columns that are about to change."""
    saved = COLUMNS if update_fields is None else set(COLUMNS) & set(update_fields)
    before: dict[str, Any] | None = {}
    if saved and not raw:
        rows = User.objects.filter(pk=instance.pk).values(*saved)
        before = NEW_ACCOUNT if instance._state.adding else rows.first()
    instance.audited_before = before or {}  # type: ignore[attr-defined]


def account_saved(instance: User, created: bool, **about: Any) -> None:
    before: dict[str, Any] = instance.audited_before  # type: ignore[attr-defined]
    changes = [
        became[bool(getattr(instance, column))]()
        for column, became in STATES.items()
        if column in before and before[column] != getattr(instance, column)
    ]
    if "username" in before and before["username"] != instance.username:
        changes.append(codes.RENAMED(name=before["username"]))
    if changes:
        subject = codes.ON_ACCOUNT_CHANGED(account=instance.username, changes=changes)
        record(Kind.ACCOUNT_CHANGED, subject)
    if "password" in before and before["password"] != instance.password and is_new(instance):
        record(Kind.PASSWORD_CHANGED, account(instance))


def is_new(person: User) -> bool:
    """Whether the password is another one, and not the same with a newer hash."""
    is_unusable = person.password.startswith(UNUSABLE_PASSWORD_PREFIX)
    return person._password is not None or is_unusable  # type: ignore[attr-defined]


def account_deleted(instance: User, **about: Any) -> None:
    if instance.closed_at is None:  # else it was recorded when it was closed
        record(Kind.ACCOUNT_DELETED, account(instance))


def group_deleted(instance: Group, **about: Any) -> None:
    subject = codes.ON_GROUP(group=instance.name, changes=[codes.GROUP_DELETED()])
    record(Kind.ACCOUNT_CHANGED, subject)


def powers_changed(
    sender: type[Model],
    instance: Model,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[int] | None,
    **about: Any,
) -> None:
    """Record groups and permissions that an account or a group gets or loses.

    reverse: `instance` is what is given, and `model` who gets it.
    """
    if action not in SIGNS:
        return
    others = (
        related(sender, instance)
        if pk_set is None
        else model._default_manager.filter(pk__in=pk_set)
    )
    pairs = [(each, [instance]) for each in others] if reverse else [(instance, list(others))]
    for holder, given in pairs:
        if given:
            record(Kind.ACCOUNT_CHANGED, subject_of(holder, [sign(action, it) for it in given]))


def related(table: type[Model], instance: Model) -> list[Model]:
    """Return what the rows of a many-to-many table connect with `instance`."""
    mine, other = (field for field in table._meta.fields if field.is_relation)
    if mine.related_model is not type(instance):
        mine, other = other, mine
    rows = table._default_manager.filter(**{mine.name: instance}).select_related(other.name)
    return [getattr(row, other.name) for row in rows]


def sign(action: str, given: Model) -> Message:
    of_group, of_permission = SIGNS[action]
    if isinstance(given, Permission):
        return of_permission(name=given.codename)
    return of_group(name=str(given))


def subject_of(holder: Model, changes: list[Message]) -> Message:
    if isinstance(holder, User):
        return codes.ON_ACCOUNT_CHANGED(account=holder.username, changes=changes)
    return codes.ON_GROUP(group=str(holder), changes=changes)
