"""Which measured set's confusion a page shows, and whether its cells open their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mlcore.labels import CLASSES
from recognizer.actions.versions.evaluation_sets import KEYS, at_hand
from recognizer.errors import Missing
from recognizer.models import ModelVersion
from recognizer.pages.versions.figures import SETS, confusion_rows, measured

# As what is measured on; the figure of the non-digits is how many were refused.
NAMES = {key: SETS[key] for key in SETS if key in KEYS} | {"non_digits": gettext_noop("Non-digits")}


@dataclass(frozen=True)
class Confusions:
    """A set's confusion by each of the versions, as rows of `figures.confusion_rows`.

    choices: (key, name) of all sets that have one; why_not: why no cell opens its pictures, empty
    where they do.
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
    """Of the set that is wanted, or else the first of the `usual` ones, or else any.

    Only sets that all the versions were measured on; None where there is none. Raises Missing where
    the wanted one is not among them.
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
    """Its confusions by the set's key, as measured when it was made."""
    found = {each.key: each.confusion for each in measured(version)}
    return {key: table for key, table in found.items() if len(table) == CLASSES}


def why_not(versions: Sequence[ModelVersion], key: str) -> str:
    """Whether the MNIST that is here is the right one is told where a cell is opened."""
    try:
        for version in versions:
            at_hand(version, key)
    except Missing as missing:
        return missing.message
    return ""
