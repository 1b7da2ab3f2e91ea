"""Batches and their results."""

from typing import Any

from rest_framework import serializers

from recognizer.api.serializers.files import KINDS, SentFile
from recognizer.api.serializers.messages import CodeField, WordsField
from recognizer.models import BatchPicture, ModelVersion, ReadingJob

COUNTED: Any = {"default": 0, "read_only": True}


class BatchRequestSerializer(serializers.Serializer[Any]):
    files: Any = serializers.ListField(
        child=SentFile(allow_empty_file=True),
        default=list,
        help_text=f"pictures; {KINDS}",
    )
    archive = SentFile(
        default=None, allow_empty_file=True, help_text="a ZIP archive of pictures, instead of files"
    )
    save = serializers.BooleanField(  # type: ignore[assignment]  # the class has a method `save`
        default=False, help_text="also save each picture as one of your drawings"
    )


SAVE = {
    "type": "boolean",
    "default": False,
    "description": "also save each picture as one of your drawings",
}
FILE = {"type": "string", "format": "binary"}
FILES = {"type": "array", "items": FILE, "minItems": 1}
# Describes BatchRequestSerializer and what `recognizer.api.batches.incoming` refuses.
BATCH_REQUEST = {
    "oneOf": [
        {
            "type": "object",
            "title": title,
            "description": description,
            "properties": {title: shape, "save": SAVE},
            "required": [title],
        }
        for title, shape, description in [
            ("files", FILES, f"pictures; {KINDS}"),
            ("archive", FILE, "a ZIP archive of pictures"),
        ]
    ]
}


class CountsSerializer(serializers.Serializer[Any]):
    """How many pictures of a batch have which status."""

    read = serializers.IntegerField(help_text="text was read", **COUNTED)
    refused = serializers.IntegerField(help_text="the version says: not a digit", **COUNTED)
    failed = serializers.IntegerField(help_text="the file cannot be read", **COUNTED)
    skipped = serializers.IntegerField(help_text="hidden files", **COUNTED)


class BatchSerializer(serializers.ModelSerializer[ReadingJob]):
    """A batch with its progress; null if no worker has reported it."""

    save_drawings = serializers.BooleanField(read_only=True, help_text="as asked with `save`")
    total = serializers.IntegerField(
        source="progress.total", help_text="files of the batch", **COUNTED
    )
    done = serializers.IntegerField(source="progress.done", **COUNTED)
    fraction = serializers.FloatField(source="progress.fraction", help_text="0 to 1", **COUNTED)
    per_second = serializers.FloatField(
        source="progress.per_second", default=None, allow_null=True, read_only=True
    )
    seconds_left = serializers.FloatField(
        source="progress.seconds_left", default=None, allow_null=True, read_only=True
    )
    counts = CountsSerializer(source="progress", read_only=True)
    error = WordsField(help_text="empty where the newest attempt did not fail")
    error_code = CodeField(source="error")

    class Meta:
        model = ReadingJob
        fields = [
            "id",
            "status",
            "save_drawings",
            "total",
            "done",
            "fraction",
            "counts",
            "per_second",
            "seconds_left",
            "error",
            "error_code",
            "created_at",
            "started_at",
            "finished_at",
            "cancel_requested_at",
            "attempt",
        ]
        read_only_fields = fields


class ResultSerializer(serializers.ModelSerializer[BatchPicture]):
    """A picture of a batch: what was read in it, or why not."""

    text = serializers.CharField(read_only=True, help_text="what was read; empty if nothing")
    answer = serializers.IntegerField(
        read_only=True,
        allow_null=True,
        help_text="the label, 10 for not a digit; null if the picture is blank or was not read",
    )
    version: serializers.SlugRelatedField[ModelVersion] = serializers.SlugRelatedField(
        "number", read_only=True, allow_null=True, help_text="number of the version that read it"
    )
    reason = CodeField(help_text="code of the reason; empty if text was read")
    message = WordsField(source="reason")
    drawing: serializers.PrimaryKeyRelatedField[Any] = serializers.PrimaryKeyRelatedField(
        read_only=True, allow_null=True, help_text="the saved drawing"
    )

    class Meta:
        model = BatchPicture
        fields = [
            "index",
            "name",
            "status",
            "text",
            "answer",
            "confidence",
            "version",
            "reason",
            "message",
            "drawing",
        ]
        read_only_fields = fields
