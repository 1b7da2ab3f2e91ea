"""What is done with the selected drawings of a list: label, approve, reject, mark as gold."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recognizer import permissions
from recognizer.actions.drawings.store import chosen_drawings
from recognizer.actions.labels.gold import mark_gold, unmark_gold
from recognizer.actions.labels.label_history import label_drawings
from recognizer.actions.labels.reviewers import may_label
from recognizer.actions.labels.several import Outcome, review_drawings
from recognizer.errors import Forbidden, Refused
from recognizer.models import Correction, Drawing, Review
from recognizer.pages.drawings.forms import ChosenForm, ChosenLabelForm, ChosenVerdictForm
from recognizer.pages.drawings.history import history_page
from recognizer.pages.labels.label_actions import approval_note
from recognizer.pages.requests import SignedInRequest, query_of, valid
from recognizer.presentation.numbers import localized


def chosen(request: SignedInRequest, ids: list[int]) -> list[Drawing]:
    drawings = chosen_drawings(by=request.user, ids=ids, everybody=True)
    return list(drawings.only("owner", "label_state", "gold_at"))


def back_to_list(
    form_class: type[ChosenForm],
) -> Callable[[Callable[[SignedInRequest, Any], str]], Callable[..., HttpResponse]]:
    """Do it, say what the function returns, and show the list with its filters again.

    If it is refused, the list keeps what was selected and typed.
    """

    def decorated(act: Callable[[SignedInRequest, Any], str]) -> Callable[..., HttpResponse]:
        @login_required
        @require_POST
        def view(request: SignedInRequest) -> HttpResponse:
            form = form_class(request.POST)
            try:
                messages.success(request, act(request, form))
            except Forbidden:
                raise
            except Refused as refused:
                messages.error(request, refused.message)
                return history_page(request, status=refused.status, refused=form)
            return redirect(reverse("recognizer:history") + query_of(request))

        return view

    return decorated


@back_to_list(ChosenLabelForm)
def label(request: SignedInRequest, form: ChosenLabelForm) -> str:
    values = valid(form)
    drawings = chosen(request, values["drawings"])
    if not all(may_label(request.user, drawing) for drawing in drawings):
        raise PermissionDenied
    given = label_drawings(
        drawings=drawings, by=request.user, label=form.given, source=Correction.Source.HISTORY
    )
    words = ngettext(
        "%(count)s drawing is labeled “%(label)s”.",
        "%(count)s drawings are labeled “%(label)s”.",
        len(given),
    ) % {"count": localized(f"{len(given):,}"), "label": given[0].to_text}
    waiting = next((each for each in given if each.state == Correction.State.PENDING), given[0])
    return f"{words} {approval_note(waiting, request.user)}".strip()


@back_to_list(ChosenVerdictForm)
def approve(request: SignedInRequest, form: ChosenVerdictForm) -> str:
    return reviewed(request, form, Review.Verdict.APPROVED)


@back_to_list(ChosenVerdictForm)
def reject(request: SignedInRequest, form: ChosenVerdictForm) -> str:
    return reviewed(request, form, Review.Verdict.REJECTED)


def reviewed(request: SignedInRequest, form: ChosenVerdictForm, verdict: str) -> str:
    values = valid(form)
    done = review_drawings(
        drawings=chosen(request, values["drawings"]),
        by=request.user,
        verdict=verdict,
        reason=values["reason"],
    )
    words = (
        ngettext("%(count)s label is approved.", "%(count)s labels are approved.", done.changed)
        if verdict == Review.Verdict.APPROVED
        else ngettext(
            "%(count)s label is rejected.", "%(count)s labels are rejected.", done.changed
        )
    )
    return in_words(words, done)


def in_words(words: str, done: Outcome) -> str:
    """Return a sentence with the count, and why the others were skipped."""
    parts = [words % {"count": localized(f"{done.changed:,}")}]
    for why, count in done.skipped.items():
        skipped = _("Skipped: %(count)s.") % {"count": localized(f"{count:,}")}
        parts.append(f"{skipped} {why}")
    return " ".join(parts)


@back_to_list(ChosenForm)
def gold(request: SignedInRequest, form: ChosenForm) -> str:
    drawings = chosen_gold(request, form)
    count = mark_gold(drawings=drawings, by=request.user)
    words = ngettext(
        "%(count)s drawing is added to the gold set.",
        "%(count)s drawings are added to the gold set.",
        count,
    )
    left = len(drawings) - count
    why = {_("They are gold, have no approved label, or a version learned from them."): left}
    return in_words(words, Outcome(count, why if left else {}))


@back_to_list(ChosenForm)
def not_gold(request: SignedInRequest, form: ChosenForm) -> str:
    count = unmark_gold(drawings=chosen_gold(request, form))
    words: Any = ngettext(
        "%(count)s drawing is removed from the gold set.",
        "%(count)s drawings are removed from the gold set.",
        count,
    )
    return in_words(words, Outcome(count, {}))


def chosen_gold(request: SignedInRequest, form: ChosenForm) -> list[Drawing]:
    if not request.user.has_perm(permissions.MARK_GOLD):
        raise PermissionDenied
    return chosen(request, valid(form)["drawings"])
