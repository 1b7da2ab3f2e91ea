"""How answers are distributed: a page for staff. For others it is missing."""

from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mlcore.evaluation.drift import Difference
from mlcore.labels import NOT_A_DIGIT
from recognizer.actions import drift
from recognizer.models import Drawing, label_text
from recognizer.pages.forms import NO_CHOICE
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.presentation.charts import Pair, PairedBars, paired_bars
from recognizer.presentation.numbers import in_percent, localized, percent

SIGNS = {NOT_A_DIGIT: "\N{EN DASH}", drift.NUMBER: "#"}  # on the axis of a chart


class DriftForm(forms.Form):
    """The period, in the query."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=[(each, each) for each in drift.PERIODS],
        required=False,
        error_messages=NO_CHOICE,
    )


@dataclass(frozen=True)
class Distribution:
    """Shares of classes lately and before, as a chart and as rows (name, now, before)."""

    key: str
    name: str
    axis: str
    chart: PairedBars
    marks: list[tuple[str, Pair]]  # what is written below each pair of bars
    rows: list[tuple[str, "Share", "Share"]]
    words: str


@dataclass(frozen=True)
class Share:
    count: int
    of: int

    @property
    def share(self) -> float | None:
        return self.count / self.of if self.of else None


@dataclass(frozen=True)
class SourceDrift:
    """What the page shows of the canvas or of pictures."""

    key: str
    source: str
    drift: drift.Drift
    distributions: list[Distribution]
    shares: list[tuple[str, Share, Share, str]]  # name, now, before, words


@login_required
@require_safe
@never_cache
def answers(request: SignedInRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    period = valid(DriftForm(request.GET))["period"] or drift.WEEK
    shown = [shown_drift(each) for each in drift.recent_drifts() if each.period == period]
    context = {"sources": shown, "period": period, "newest": drift.NEWEST}
    return render(request, "recognizer/answers.html", context)


def shown_drift(found: drift.Drift) -> SourceDrift:
    now, before, differ = found.now, found.before, found.differences
    names = {NOT_A_DIGIT: label_text(NOT_A_DIGIT), drift.NUMBER: _("a number")}
    return SourceDrift(
        found.source,
        str(Drawing.Source(found.source).label),
        found,
        [
            distribution(
                *("answers", _("Answers"), _("answer")),
                [(SIGNS.get(each, str(each)), names.get(each, str(each))) for each in drift.SHOWN],
                *(now.shown, before.shown, differ["answers"]),
            ),
            distribution(
                *("confidence", _("Confidence"), _("confidence, from")),
                [(from_, from_) for from_ in map(as_bound, (0.0, *drift.BOUNDS))],
                *(now.confidence, before.confidence, differ["confidence"]),
            ),
        ],
        [
            share_row(
                _("Refused"),
                Share(now.refused, now.total),
                Share(before.refused, before.total),
                differ["refused"],
            ),
            share_row(
                _("Corrected, of those with a label"),
                Share(now.corrected, now.labeled),
                Share(before.corrected, before.labeled),
                differ["corrected"],
            ),
        ],
    )


def as_bound(share: float) -> str:
    return in_percent(share, 1 if share > 0.99 else 0)


def distribution(
    key: str,
    name: str,
    axis: str,
    classes: list[tuple[str, str]],
    now: list[int],
    before: list[int],
    differ: Difference,
) -> Distribution:
    """classes: of each its sign on the axis, and its name."""
    lately = [Share(count, sum(now)) for count in now]
    earlier = [Share(count, sum(before)) for count in before]
    chart = paired_bars([each.share or 0 for each in lately], [each.share or 0 for each in earlier])
    rows = list(zip([name for _, name in classes], lately, earlier, strict=True))
    words = f"{verdict(differ)} {figures(differ)}".strip()
    marks = list(zip([sign for sign, _ in classes], chart.pairs, strict=True))
    return Distribution(key, name, axis, chart, marks, rows, words)


def share_row(
    name: str, now: Share, before: Share, differ: Difference
) -> tuple[str, Share, Share, str]:
    if differ.is_chance:
        words = verdict(differ)
    elif (now.share or 0) > (before.share or 0):
        words = _("Higher than before, by more than chance.")
    else:
        words = _("Lower than before, by more than chance.")
    return name, now, before, words


def verdict(differ: Difference) -> str:
    if differ.p is None:
        return _("Too few answers to compare.")
    if differ.is_chance:
        return _("The difference is within chance.")
    if differ.is_small:
        return _("The difference is more than chance, but small.")
    return _("The difference is large, and more than chance.")


def figures(differ: Difference) -> str:
    """Return the probability and size of a difference in parentheses; empty if not known."""
    if differ.p is None or differ.psi is None:
        return ""
    size = {"p": percent(differ.p), "psi": localized(f"{differ.psi:.3f}")}
    return _("(By chance in %(p)s of cases; PSI %(psi)s)") % size
