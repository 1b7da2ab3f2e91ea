"""What people say of themselves and their account."""

from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm, UserCreationForm
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from recognizer.models import User

EMAIL_HELP = _("Only for a link that sets a new password. Without it nobody can send you one.")


class SignUpForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email")
        help_texts = {"email": EMAIL_HELP}
        widgets = {"email": forms.EmailInput({"autocomplete": "email"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address (optional)")
        self.fields["username"].help_text = _("Others see it beside your labels and jobs.")

    def saved(self) -> User | None:
        """The new account; None, with the reason on the form, where somebody else was faster."""
        try:
            with transaction.atomic():
                person: User = self.save()
        except IntegrityError:  # the name was free a moment ago
            self.add_error("username", self.instance.unique_error_message(User, ("username",)))
            return None
        return person


def in_language(language: str | None, do: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    """A thread begins in the site's own language, not in that of whoever started it."""
    with override(language):
        do(*args, **kwargs)


class ResetForm(PasswordResetForm):
    """Answers the same, and as fast, whether or not an account has the address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Beside the answer, not before it. A failure is logged with the account's number."""
        send = partial(in_language, get_language(), super().send_mail)
        Thread(target=send, args=args, kwargs=kwargs, name="password-reset-mail").start()


class PasswordField(forms.CharField):
    """The present password, asked for again before something that a thief would do."""

    def __init__(self) -> None:
        widget = forms.PasswordInput({"autocomplete": "current-password"})
        super().__init__(label=_("Your password"), strip=False, widget=widget)


class Confirmed(forms.Form):
    """Valid with the person's password. Wrong ones count as they do when signing in."""

    password = PasswordField()

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        username = self.request.user.get_username()
        if authenticate(self.request, username=username, password=password) is None:
            raise forms.ValidationError(_("This is not your password."), code="password_incorrect")
        return password


class EmailForm(Confirmed):
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        help_text=EMAIL_HELP,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    field_order = ("email", "password")


class DeletionForm(Confirmed):
    pass


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What will use it"), max_length=80, widget=forms.TextInput({"autocomplete": "off"})
    )
