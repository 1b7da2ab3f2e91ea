"""Who may label and review drawings, and whose labels are approved at once."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from recognizer import permissions
from recognizer.models import Correction, Drawing, User

NOT_YOUR_GOLD = gettext_noop(
    "The drawing is gold. Only people who may mark drawings as gold can decide about it."
)


def may_review(user: AbstractUser) -> bool:
    """Whether the user is a reviewer: has the review permission, or is staff with change rights.

    An active superuser has every permission.
    """
    return user.has_perm(permissions.REVIEW) or (
        user.is_staff and user.has_perm(permissions.CHANGE_DRAWING)
    )


def reviewers() -> QuerySet[User]:
    """Return all users for whom `may_review` is true."""
    staff = users_with(permissions.CHANGE_DRAWING).filter(is_staff=True)
    return users_with(permissions.REVIEW) | staff


def users_with(permission: str) -> QuerySet[User]:
    """Return active users with the permission (directly or by a group), and all superusers."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return User.objects.with_perm(permission, backend=backend)


def is_sole_reviewer(user: AbstractUser) -> bool:
    """Whether this is the only reviewer, whose own labels are approved if the setting allows it."""
    return (
        settings.SOLE_REVIEWER_APPROVES
        and may_review(user)
        and not reviewers().exclude(pk=user.pk).exists()
    )


def may_label(user: AbstractUser, drawing: Drawing) -> bool:
    """Whether the user is the drawing's owner or a reviewer. Permission to view is not enough."""
    return drawing.owner_id == user.pk or may_review(user)


def counts_at_once(drawing: Drawing, by: AbstractUser) -> bool:
    """Whether a label that `by` gives the drawing is approved without a review."""
    if not may_review(by) or not may_touch_gold(drawing, by):
        return False
    at_once = settings.STAFF_LABELS_COUNT_AT_ONCE and drawing.owner_id != by.pk
    return at_once or is_sole_reviewer(by)


def may_touch_gold(drawing: Drawing, by: AbstractUser) -> bool:
    """Whether `by` may change the labels; of gold drawings only with permission to mark gold."""
    return drawing.gold_at is None or by.has_perm(permissions.MARK_GOLD)


def why_not_decide(correction: Correction, by: AbstractUser) -> str:
    """Return why the reviewer `by` may not decide about this correction; empty if they may."""
    return why_not_decide_all([correction], by)[correction.pk]


def why_not_decide_all(corrections: Sequence[Correction], by: AbstractUser) -> dict[int, str]:
    """Return `why_not_decide` of each correction by its id."""
    owns = any(each.by_id == by.pk for each in corrections)
    decides_own = owns and is_sole_reviewer(by)

    def why_not(correction: Correction) -> str:
        if correction.by_id == by.pk and not decides_own:
            return _("You cannot review your own label; another reviewer must.")
        if not may_touch_gold(correction.drawing, by):
            return _(NOT_YOUR_GOLD)
        return ""

    return {each.pk: why_not(each) for each in corrections}
