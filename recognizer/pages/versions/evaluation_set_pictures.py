"""The pictures of a cell of an evaluation set's confusion matrix, answered again on request."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from numpy.typing import NDArray

from recognizer.actions.versions.evaluation_sets import (
    EvaluationSet,
    LabelAnswers,
    answers,
    common_set,
)
from recognizer.errors import Missing, Refused
from recognizer.models import ModelVersion
from recognizer.pages.requests import SignedInRequest, valid
from recognizer.pages.versions.confusions import NAMES, tables_of
from recognizer.pages.versions.forms import PicturesForm

PAGE_SIZE = 48


@dataclass(frozen=True)
class Asked:
    """A version with its answers to the pictures of a label.

    right: the number of right answers. changed: at least so many answers differ from the ones when
    it was measured.
    """

    version: ModelVersion
    answers: LabelAnswers
    right: int
    changed: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture with the answer and its confidence, and those of the version before, or None."""

    pixels: NDArray[np.uint8]
    now: int
    sure: float
    was: int | None = None
    was_sure: float | None = None


@login_required
@require_safe
def of_version(request: SignedInRequest, number: int, key: str) -> HttpResponse:
    return pictures(request, key, [get_object_or_404(ModelVersion, number=number)])


@login_required
@require_safe
def compared(request: SignedInRequest, before: int, after: int, key: str) -> HttpResponse:
    if before == after:
        raise Refused(_("Choose two different versions."))
    numbers = (before, after)
    return pictures(request, key, [get_object_or_404(ModelVersion, number=n) for n in numbers])


def pictures(request: SignedInRequest, key: str, versions: list[ModelVersion]) -> HttpResponse:
    """Show the pictures, lowest confidence of the last version first."""
    if key not in NAMES:
        raise Http404
    wanted = valid(PicturesForm(request.GET))
    label = wanted["label"]
    of = common_set(versions, key)
    asked = [ask(version, of, label) for version in versions]
    given = [each.answers for each in asked]
    found = matching(wanted, given)
    found = found[np.argsort(given[-1].confidence[found], kind="stable")]
    shown = page_from(found, given[-1].places, wanted["after"])
    images = of.read(label).images
    context = {
        "section": "versions",
        "key": key,
        "name": _(NAMES[key]),
        "wanted": wanted,
        "before": asked[0] if len(asked) > 1 else None,
        "after": asked[-1],
        "total": len(given[-1].said),
        "count": len(found),
        "changes": {name: int(mask.sum()) for name, mask in changes(label, given)},
        "asked": asked,
        "pictures": [picture(images, given, each) for each in shown[:PAGE_SIZE]],
        "next": given[-1].places[shown[PAGE_SIZE - 1]] if len(shown) > PAGE_SIZE else None,
    }
    return render(request, "recognizer/set_pictures.html", context)


def ask(version: ModelVersion, of: EvaluationSet, label: int) -> Asked:
    """Answer a label's pictures. Raises Missing if the version was measured on other pictures."""
    table = tables_of(version).get(of.key)
    if table is None:
        words = _("Version %(number)s was not measured on this set.")
        raise Missing(words % {"number": version.number})
    given, counted = answers(version, of, label), table[label]
    if sum(counted) != len(given.said):
        words = _("Version %(number)s was measured on %(count)d other pictures of this label.")
        raise Missing(words % {"number": version.number, "count": sum(counted)})
    now = np.bincount(given.said, minlength=len(counted))
    changed = int(np.abs(now - counted).sum()) // 2
    return Asked(version, given, int((given.said == label).sum()), changed)


def matching(wanted: dict[str, Any], given: list[LabelAnswers]) -> NDArray[np.intp]:
    """Return the indices of the pictures with the wanted answers."""
    fits = np.ones(len(given[-1].said), np.bool_)
    for name, each in zip(("was", "now")[-len(given) :], given, strict=True):
        if wanted[name] is not None:
            fits &= each.said == wanted[name]
    for name, mask in changes(wanted["label"], given):
        if wanted["change"] == name:
            fits &= mask
    return np.flatnonzero(fits)


def changes(label: int, given: list[LabelAnswers]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield (name in `answer_changes.CHANGES`, mask); nothing for a single version."""
    if len(given) == 2:
        was, now = (each.said == label for each in given)
        yield "fixed", ~was & now
        yield "broken", was & ~now


def page_from(
    found: NDArray[np.intp], places: NDArray[np.intp], after: int | None
) -> NDArray[np.intp]:
    """Return the indices after the picture at this place in the set. Raises Missing without it."""
    if after is None:
        return found
    at = np.flatnonzero(places[found] == after)
    if not len(at):
        raise Missing(_("There is no such page."))
    return found[at[0] + 1 :]


def picture(images: NDArray[np.uint8], given: list[LabelAnswers], index: int) -> Picture:
    now, was = given[-1], given[0] if len(given) == 2 else None
    return Picture(
        pixels=images[now.places[index]],
        now=int(now.said[index]),
        sure=float(now.confidence[index]),
        was=int(was.said[index]) if was else None,
        was_sure=float(was.confidence[index]) if was else None,
    )
