"""What a person may do with a drawing's label, and marking a drawing as gold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recognizer import permissions
from recognizer.actions.labels.gold import (
    learned_by,
    mark_gold,
    unmark_gold,
    why_not_gold,
)
from recognizer.actions.labels.reviewers import (
    is_sole_reviewer,
    may_label,
    may_review,
    may_touch_gold,
)
from recognizer.models import Correction, Drawing, User
from recognizer.pages.labels.forms import GoldForm
from recognizer.pages.requests import SignedInRequest, valid


@login_required
@permission_required(permissions.MARK_GOLD, raise_exception=True)
@require_POST
def gold(request: SignedInRequest, pk: int) -> HttpResponse:
    drawing = get_object_or_404(Drawing.objects.visible_to(request.user), pk=pk)
    if valid(GoldForm(request.POST))["gold"]:
        mark_gold(drawings=[drawing], by=request.user)
        messages.success(
            request,
            _("Drawing %(number)s is in the gold set: versions are measured on it.")
            % {"number": pk},
        )
    else:
        unmark_gold(drawings=[drawing])
        messages.success(
            request, _("Drawing %(number)s is no longer in the gold set.") % {"number": pk}
        )
    return redirect(drawing)


def labels_context(user: User, drawing: Drawing) -> dict[str, Any]:
    """Return the label's history and what the user may do, for the drawing's page."""
    may_mark = user.has_perm(permissions.MARK_GOLD)
    asks = may_mark and drawing.label is not None and not drawing.is_gold
    return {
        "corrections": label_history(drawing),
        "learned_by": learned_by([drawing]).values_list("number", flat=True),
        "may_label": may_label(user, drawing),
        "may_review": may_review(user),
        "may_withdraw": user.has_perm(permissions.REVIEW) and may_touch_gold(drawing, user),
        "may_mark_gold": may_mark and (drawing.label is not None or drawing.is_gold),
        "why_not_gold": why_not_gold(drawing) if asks else "",
    }


@dataclass(frozen=True)
class Change:
    """A correction with the label that it replaced, as it was written; empty if there was none."""

    correction: Correction
    before: str


def label_history(drawing: Drawing) -> list[Change]:
    """Return the drawing's corrections, newest first, with people and reviews."""
    rows = list(drawing.corrections.select_related("by").prefetch_related("reviews__by"))
    return [Change(each, before(each, rows[i:])) for i, each in enumerate(rows, start=1)]


def before(correction: Correction, older: Sequence[Correction]) -> str:
    """Return the label before; a correction itself knows only its digits, not the signs."""
    same = (each for each in older if each.to_label == correction.from_label)
    found = next(same, None)
    return found.to_text if found else correction.from_text


def approval_note(correction: Correction, by: User) -> str:
    """Say whether the label that `by` has just given counts, or waits for whom."""
    if correction.state == Correction.State.APPROVED:
        own = correction.by_id == by.pk == correction.drawing.owner_id
        alone = own and is_sole_reviewer(by)
        return _("It counts immediately, since there is no other reviewer.") if alone else ""
    if not may_touch_gold(correction.drawing, by):
        return _("The drawing is in the gold set: it counts once an administrator has approved it.")
    if may_review(by):
        return _("It counts once another reviewer has approved it.")
    return _("It counts once a reviewer has approved it.")
