"""What a version was trained on: ids with reasons, and a checksum that the database can repeat."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from mlcore.messages import Message
from recognizer.actions.training.selection import CHUNK, Images, Selection, TrainingExample
from recognizer.models import Correction, Job, ModelVersion

Content = tuple[int, int, bytes]  # id, label, the network input's 784 bytes


def manifest_of(
    job: Job, parent: ModelVersion, selection: Selection, images: Images
) -> dict[str, Any]:
    """What the version was trained and measured on, and what it was not trained on and why.

    "corrections" are those it learned from, "holdout" those held out, "gold" ids of drawings whose
    labels are in "gold_corrections".
    """
    return {
        "job": job.pk,
        "parent": parent.number,
        "config": job.config,
        "corrections": [example.correction for example in selection.training],
        "corrections_sha256": checksum(contents(selection.training, images)),
        "holdout": [example.correction for example in selection.holdout],
        "holdout_sha256": checksum(contents(selection.holdout, images)),
        "gold": [example.drawing for example in selection.gold],
        "gold_corrections": [example.correction for example in selection.gold],
        "gold_sha256": checksum(contents(selection.gold, images)),
        "left_out": by_reason(selection.left_out),
    }


def contents(examples: Sequence[TrainingExample], images: Images) -> Iterable[Content]:
    """Of every training example its correction, label and pixels."""
    for example in examples:
        yield example.correction, example.label, images[example.drawing].tobytes()


def checksum(rows: Iterable[Content]) -> str:
    """SHA-256 over id (8 bytes, big-endian), label (one byte) and pixels (784 bytes) of each row,
    rows in the order of their ids, so that it tells what was learned and not in which order."""
    digest = hashlib.sha256()
    for pk, label, pixels in sorted(rows):
        digest.update(pk.to_bytes(8, "big") + bytes([label]) + pixels)
    return digest.hexdigest()


def checksum_now(corrections: Sequence[int]) -> str:
    """The checksum of these corrections as the database has them at present."""
    return checksum(row for part in chunks(corrections) for row in stored(part))


def stored(corrections: Sequence[int]) -> Iterable[Content]:
    rows = Correction.objects.filter(pk__in=corrections)
    for pk, label, network_input in rows.values_list("pk", "to_label", "drawing__network_input"):
        yield pk, label, bytes(network_input)


def by_reason(left_out: Sequence[tuple[int, Message]]) -> list[dict[str, Any]]:
    """[{"why", "corrections": ids}], the reasons in the order in which they occur."""
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for correction, why in left_out:
        reasons[why["code"]].append(correction)
    messages = {why["code"]: why for _, why in left_out}
    return [{"why": messages[code], "corrections": ids} for code, ids in reasons.items()]


def record_examples(version: ModelVersion) -> None:
    """Ties the version to the corrections in its manifest; call it in the transaction that makes
    the version. Those whose drawing was deleted while it was trained are in the manifest only."""
    for part in chunks(version.manifest["corrections"]):
        there = Correction.objects.select_for_update().filter(pk__in=part)
        version.learned_from.add(*there.values_list("pk", flat=True))


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
