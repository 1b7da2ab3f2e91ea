"""Withdrawing an approval on the drawing's page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from recognizer import permissions
from recognizer.actions.labels.label_history import withdraw_approval
from recognizer.errors import Forbidden, Refused
from recognizer.models import Correction, Drawing
from recognizer.pages.drawings.drawing import drawing_page
from recognizer.pages.labels.forms import WithdrawalForm
from recognizer.pages.requests import SignedInRequest, refuse, valid


@login_required
@permission_required(permissions.REVIEW, raise_exception=True)
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    seen = Correction.objects.filter(drawing__in=Drawing.objects.visible_to(request.user))
    correction = get_object_or_404(seen.select_related("drawing"), pk=pk)
    form = WithdrawalForm(request.POST)
    try:
        reason = valid(form)["reason"]
        withdraw_approval(correction=correction, by=request.user, reason=reason)
    except Forbidden:
        raise
    except Refused as refused:
        correction.refresh_from_db(fields=["state"])
        if correction.state != Correction.State.APPROVED:  # the page has no form for the error
            raise
        refuse(form, refused, "reason")
        return drawing_page(
            request, correction.drawing_id, status=refused.status, withdrawing=pk, form=form
        )
    text = _("The approval of “%(label)s” is withdrawn.")
    messages.success(request, text % {"label": correction.to_text})
    return redirect(correction.drawing)
