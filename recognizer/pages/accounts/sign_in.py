"""Signing up, signing in, and password changes and resets."""

from typing import Any

from axes.utils import reset as reset_attempts
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, views
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recognizer.accounts.throttles import limit
from recognizer.errors import TooMany
from recognizer.models.users import key_of
from recognizer.pages.accounts.forms import ResetForm, SignUpForm

PASSWORDS = "django.contrib.auth.backends.ModelBackend"


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("recognizer:studio")
    if not settings.SIGN_UP:
        raise Http404
    if request.method == "POST":
        try:
            limit(request, "sign-up")
        except TooMany as refused:
            form = SignUpForm(initial=request.POST.dict())
            return shown_again(request, "registration/sign_up.html", form, refused)
    form = SignUpForm(request.POST or None)
    if form.is_valid() and (person := form.saved()):
        login(request, person, backend=PASSWORDS)
        messages.success(
            request, _("Welcome. Drawings that you save are now kept in your account.")
        )
        return redirect("recognizer:studio")
    status = 400 if form.errors else 200
    return render(request, "registration/sign_up.html", {"form": form}, status=status)


def shown_again(
    request: HttpRequest, template: str, form: BaseForm, refused: TooMany
) -> HttpResponse:
    """Show what was typed, but passwords. It is not checked, as that could tell who exists."""
    context = {"form": form, "refused": refused.message}
    page = render(request, template, context, status=refused.status)
    page["Retry-After"] = str(refused.wait)
    return page


class SignIn(views.LoginView):
    redirect_authenticated_user = True


class PasswordChange(views.PasswordChangeView):
    success_url = reverse_lazy("recognizer:account")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed. Other browsers are signed out."))
        return super().form_valid(form)


class PasswordReset(views.PasswordResetView):
    form_class = ResetForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.SENDS_MAIL:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            limit(request, "reset")
        except TooMany as refused:
            form = ResetForm(initial=request.POST.dict())
            return shown_again(request, "registration/password_reset_form.html", form, refused)
        return super().post(request, *args, **kwargs)


class PasswordResetConfirm(views.PasswordResetConfirmView):
    def form_valid(self, form: Any) -> HttpResponse:
        """End the person's login lockout."""
        reset_attempts(username=key_of(form.user.get_username()))
        return super().form_valid(form)
