"""Manifest of a version: ids of its training data, reasons for omissions, and checksums."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from mlcore.messages import Message
from recognizer.actions.training.example_inputs import CHUNK, Inputs, TrainingExample
from recognizer.actions.training.selection import Selection
from recognizer.models import Correction, Job, ModelVersion

Content = tuple[int, int, bytes]  # id, label, the network input's bytes


def manifest_of(
    job: Job, parent: ModelVersion, selection: Selection, inputs: Inputs
) -> dict[str, Any]:
    """Return what the version was trained and measured on, and what was left out and why.

    "corrections" are the ids it was trained on, "holdout" the held-out ids, "gold" the ids of the
    gold drawings, whose labels are in "gold_corrections".
    """
    return {
        "job": job.pk,
        "parent": parent.number,
        "config": job.config,
        "corrections": [example.correction for example in selection.training],
        "corrections_sha256": checksum(contents(selection.training, inputs)),
        "holdout": [example.correction for example in selection.holdout],
        "holdout_sha256": checksum(contents(selection.holdout, inputs)),
        "gold": [example.drawing for example in selection.gold],
        "gold_corrections": [example.correction for example in selection.gold],
        "gold_sha256": checksum(contents(selection.gold, inputs)),
        "left_out": by_reason(selection.left_out),
    }


def contents(examples: Sequence[TrainingExample], inputs: Inputs) -> Iterable[Content]:
    """Yield the correction id, the label and the network input of every digit."""
    for example in examples:
        for label, planes in inputs.digits_of(example):
            yield example.correction, label, planes.tobytes()


def checksum(rows: Iterable[Content]) -> str:
    """Return the SHA-256 over id (8 bytes, big-endian), label (1 byte) and network input.

    Rows are sorted by id, so the checksum does not depend on the order of training.
    """
    digest = hashlib.sha256()
    for pk, label, planes in sorted(rows):
        digest.update(pk.to_bytes(8, "big") + bytes([label]) + planes)
    return digest.hexdigest()


def by_reason(left_out: Sequence[tuple[int, Message]]) -> list[dict[str, Any]]:
    """Return [{"why", "corrections": ids}], in the order in which the reasons first occur."""
    reasons: defaultdict[str, list[int]] = defaultdict(list)
    for correction, why in left_out:
        reasons[why["code"]].append(correction)
    messages = {why["code"]: why for _, why in left_out}
    return [{"why": messages[code], "corrections": ids} for code, ids in reasons.items()]


def record_examples(version: ModelVersion) -> None:
    """Link the version to the corrections in its manifest.

    Call it in the transaction that creates the version. Corrections whose drawing was deleted
    during the training stay in the manifest only.
    """
    for part in chunks(version.manifest["corrections"]):
        existing = Correction.objects.select_for_update().filter(pk__in=part)
        version.learned_from.add(*existing.values_list("pk", flat=True))


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
