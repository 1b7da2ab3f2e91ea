"""Requests and form errors, for all pages."""

from typing import Any

from django import forms
from django.http import HttpRequest

from recognizer.errors import Refused
from recognizer.models import User


class SignedInRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


def query_of(request: HttpRequest) -> str:
    """Return the request's query with its "?", to keep the filters of a list; "" if it has none."""
    return f"?{request.GET.urlencode()}" if request.GET else ""


def refuse(form: forms.Form, refused: Refused, field: str | None) -> None:
    """Add the refusal to a form that is shown again, unless the form has other errors."""
    if not form.errors:
        form.add_error(field, refused.message)


def valid(form: forms.Form) -> dict[str, Any]:
    """Return the form's values. Raises Refused with its first error."""
    if form.is_valid():
        return form.cleaned_data
    name, complaints = next(iter(form.errors.items()))
    about = f"{form[name].label}: " if name in form.fields else ""
    raise Refused(f"{about}{complaints[0]}")
