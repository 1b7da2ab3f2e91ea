"""What the site keeps, and for how long, in plain words. The figures are the settings."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from recognizer.accounts.throttles import AddressThrottle, in_words
from recognizer.actions import idempotency
from recognizer.actions.accounts.tokens import default_days, longest_days
from recognizer.actions.drawings import sent_pictures
from recognizer.actions.drawings.deletion import MOST_KEPT
from recognizer.pages import theme

A_DAY = 86_400  # seconds
ZONE_COOKIE_AGE = 365 * A_DAY  # static/js/site.js sets it
BY_ADDRESS = ("try", "try-picture", "sign-up", "reset")  # rates of visitors


class Kept(NamedTuple):
    """One row: what is kept, and until when, as texts."""

    what: str
    until: str


@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    return render(request, "recognizer/kept.html", {"groups": groups()})


def groups() -> list[tuple[str, list[Kept]]]:
    """Return the rows by heading."""
    return [
        (_("Without an account"), without_account()),
        (_("Your account"), of_an_account()),
        (_("What you draw and send"), of_drawings()),
        (_("For safety"), for_safety()),
    ]


def without_account() -> list[Kept]:
    return [
        Kept(
            _("What you draw or upload, to be read"),
            _("It is not stored. It is gone when the answer is sent."),
        ),
        Kept(
            _("How many requests came from your network address"),
            _("At most %(period)s, so that nobody overloads the site.")
            % {"period": span(longest_count())},
        ),
        Kept(
            _("The language that you chose, in a cookie of your browser"),
            _("%(period)s, or until you delete it.")
            % {"period": span(settings.LANGUAGE_COOKIE_AGE)},
        ),
        Kept(
            _("The theme that you chose, light or dark, in a cookie of your browser"),
            _("%(period)s, or until you delete it.") % {"period": span(theme.COOKIE_AGE)},
        ),
    ]


def of_an_account() -> list[Kept]:
    longest = longest_days()
    tokens = _("Until you revoke it. It works for %(period)s unless you choose otherwise.")
    if settings.TOKEN_MAX_DAYS:
        tokens += " " + _("No token works longer than %(period)s.") % {"period": days(longest)}
    return [
        Kept(
            _("Your name, your e-mail address if you gave one, and a hash of your password"),
            _("Until you delete your account."),
        ),
        Kept(
            _("That you are signed in, with a cookie in your browser"),
            _("Until you sign out, at most %(period)s.")
            % {"period": span(settings.SESSION_COOKIE_AGE)},
        ),
        Kept(
            _("The time zone of your browser, in a cookie of your browser"),
            _("%(period)s, or until you delete it.") % {"period": span(ZONE_COOKIE_AGE)},
        ),
        Kept(
            _("Of an API token its name and a hash of its secret"),
            tokens % {"period": days(default_days())},
        ),
        Kept(
            _("A link to set a new password, if you asked for one"),
            _("It works for %(period)s, and once.")
            % {"period": span(settings.PASSWORD_RESET_TIMEOUT)},
        ),
    ]


def of_drawings() -> list[Kept]:
    unlabeled = _("Until you delete them.")
    if settings.UNLABELED_DAYS:
        period = {"period": days(settings.UNLABELED_DAYS)}
        unlabeled = _("%(period)s. Then they are deleted.") % period
    return [
        Kept(
            _("Drawings with a label, their answers and their labels"),
            _("Until you delete them or your account."),
        ),
        Kept(_("Drawings that nobody labeled, and their answers"), unlabeled),
        *deleted(),
        Kept(
            _("Batches and pages with what was read in them"),
            _("Until you delete them. The files of a batch go when they have been read."),
        ),
        Kept(
            _("The answer to what the studio or a program sent, so that nothing is stored twice"),
            _("%(period)s, or until you delete the drawing.")
            % {"period": span(idempotency.KEPT.total_seconds())},
        ),
        Kept(
            _("A picture that the studio has read, so that it need not be sent again to be saved"),
            _("%(period)s, or until you save it.")
            % {"period": span(sent_pictures.KEPT.total_seconds())},
        ),
        Kept(
            _("What a version learned from your drawings"),
            _("For ever: it is in the version's numbers, not as a drawing."),
        ),
        Kept(
            _("Labels that you gave to other people's drawings, and what you decided about labels"),
            _("As long as the drawing. When your account is deleted, they name nobody."),
        ),
    ]


def deleted() -> list[Kept]:
    if not settings.UNDO_DAYS:
        return []
    until = _(
        "%(period)s, or until you remove them for good or delete your account; never more than "
        "the newest %(most)s. Nobody sees them, and nothing learns from them."
    )
    return [
        Kept(
            _("Drawings that you deleted, with their answers and labels, so that you can undo it"),
            until % {"period": days(settings.UNDO_DAYS), "most": MOST_KEPT},
        )
    ]


def for_safety() -> list[Kept]:
    audit = _("For ever.")
    if settings.AUDIT_DAYS:
        audit = _("%(period)s, even if the account is deleted.") % {
            "period": days(settings.AUDIT_DAYS)
        }
    return [
        Kept(
            _(
                "The audit: sign-ins, wrong passwords, changes of passwords and roles, tokens, "
                "exports, imports, deletions and promotions, with the account's name and the "
                "network address. Administrators can read it."
            ),
            audit,
        ),
        Kept(
            _("Wrong passwords, counted by name and network address"),
            _("They count for %(period)s and are removed when somebody signs in after that.")
            % {"period": span(settings.AXES_COOLOFF_TIME.total_seconds())},
        ),
        Kept(
            _("Backups and logs of the server"),
            _("As long as whoever runs the site decides; ask them."),
        ),
    ]


def longest_count() -> int:
    """Return the longest period in which requests of an address are counted, in seconds."""
    throttles = [AddressThrottle(scope) for scope in BY_ADDRESS]
    return max(each.parse_rate(each.get_rate())[1] or 0 for each in throttles)


def span(seconds: float) -> str:
    """Return a period as text: minutes, or days from one day on."""
    return in_words(seconds) if seconds < A_DAY else days(round(seconds / A_DAY))


def days(count: int) -> str:
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
