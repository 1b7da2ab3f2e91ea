"""What became of one's own labels: waiting, approved, rejected, learned from."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recognizer.actions.labels.outcomes import REPLACED, labels_by, outcomes_for, with_outcomes
from recognizer.models import Correction
from recognizer.pages.forms import NO_CHOICE, BeforeForm
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid

PAGE_SIZE = 30
TITLES: dict[str, Any] = {
    Correction.State.PENDING: _("pending"),
    Correction.State.APPROVED: _("approved"),
    Correction.State.REJECTED: _("rejected"),
    Correction.State.WITHDRAWN: _("approval withdrawn"),
    REPLACED: _("replaced"),
}


class StateForm(BeforeForm):
    state = forms.ChoiceField(
        label=_("State"),
        choices=list(TITLES.items()),
        required=False,
        error_messages=NO_CHOICE,
    )


@login_required
@require_safe
def my_labels(request: SignedInRequest) -> HttpResponse:
    wanted = valid(StateForm(request.GET))
    rows = labels_by(request.user)
    if wanted["state"]:
        rows = rows.filter(outcome=wanted["state"])
    if wanted["before"]:
        rows = rows.filter(pk__lt=wanted["before"])
    outcomes = outcomes_for(request.user)
    states = [(state, title, outcomes.counts[state]) for state, title in TITLES.items()]
    context = {
        "page": page_of(with_outcomes(rows), PAGE_SIZE),
        "outcomes": outcomes,
        "states": [each for each in states if each[2] or each[0] == wanted["state"]],
        "state": wanted["state"],
    }
    return render(request, "recognizer/my_labels.html", context)
