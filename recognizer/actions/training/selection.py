"""What a retraining learns from, what it is measured on, and what it leaves out and why.

The rules, in this order, for the newest approved correction of every drawing:

1. Gold drawings are measured on and never learned from.
2. Labels from accounts younger than MIN_ACCOUNT_AGE_DAYS wait; reviewers' do not.
3. People are split by a hash: of some every correction is held out, to be measured on. A person is
   whoever drew, since a hand that was learned tells nothing about a hand that was not.
4. What is nearly the same as a drawing that is measured on is not learned from.
5. Of one labeler's corrections the newest are learned from, so many that nobody supplies more than
   BATCH_PERSON_SHARE of them, or more than BATCH_PERSON_DRAWINGS, whichever is more.
"""

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.messages import Message
from mlcore.recognition.duplicates import describe, first_near
from recognizer import codes
from recognizer.actions.labels.gold import gold_set, marked_drawings
from recognizer.actions.labels.label_history import newest_approved
from recognizer.actions.labels.reviewers import reviewers
from recognizer.models import Correction, Drawing, User
from recognizer.models.corrections import giver

# Never changed: whoever was held out once must never be learned from. With this salt the first
# seven accounts are not held out, so that a handful of people have something to learn from.
HOLDOUT_SALT = "hold-out 8"
HOLDOUT_SHARE = 0.2

CHUNK = 1_000  # drawings fetched at once; SQLite takes some 32,000 values in a query

Images = dict[int, NDArray[np.uint8]]  # (28, 28) each, by the drawing's id


class TrainingExample(NamedTuple):
    """An approved correction, the newest of its drawing."""

    correction: int
    drawing: int
    hand: int  # who drew
    labeler: int  # as `giver` says
    label: int


@dataclass(frozen=True)
class Selection:
    """Every training example there is, in one of four places; each in the order of the drawings."""

    training: tuple[TrainingExample, ...] = ()
    holdout: tuple[TrainingExample, ...] = ()
    gold: tuple[TrainingExample, ...] = ()
    left_out: tuple[tuple[int, Message], ...] = ()  # (correction, why)

    @property
    def size(self) -> int:
        return len(self.training) + len(self.not_learned)

    @property
    def not_learned(self) -> list[Message]:
        """Why each of the others is not learned from, a message for every one of them."""
        held = [codes.HELD_OUT()] * len(self.holdout) + [codes.GOLD()] * len(self.gold)
        return [*held, *(why for _, why in self.left_out)]

    @property
    def reasons(self) -> list[Message]:
        """How many are not learned from for each reason."""
        messages = {why["code"]: why for why in self.not_learned}
        counts = Counter(why["code"] for why in self.not_learned)
        return [codes.NOT_LEARNED(count=n, why=messages[code]) for code, n in counts.items()]


Alike = Callable[[Sequence[TrainingExample], Sequence[TrainingExample]], set[int]]
Beat = Callable[[], None]


def select_examples(*, beat: Beat) -> tuple[Selection, Images]:
    """The selection of a retraining that begins now, with all pictures.

    beat: called every thousand pictures, which may take seconds.
    """
    rows = examples()
    images = read_images([row.drawing for row in rows], beat)
    there = [row for row in rows if row.drawing in images]  # others are deleted meanwhile
    return choose(there, alike=partial(nearly_same, images, beat)), images


def expected_selection() -> Selection:
    """What `select_examples` would choose, but for drawings that are nearly the same; quick."""
    return choose(examples(), alike=lambda asked, measured: set())


def nothing_to_learn(selection: Selection) -> Message:
    """Why a retraining on this selection cannot be: there is nothing in it to learn from."""
    if not selection.size:
        return codes.NO_LABEL_APPROVED()
    return codes.NOTHING_TO_LEARN(count=selection.size, reasons=selection.reasons)


def choose(rows: Iterable[TrainingExample], *, alike: Alike) -> Selection:
    """Applies the rules. alike(asked, measured): which corrections of `asked` rule 4 is about."""
    rows = list(rows)
    marked = marked_drawings()
    golden = gold_set() if marked else {}
    newcomers = young_labelers()
    held_out = {person for person in {row.hand for row in rows} if is_held_out(person)}
    gold, rows = parted(rows, lambda row: row.drawing in golden)
    spoilt, rows = parted(rows, lambda row: row.drawing in marked)
    young, rows = parted(rows, lambda row: row.labeler in newcomers)
    holdout, rows = parted(rows, lambda row: row.hand in held_out)
    near = alike(rows, [*holdout, *gold])
    close, rows = parted(rows, lambda row: row.correction in near)
    limit = person_limit(Counter(row.labeler for row in rows).values())
    kept = newest_of_each(rows, limit)
    training, surplus = parted(rows, lambda row: row.correction in kept)
    left_out = [
        (spoilt, codes.LEARNED_BEFORE_GOLD()),
        (young, codes.LABELER_TOO_NEW(days=settings.MIN_ACCOUNT_AGE_DAYS)),
        (close, codes.NEARLY_SAME()),
        (surplus, codes.TOO_MANY_OF_ONE(limit=limit)),
    ]
    return Selection(
        training=tuple(training),
        holdout=tuple(holdout),
        gold=tuple(gold),
        left_out=tuple((row.correction, why) for rows, why in left_out for row in rows),
    )


def examples() -> list[TrainingExample]:
    """The newest approved correction of every drawing that has one, oldest drawing first."""
    rows = Correction.objects.filter(pk__in=newest_approved()).order_by("drawing_id")
    values = rows.values_list("pk", "drawing_id", "drawing__owner_id", "by_id", "to_label")
    return [
        TrainingExample(pk, drawing, hand, giver(by), label)
        for pk, drawing, hand, by, label in values
    ]


def parted(
    rows: Iterable[TrainingExample], test: Callable[[TrainingExample], bool]
) -> tuple[list[TrainingExample], list[TrainingExample]]:
    """Those that pass, and the others."""
    passed: list[TrainingExample] = []
    others: list[TrainingExample] = []
    for row in rows:
        (passed if test(row) else others).append(row)
    return passed, others


def is_held_out(person: int) -> bool:
    """Whether what this person draws is measured on for ever: a fifth of all people."""
    digest = hashlib.sha256(f"{HOLDOUT_SALT}:{person}".encode()).digest()
    return int.from_bytes(digest[:8]) < HOLDOUT_SHARE * 2**64


def young_labelers() -> frozenset[int]:
    """Accounts whose labels wait; their age is that of this moment."""
    days = settings.MIN_ACCOUNT_AGE_DAYS
    if not days:
        return frozenset()
    young = User.objects.filter(date_joined__gt=timezone.now() - timedelta(days=days))
    return frozenset(young.exclude(pk__in=reviewers().values("pk")).values_list("pk", flat=True))


def person_limit(counts: Collection[int]) -> int:
    """How many training examples one person may supply. counts: how many each has to offer.

    The share is one of what is learned from in the end, so that it holds whatever the others
    offer: the greatest limit for which limit <= share * sum(min(count, limit)). That grows more
    slowly than the limit does, so the limits that are small enough come first. With a share of
    5 %, fewer than twenty people never reach it, and the number holds.
    """
    share = settings.BATCH_PERSON_SHARE

    def is_too_much(limit: int) -> bool:
        return limit > share * sum(min(count, limit) for count in counts) + 1e-9

    limits = range(1, max(counts, default=0) + 1)
    return max(settings.BATCH_PERSON_DRAWINGS, bisect_left(limits, True, key=is_too_much))


def newest_of_each(rows: Iterable[TrainingExample], limit: int) -> set[int]:
    """The newest `limit` corrections of each labeler."""
    by_labeler: defaultdict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_labeler[row.labeler].append(row.correction)
    return {pk for all_of_them in by_labeler.values() for pk in sorted(all_of_them)[-limit:]}


def nearly_same(
    images: Images,
    beat: Beat,
    asked: Sequence[TrainingExample],
    measured: Sequence[TrainingExample],
) -> set[int]:
    """The corrections of `asked` whose drawings are nearly the same as one of `measured`."""
    known = describe(stacked(measured, images))
    near: set[int] = set()
    for start in range(0, len(asked), CHUNK):
        beat()
        rows = asked[start : start + CHUNK]
        found = first_near(describe(stacked(rows, images)), known)
        near |= {row.correction for row, at in zip(rows, found, strict=True) if at >= 0}
    return near


def stacked(rows: Sequence[TrainingExample], images: Images) -> NDArray[np.uint8]:
    """uint8 (n, 28, 28), n at least 0."""
    empty = np.empty((0, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return np.stack([images[row.drawing] for row in rows]) if rows else empty


def read_images(drawings: Sequence[int], beat: Beat) -> Images:
    """What the network saw of each drawing that still exists."""
    images: Images = {}
    for start in range(0, len(drawings), CHUNK):
        beat()
        rows = Drawing.objects.filter(pk__in=drawings[start : start + CHUNK]).only("network_input")
        images |= {row.pk: row.as_array for row in rows}
    return images
