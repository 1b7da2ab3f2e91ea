"""How well reviewers agree; asking for second labels."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from recognizer import permissions
from recognizer.actions.labels.second_labels import agreement, ask_second_labels
from recognizer.pages.requests import SignedInRequest, valid

MOST, USUAL = 200, 20
SHOWN = 60  # pairs with two labels


class AskForm(forms.Form):
    count = forms.IntegerField(
        label=_("Drawings"),
        min_value=1,
        max_value=MOST,
        initial=USUAL,
        widget=forms.NumberInput({"class": "input"}),
    )


@login_required
@permission_required(permissions.REVIEW, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def review_agreement(request: SignedInRequest) -> HttpResponse:
    if request.method == "POST":
        asked = ask_second_labels(by=request.user, count=valid(AskForm(request.POST))["count"])
        text = ngettext(
            "%(count)d second label is asked for. Another reviewer finds it in the review.",
            "%(count)d second labels are asked for. Other reviewers find them in the review.",
            asked,
        )
        messages.success(request, text % {"count": asked})
        return redirect("recognizer:review-agreement")
    found = agreement()
    context = {
        "section": "review",
        "form": AskForm(),
        "agreement": found,
        "different": found.different[:SHOWN],
    }
    return render(request, "recognizer/agreement.html", context)
