"""Forms for accounts and tokens."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import PasswordResetForm, UserCreationForm
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from recognizer.actions.accounts.names import require_clear_name
from recognizer.actions.accounts.password_mails import ask_for_password_mails
from recognizer.actions.accounts.tokens import A_YEAR, default_days, longest_days
from recognizer.errors import Refused
from recognizer.models import Scope, User
from recognizer.models.tokens import MAX_NAME

EMAIL_HELP = _("Only used to reset your password. Without an address, no reset link can be sent.")


class SignUpForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username", "email")
        help_texts = {"email": EMAIL_HELP}
        widgets = {"email": forms.EmailInput({"autocomplete": "email"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address (optional)")
        self.fields["username"].help_text = _("Others see it next to your labels and jobs.")

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        try:
            require_clear_name(name)
        except Refused as refused:
            raise forms.ValidationError(refused.message) from refused
        return name

    def validate_password_for_user(self, user: User, **_kwargs: Any) -> None:
        """Show what is wrong with the password where it is typed first."""
        where = {"password_field_name": "password1"}
        super().validate_password_for_user(user, **where)  # type: ignore[misc]  # not in the stubs

    def saved(self) -> User | None:
        """Return the new account; None, with an error added, if the name was taken meanwhile."""
        try:
            with transaction.atomic():
                person: User = self.save()
        except IntegrityError:  # the name was free when the form was validated
            self.add_error("username", self.instance.unique_error_message(User, ("username",)))
            return None
        return person


class ResetForm(PasswordResetForm):
    """Gives the same response, equally fast, whether or not an account has the address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "autofocus": True}),
    )

    def save(self, *, request: HttpRequest, **options: Any) -> None:  # type: ignore[override]
        """Queue the mails; a worker makes the links and sends them."""
        site = f"{request.scheme}://{request.get_host()}"
        people = self.get_users(self.cleaned_data["email"])
        ask_for_password_mails(people=people, site=site)


class PasswordField(forms.CharField):
    """The current password, required again before sensitive changes."""

    def __init__(self) -> None:
        widget = forms.PasswordInput({"autocomplete": "current-password"})
        super().__init__(label=_("Your password"), strip=False, widget=widget)


class Confirmed(forms.Form):
    """Valid with the person's password. Wrong passwords count for the login lockout."""

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


NEVER = 0


def lifetimes() -> list[tuple[int, str]]:
    """Return the lifetimes of a token that the site allows, in days, with their texts."""
    offered = sorted({30, 90, A_YEAR, default_days(), longest_days()})
    allowed = [(days, after(days)) for days in offered if days <= longest_days()]
    return allowed if settings.TOKEN_MAX_DAYS else [*allowed, (NEVER, gettext("never"))]


def after(days: int) -> str:
    if days == A_YEAR:
        return gettext("in a year")
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=MAX_NAME,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("Expires"),
        choices=lifetimes,
        coerce=int,
        empty_value=None,
        required=False,
        initial=default_days,
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[Scope.READ, Scope.DRAW],
        error_messages={"required": _("Choose at least one scope.")},
    )
