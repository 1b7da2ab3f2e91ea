"""The confusion matrix that a page shows, and whether its cells link to their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mlcore.labels import CLASSES
from recognizer.actions.versions.evaluation_sets import DIFFERENT_SETS, KEYS, at_hand
from recognizer.errors import Missing
from recognizer.models import ModelVersion
from recognizer.pages.versions.figures import SETS, confusion_rows, measured

# Names of the sets. In SETS, the name of the non-digits is that of a figure.
NAMES = {key: SETS[key] for key in SETS if key in KEYS} | {"non_digits": gettext_noop("Non-digits")}


@dataclass(frozen=True)
class Confusions:
    """A set's confusion matrices, one per version, as rows of `figures.confusion_rows`.

    choices: (key, name) of all sets with a matrix. why_not: why the cells link to no pictures;
    empty if they do.
    """

    key: str
    rows: list[list[Any]]
    choices: list[tuple[str, str]]
    why_not: str

    @property
    def name(self) -> str:
        return dict(self.choices)[self.key]


def confusions(
    versions: Sequence[ModelVersion], wanted: str, usual: Sequence[str] = ()
) -> Confusions | None:
    """Return the matrices of the wanted set, or else the first of `usual`, or else the first set.

    Only sets that all the versions were measured on count; None without one. Raises Missing if the
    wanted set is not among them.
    """
    tables = [tables_of(version) for version in versions]
    found = [key for key in NAMES if all(key in each for each in tables)]
    if wanted and wanted not in found:
        raise Missing(_("There is no confusion matrix for this set."))
    if not found:
        return None
    key = wanted or next((key for key in usual if key in found), found[0])
    return Confusions(
        key=key,
        rows=[confusion_rows(each[key]) for each in tables],
        choices=[(each, _(NAMES[each])) for each in found],
        why_not=why_not(versions, key),
    )


def tables_of(version: ModelVersion) -> dict[str, list[list[int]]]:
    """Return the confusion matrices by set key, measured when the version was made."""
    found = {each.key: each.confusion for each in measured(version)}
    return {key: table for key, table in found.items() if len(table) == CLASSES}


def why_not(versions: Sequence[ModelVersion], key: str) -> str:
    """Return why the pictures are missing. The page of a cell checks the data's contents."""
    try:
        paths = {at_hand(version, key) for version in versions}
    except Missing as missing:
        return missing.message
    return _(DIFFERENT_SETS) if len(paths) > 1 else ""
