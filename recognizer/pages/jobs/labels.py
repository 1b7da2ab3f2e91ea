"""The labels that a job's version learned from, or those of them that stopped it."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count, F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from recognizer.actions.versions.answer_changes import answers_of, for_thumbnails
from recognizer.models import Correction, Drawing, Job, ModelVersion
from recognizer.models.drawings import sees_all
from recognizer.models.versions import with_versions
from recognizer.pages.forms import NO_CHOICE, BeforeForm
from recognizer.pages.pagination import page_of
from recognizer.pages.requests import SignedInRequest, valid

PAGE_SIZE = 48
LISTED = 1_000  # labels that contradict sure answers: of more the newest are shown
PEOPLE = 10  # named at most
CONTRADICTING = "contradicting"


class LabelsForm(BeforeForm):
    """Which of the labels: empty for all."""

    only = forms.ChoiceField(
        label=_("Labels"),
        choices=[(CONTRADICTING, CONTRADICTING)],
        required=False,
        error_messages=NO_CHOICE,
    )


@login_required
@require_safe
def labels(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the drawings with the answers of the version that was trained further."""
    rows = with_versions(Job.objects.all(), "version", "version__parent")
    shown = get_object_or_404(rows, pk=pk)
    if shown.version is None or shown.version.parent is None:
        raise Http404
    asked = valid(LabelsForm(request.GET))
    corrections = learned(shown, shown.version, only=asked["only"])
    drawings = Drawing.objects.visible_to(request.user)
    found = drawings.filter(pk__in=corrections.order_by().values("drawing"))
    found = found.annotate(given=answers_of(shown.version.parent))
    found = found.annotate(now=F("given__label"), sure=F("given__confidence"))
    before = asked["before"]
    context = {
        "section": "jobs",
        "job": shown,
        "parent": shown.version.parent,
        "only": asked["only"],
        "count": corrections.count(),
        "people": people(corrections) if sees_all(request.user) else [],
        "page": page_of(
            for_thumbnails(found.filter(pk__lt=before) if before else found), PAGE_SIZE
        ),
    }
    return render(request, "recognizer/job_labels.html", context)


def learned(job: Job, version: ModelVersion, *, only: str) -> Any:
    """Return the corrections as a query."""
    if only != CONTRADICTING:
        return version.learned_from.all()
    newest = sorted(set(contradicting(job)), reverse=True)[:LISTED]
    return Correction.objects.filter(pk__in=newest)


def contradicting(job: Job) -> list[int]:
    """Return the ids of corrections that contradict sure answers, as the job found them."""
    ids: list[int] = job.result.get("contradictions", {}).get("ids", [])
    return ids


def people(corrections: Any) -> list[tuple[str, int]]:
    """Return who gave most of the labels, with their numbers; "" for deleted accounts."""
    counted = corrections.order_by().values("by__username").annotate(n=Count("pk"))
    rows = counted.order_by("-n", "by__username").values_list("by__username", "n")[:PEOPLE]
    return [(name or "", n) for name, n in rows]


def cause(job: Job | None, verdict: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the button to the labels of a stopped retraining needs; None without one."""
    failed = [gate["key"] for gate in verdict.get("gates", []) if gate["passed"] is False]
    if job is None or job.kind != Job.Kind.RETRAIN or not failed:
        return None
    contradicts = any(key.startswith("contradictions") for key in failed)
    return {"job": job.pk, "count": len(set(contradicting(job))) if contradicts else 0}
