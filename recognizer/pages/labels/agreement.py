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
from recognizer.errors import Refused
from recognizer.pages.requests import SignedInRequest, refuse, valid

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
        form = AskForm(request.POST)
        try:
            asked = ask_second_labels(by=request.user, count=valid(form)["count"])
        except Refused as refused:
            refuse(form, refused, "count")
            return agreement_page(request, form=form, status=refused.status)
        text = ngettext(
            "%(count)d second label is asked for. Another reviewer finds it in the review.",
            "%(count)d second labels are asked for. Other reviewers find them in the review.",
            asked,
        )
        messages.success(request, text % {"count": asked})
        return redirect("recognizer:review-agreement")
    return agreement_page(request, form=AskForm())


def agreement_page(request: SignedInRequest, *, form: AskForm, status: int = 200) -> HttpResponse:
    found = agreement()
    context = {
        "section": "review",
        "form": form,
        "agreement": found,
        "different": found.different[:SHOWN],
    }
    return render(request, "recognizer/agreement.html", context, status=status)
