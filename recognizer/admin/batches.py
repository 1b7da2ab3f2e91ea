"""Actions on thousands of selected rows: some at a time, in requests of about a second.

A reply with the progress sends itself again until all rows are done. So no request is too long, the
first reply comes soon, and nothing that is done is lost if the browser is closed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from time import monotonic
from typing import Any

from django.contrib import admin, messages
from django.core import signing
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext

from recognizer.errors import Refused

BATCH = 200  # rows of one transaction
SECONDS = 0.7  # after which a request starts no further batch
SHOWN = 3  # notes that are shown in full
PROGRESS, SALT = "progress", "admin batches"
NOT_REPEATED = ("csrfmiddlewaretoken", PROGRESS)


@dataclass
class Tally:
    """What was done to rows so far.

    counts: by a sentence with "%(count)d"; the first says how many were changed. notes: why others
    were not. more: further notes. after: the last key. total, last: number and highest key of all
    selected rows; what is saved later is not selected.
    """

    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    more: int = 0
    done: int = 0
    after: int = 0
    total: int = 0
    last: int = 0

    def add(self, counts: dict[str, int], notes: list[str]) -> None:
        for text, count in counts.items():
            self.counts[text] = self.counts.get(text, 0) + count
        new = [note for note in notes if note not in self.notes]
        room = SHOWN - len(self.notes)
        self.notes += new[:room]
        self.more += len(new[room:])

    def __str__(self) -> str:
        first, *rest = self.counts.items()
        counts = [first, *(each for each in rest if each[1])]
        said = [text.replace("%(count)d", str(count)) for text, count in counts]
        more = [gettext("And %(count)d more.") % {"count": self.more}] * bool(self.more)
        return " ".join([*said, *self.notes, *more])

    @property
    def level(self) -> int:
        changed = next(iter(self.counts.values()))
        return messages.SUCCESS if changed and not self.notes else messages.WARNING


class BatchedActions(admin.ModelAdmin):
    """Adds `in_batches` to a list's actions."""

    def in_batches(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        act: Callable[[list[int]], tuple[dict[str, int], list[str]]],
    ) -> HttpResponse | None:
        """Call `act` with the keys of at most BATCH rows at a time, in ascending order.

        It returns what `Tally.add` takes. Returns None after the last row: the list is shown, with
        the tally as a message.
        """
        tally = tally_of(request) or selected(queryset)
        keys = queryset.filter(pk__lte=tally.last).order_by("pk").values_list("pk", flat=True)
        before, start = tally.done, monotonic()
        try:
            while batch := list(keys.filter(pk__gt=tally.after)[:BATCH]):
                if tally.done > before and monotonic() - start > SECONDS:
                    return self.progress_page(request, tally)
                tally.add(*act(batch))
                tally.after, tally.done = batch[-1], tally.done + len(batch)
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return None
        if tally.counts:
            self.message_user(request, str(tally), tally.level)
        return None

    def progress_page(self, request: HttpRequest, tally: Tally) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("%(done)d of %(total)d are done")
            % {"done": tally.done, "total": tally.total},
            "opts": self.opts,
            "tally": tally,
            "sent": sent_again(request, tally),
        }
        return TemplateResponse(request, "admin/batch_progress.html", context)


def selected(queryset: QuerySet[Any]) -> Tally:
    """Return the tally of rows to which nothing was done yet."""
    return Tally(**queryset.order_by().aggregate(total=Count("pk"), last=Coalesce(Max("pk"), 0)))


def tally_of(request: HttpRequest) -> Tally | None:
    """Return the tally of the request before; None in the first one."""
    try:
        kept = signing.loads(request.POST.get(PROGRESS, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Tally(**kept)


def sent_again(request: HttpRequest, tally: Tally) -> list[tuple[str, str]]:
    """Return the fields that the next request of the same action sends, names and values."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_REPEATED
        for value in values
    ]
    return [*fields, (PROGRESS, signing.dumps(asdict(tally), salt=SALT))]
