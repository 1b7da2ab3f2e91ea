"""Export and import of drawings."""

from typing import Any

from rest_framework import serializers

from mlcore.labels import CLASSES
from recognizer.actions.drawings.filters import UNLABELED
from recognizer.actions.exchange.export_drawings import DEFAULT, FORMATS
from recognizer.api.serializers.files import SentFile

LABELS = [str(label) for label in range(CLASSES)]


class ExportSerializer(serializers.Serializer[Any]):
    """The query of an export: its format, and the filters of the history."""

    format = serializers.ChoiceField(choices=list(FORMATS), default=DEFAULT)
    answer = serializers.ChoiceField(
        choices=LABELS, required=False, help_text="0 to 9, or 10: not a digit"
    )
    label = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[UNLABELED, *LABELS],
        required=False,
        help_text="0 to 9, 10: not a digit, or none: not labeled",
    )
    since = serializers.DateField(required=False, help_text="the first day")
    until = serializers.DateField(required=False, help_text="the last day")
    low = serializers.BooleanField(required=False, help_text="only unsure answers")
    wrong = serializers.BooleanField(
        required=False, help_text="only answers that differ from the label"
    )
    approved = serializers.BooleanField(required=False, help_text="only approved labels")
    everybody = serializers.BooleanField(
        default=False,
        help_text="everybody's drawings, with owner, labeler and reviewer; for staff who may see "
        "all drawings",
    )


class ImportSerializer(serializers.Serializer[Any]):
    file = SentFile(
        allow_empty_file=True,  # the import says what is missing
        help_text="NDJSON, NPZ, or a ZIP file with IDX or PNG",
    )


class ImportedSerializer(serializers.Serializer[Any]):
    """Describes `recognizer.actions.exchange.import_drawings.Imported`."""

    created = serializers.IntegerField(help_text="drawings stored")
    labeled = serializers.IntegerField(help_text="of these, drawings with a label")
    duplicates = serializers.IntegerField(help_text="drawings skipped: you have them already")
