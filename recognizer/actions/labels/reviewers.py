"""Who may say what a drawing shows, and whose word counts without anybody else's."""

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
    """Reviewers, and staff who may change drawings: whose word about others' drawings counts.

    An active superuser has every permission.
    """
    return user.has_perm(permissions.REVIEW) or (
        user.is_staff and user.has_perm(permissions.CHANGE_DRAWING)
    )


def reviewers() -> QuerySet[User]:
    """Everybody for whom `may_review` holds."""
    staff = having(permissions.CHANGE_DRAWING).filter(is_staff=True)
    return having(permissions.REVIEW) | staff


def having(permission: str) -> QuerySet[User]:
    """Active accounts with the permission, of their own or by a group, and all superusers."""
    backend = "django.contrib.auth.backends.ModelBackend"
    return User.objects.with_perm(permission, backend=backend)


def is_sole_reviewer(user: AbstractUser) -> bool:
    """Whether this reviewer's own labels count, since nobody else could ever approve them."""
    return (
        settings.SOLE_REVIEWER_APPROVES
        and may_review(user)
        and not reviewers().exclude(pk=user.pk).exists()
    )


def may_label(user: AbstractUser, drawing: Drawing) -> bool:
    """Its owner and those who may review; not those who may only look."""
    return drawing.owner_id == user.pk or may_review(user)


def counts_at_once(drawing: Drawing, by: AbstractUser) -> bool:
    """Whether what `by` says of the drawing needs nobody's approval."""
    if not may_review(by) or not may_touch_gold(drawing, by):
        return False
    at_once = settings.STAFF_LABELS_COUNT_AT_ONCE and drawing.owner_id != by.pk
    return at_once or is_sole_reviewer(by)


def may_touch_gold(drawing: Drawing, by: AbstractUser) -> bool:
    """The labels of gold drawings are for those who may mark them so."""
    return drawing.gold_at is None or by.has_perm(permissions.MARK_GOLD)


def why_not_decide(correction: Correction, by: AbstractUser) -> str:
    """Why `by`, who may review, may not approve or reject this one; empty where they may."""
    if correction.by_id == by.pk and not is_sole_reviewer(by):
        return _("You cannot decide about your own label; another reviewer has to.")
    if not may_touch_gold(correction.drawing, by):
        return _(NOT_YOUR_GOLD)
    return ""
