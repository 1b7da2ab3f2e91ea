"""Create approved corrections directly, even thousands, without a network."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recognizer.actions.versions.serving import Networks
from recognizer.models import Correction, Drawing, User
from tests.pages.rows import stored

# By the fixed hash; far from the ids of the other test accounts.
LEARNED_FROM, HELD_OUT = (101, 102, 103, 106, 107, 109, 111, 112, 113, 114), (104, 105, 108)


def account(number: int, **about: object) -> User:
    """Return the account with this id."""
    return User.objects.create(pk=number, username=f"person {number}", **about)


def pictures(count: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return images uint8 (count, 28, 28), no two of them similar."""
    dots = np.random.default_rng(seed).random((count, 28, 28)) < 0.2
    return dots.astype(np.uint8) * 255


def approved(
    by: User, inputs: Iterable[NDArray[np.uint8]], *, owner: User | None = None, label: int = 1
) -> list[Correction]:
    """Create one drawing per network input, each with an approved label, oldest first.

    inputs: (28, 28) or (28, 28, PLANES) each.
    """
    about = {"owner": owner or by, "label": label, "label_state": "approved"}
    drawings = Drawing.objects.bulk_create(Drawing(**stored(each), **about) for each in inputs)
    return Correction.objects.bulk_create(
        Correction(drawing=drawing, by=by, to_label=label, source="studio", state="approved")
        for drawing in drawings
    )


def no_networks() -> Networks:
    """For selections without numbers, which need none."""
    raise AssertionError("no number is to be cut")
