"""Select what a retraining learns from, what it is measured on, and what it leaves out and why.

Numbers that their ink does not fit are left out (`example_inputs`). The rules, in this order, for
the newest approved correction of every other drawing:

1. Gold drawings are used for measuring, never for training.
2. Labels from accounts younger than MIN_ACCOUNT_AGE_DAYS are left out, except reviewers' labels.
3. Writers are split by a hash. All drawings of a held-out writer are used for measuring only,
   because results on a known handwriting say nothing about an unknown one.
4. Near duplicates of drawings used for measuring are left out.
5. Of each labeler only the newest corrections are used: no labeler supplies more digits than
   BATCH_PERSON_SHARE of all, or BATCH_PERSON_DRAWINGS if that is more.
"""

import hashlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.utils import timezone

from mlcore.messages import Message
from mlcore.recognition.duplicates import describe, first_near
from recognizer import codes
from recognizer.actions.labels.gold import gold_counts, gold_set, marked_drawings
from recognizer.actions.labels.label_history import newest_approved
from recognizer.actions.labels.reviewers import reviewers
from recognizer.actions.training.example_inputs import (
    CHUNK,
    COLUMNS,
    Heartbeat,
    Inputs,
    TrainingExample,
    cut_numbers,
    example_of,
    read_inputs,
    stacked,
)
from recognizer.actions.versions.deployment import serving_deployment
from recognizer.actions.versions.serving import Networks
from recognizer.models import Correction, User

# Never change it: a writer who was held out once must stay held out. With this salt the first seven
# accounts are not held out, so that a small site has data to train on.
HOLDOUT_SALT = "hold-out 8"
HOLDOUT_SHARE = 0.2


@dataclass(frozen=True)
class Selection:
    """All training examples, split into four groups, each in the order of the drawings."""

    training: tuple[TrainingExample, ...] = ()
    holdout: tuple[TrainingExample, ...] = ()
    gold: tuple[TrainingExample, ...] = ()
    left_out: tuple[tuple[int, Message], ...] = ()  # (correction, why)

    @property
    def size(self) -> int:
        return len(self.training) + len(self.not_learned)

    @property
    def not_learned(self) -> list[Message]:
        """Return one reason for each example that is not used for training."""
        measured = [codes.HELD_OUT()] * len(self.holdout) + [codes.GOLD()] * len(self.gold)
        return [*measured, *(why for _, why in self.left_out)]

    @property
    def reasons(self) -> list[Message]:
        """Return one message per reason, with the number of examples."""
        messages = {why["code"]: why for why in self.not_learned}
        counts = Counter(why["code"] for why in self.not_learned)
        return [codes.NOT_LEARNED(count=n, why=messages[code]) for code, n in counts.items()]


FindDuplicates = Callable[[Sequence[TrainingExample], Sequence[TrainingExample]], set[int]]


def select_examples(
    *, heartbeat: Heartbeat, networks: Callable[[], Networks]
) -> tuple[Selection, Inputs]:
    """Return the selection of a retraining that starts now, with all network inputs.

    heartbeat: called every CHUNK drawings, because reading them may take seconds. networks: of the
    version that is trained further; they cut numbers into digits.
    """
    rows = examples()
    drawings = read_inputs([row.drawing for row in rows], heartbeat)
    existing = [row for row in rows if row.drawing in drawings]  # the others were just deleted
    inputs = Inputs(drawings, cut_numbers(existing, networks, heartbeat))
    search = partial(near_duplicates, inputs, heartbeat)
    return choose(existing, find_duplicates=search, fits=inputs.fits), inputs


def expected_selection() -> Selection:
    """Return what `select_examples` would select, but read no ink.

    So near duplicates, and numbers that their ink does not fit, are not left out.
    """
    return choose(
        examples(), find_duplicates=lambda candidates, measured: set(), fits=lambda row: True
    )


def counted_examples() -> dict[str, Any]:
    """Count the approved labels, those that a retraining would train on, and the new ones of those.

    New: the serving version was not trained on them. reasons: messages why the others are left out,
    with counts. gold: `gold_counts`.
    """
    selection = expected_selection()
    serving = serving_deployment()
    learned = set(serving.version.manifest.get("corrections", []) if serving else [])
    return {
        "approved": selection.size,
        "training": len(selection.training),
        "new": sum(example.correction not in learned for example in selection.training),
        "reasons": selection.reasons,
        "gold": gold_counts(),
    }


def nothing_to_learn(selection: Selection) -> Message:
    """Return the reason why the selection has no training examples."""
    if not selection.size:
        return codes.NO_LABEL_APPROVED()
    return codes.NOTHING_TO_LEARN(count=selection.size, reasons=selection.reasons)


def choose(
    rows: Iterable[TrainingExample],
    *,
    find_duplicates: FindDuplicates,
    fits: Callable[[TrainingExample], bool],
) -> Selection:
    """Apply the rules.

    find_duplicates(candidates, measured): returns the corrections of `candidates` whose drawings
    are near duplicates of one of `measured` (rule 4). fits: whether the ink of an example fits it.
    """
    rows, unfit = partition(rows, fits)
    marked = marked_drawings()
    usable_gold = gold_set() if marked else {}
    new_accounts = young_labelers()
    held_out = {writer for writer in {row.writer for row in rows} if is_held_out(writer)}
    gold, rows = partition(rows, lambda row: row.drawing in usable_gold)
    learned_gold, rows = partition(rows, lambda row: row.drawing in marked)
    young, rows = partition(rows, lambda row: row.labeler in new_accounts)
    holdout, rows = partition(rows, lambda row: row.writer in held_out)
    near = find_duplicates(rows, [*holdout, *gold])
    duplicates, rows = partition(rows, lambda row: row.correction in near)
    limit = person_limit(digits_by_labeler(rows).values())
    kept = newest_of_each(rows, limit)
    training, surplus = partition(rows, lambda row: row.correction in kept)
    left_out = [
        (unfit, codes.NUMBER_NOT_CUT()),
        (learned_gold, codes.LEARNED_BEFORE_GOLD()),
        (young, codes.LABELER_TOO_NEW(days=settings.MIN_ACCOUNT_AGE_DAYS)),
        (duplicates, codes.NEARLY_SAME()),
        (surplus, codes.TOO_MANY_OF_ONE_PERSON(limit=limit)),
    ]
    return Selection(
        training=tuple(training),
        holdout=tuple(holdout),
        gold=tuple(gold),
        left_out=tuple((row.correction, why) for rows, why in left_out for row in rows),
    )


def examples() -> list[TrainingExample]:
    """Return the newest approved correction of every drawing that has one, oldest drawing first."""
    rows = Correction.objects.filter(pk__in=newest_approved()).order_by("drawing_id")
    return [example_of(row) for row in rows.select_related("drawing").only(*COLUMNS)]


def partition(
    rows: Iterable[TrainingExample], test: Callable[[TrainingExample], bool]
) -> tuple[list[TrainingExample], list[TrainingExample]]:
    """Return the rows that pass the test, and the others."""
    passed: list[TrainingExample] = []
    others: list[TrainingExample] = []
    for row in rows:
        (passed if test(row) else others).append(row)
    return passed, others


def is_held_out(person: int) -> bool:
    """Whether this writer's drawings are always held out, which applies to a fifth of all."""
    digest = hashlib.sha256(f"{HOLDOUT_SALT}:{person}".encode()).digest()
    return int.from_bytes(digest[:8]) < HOLDOUT_SHARE * 2**64


def young_labelers() -> frozenset[int]:
    """Return the accounts that are too young at present for their labels to be used."""
    days = settings.MIN_ACCOUNT_AGE_DAYS
    if not days:
        return frozenset()
    young = User.objects.filter(date_joined__gt=timezone.now() - timedelta(days=days))
    return frozenset(young.exclude(pk__in=reviewers().values("pk")).values_list("pk", flat=True))


def person_limit(counts: Collection[int]) -> int:
    """Return how many digits one labeler may supply. counts: how many each one has.

    BATCH_PERSON_SHARE is a share of the examples that remain after the limit. So the result is the
    largest limit with limit <= share * sum(min(count, limit)). The right side grows more slowly
    than the left, so binary search works. With a share of 5 % and fewer than 20 labelers no limit
    satisfies it, and BATCH_PERSON_DRAWINGS applies.
    """
    share = settings.BATCH_PERSON_SHARE

    def is_too_high(limit: int) -> bool:
        return limit > share * sum(min(count, limit) for count in counts) + 1e-9

    limits = range(1, max(counts, default=0) + 1)
    return max(settings.BATCH_PERSON_DRAWINGS, bisect_left(limits, True, key=is_too_high))


def digits_by_labeler(rows: Iterable[TrainingExample]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for row in rows:
        counts[row.labeler] += row.digits
    return counts


def newest_of_each(rows: Iterable[TrainingExample], limit: int) -> set[int]:
    """Return the newest corrections of each labeler, of at most `limit` digits together."""
    by_labeler: defaultdict[int, list[TrainingExample]] = defaultdict(list)
    for row in rows:
        by_labeler[row.labeler].append(row)
    kept: set[int] = set()
    for own in by_labeler.values():
        newest = sorted(own, reverse=True)
        digits = accumulate(row.digits for row in newest)
        kept |= {row.correction for row, sum_ in zip(newest, digits, strict=True) if sum_ <= limit}
    return kept


def near_duplicates(
    inputs: Inputs,
    heartbeat: Heartbeat,
    candidates: Sequence[TrainingExample],
    measured: Sequence[TrainingExample],
) -> set[int]:
    """Return the corrections of `candidates` whose drawings nearly equal one of `measured`."""
    known = describe(stacked(measured, inputs)[..., 0])
    near: set[int] = set()
    for start in range(0, len(candidates), CHUNK):
        heartbeat()
        rows = candidates[start : start + CHUNK]
        found = first_near(describe(stacked(rows, inputs)[..., 0]), known)
        near |= {row.correction for row, at in zip(rows, found, strict=True) if at >= 0}
    return near
