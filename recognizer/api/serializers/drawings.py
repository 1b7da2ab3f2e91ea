"""Drawings, answers and labels."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mlcore.ink.strokes import MAX_COORDINATE, MAX_POINTS, MAX_STROKES, MAX_TIME
from recognizer.actions.drawings.recognition import Mode
from recognizer.actions.drawings.refusal_reasons import Reason
from recognizer.actions.drawings.store import MAX_AT_ONCE, refuse_too_many
from recognizer.api.answers import stored_answer
from recognizer.api.serializers.files import KINDS, PIXELS, SentFile
from recognizer.api.serializers.label_fields import LABELS, GivenLabel, LabelClass
from recognizer.models import Correction, Drawing, label_name

PROPERTIES: dict[str, dict[str, Any]] = {
    "x": {"type": "number", "description": "to the right, in any unit"},
    "y": {"type": "number", "description": "downwards, in the same unit"},
    "t": {"type": "number", "description": "milliseconds"},
    "p": {"type": "number", "minimum": 0, "maximum": 1, "description": "pressure"},
}
POINT = {"type": "object", "properties": PROPERTIES, "required": ["x", "y"]}
COORDINATE = {"type": "number", "minimum": -MAX_COORDINATE, "maximum": MAX_COORDINATE}
MOMENT = {"type": "number", "minimum": -MAX_TIME, "maximum": MAX_TIME}
SENT_POINT = {
    **POINT,
    "properties": {
        name: {**field, **{"x": COORDINATE, "y": COORDINATE, "t": MOMENT}.get(name, {})}
        for name, field in PROPERTIES.items()
    },
}
PAIR = {"type": "array", "items": COORDINATE, "minItems": 2, "maxItems": 2}


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MAX_STROKES,
        "items": {"type": "array", "items": {"oneOf": [SENT_POINT, PAIR]}},
        "description": f"At most {MAX_STROKES} strokes with {MAX_POINTS:,} points in all.",
    }
)
class SentStrokes(serializers.JSONField):
    """Strokes in the format of `mlcore.ink.strokes.parse`."""


@extend_schema_field(
    {
        "type": ["array", "null"],
        "items": {"type": "array", "items": POINT},
        "description": "Strokes of a drawing made on the canvas; null for uploads.",
    }
)
class KeptStrokes(serializers.JSONField):
    """Strokes as `recognizer.actions.drawings.recognition.read_strokes` stores them."""


class StrokesSerializer(serializers.Serializer[Any]):
    strokes = SentStrokes()


class PictureSerializer(serializers.Serializer[Any]):
    image = SentFile(help_text=f"{KINDS}, at most 5 MB and {PIXELS}; or a PDF of one page")


class OpenedPictureSerializer(serializers.Serializer[Any]):
    """Describes the answer of `recognizer.api.recognition.OpenPicture`."""

    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    picture = serializers.CharField(help_text="a PNG, base64")


class KeptPictureSerializer(serializers.Serializer[Any]):
    kept = serializers.UUIDField(help_text="of a picture that was recognized with `keep`")


class RecognitionSerializer(serializers.Serializer[Any]):
    augmented = serializers.BooleanField(
        default=False,
        help_text="test-time augmentation: average over augmented views, thirteen times slower",
    )
    mode = serializers.ChoiceField(
        choices=[(each.value, each.value) for each in Mode],
        default=Mode.AUTO.value,
        help_text="`auto`: one digit, and if that is refused, a number; `digit`: one digit only; "
        "`number`: a number, also of one digit",
    )
    keep = serializers.BooleanField(
        default=False,
        help_text="keep a picture for an hour, so that it can be saved or explained without being "
        "sent again",
    )


class DigitProbabilitySerializer(serializers.Serializer[Any]):
    digit = serializers.IntegerField(min_value=0, max_value=9)
    probability = serializers.FloatField(min_value=0, max_value=1)


class MarkSerializer(serializers.Serializer[Any]):
    """Describes `recognizer.api.answers.mark_json`."""

    text = serializers.CharField(help_text="a digit, a sign, or `?` where nothing could be read")
    box = serializers.ListField(
        child=serializers.FloatField(),
        min_length=4,
        max_length=4,
        help_text="left, top, right and bottom, in the units of what was sent; in a stored answer "
        "to a picture, in pixels of the picture that is kept",
    )
    confidence = serializers.FloatField(min_value=0, max_value=1)
    strokes = serializers.ListField(
        child=serializers.IntegerField(min_value=0),
        help_text="numbers of its strokes, from 0; empty for pictures",
    )


class AnswerSerializer(serializers.Serializer[Any]):
    """Describes `recognizer.api.answers.answer_json`."""

    is_digit = serializers.BooleanField()
    digit = serializers.IntegerField(min_value=0, max_value=9, allow_null=True)
    confidence = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="calibrated probability of the answer, of the eleven `class_probabilities`",
    )
    top = DigitProbabilitySerializer(
        many=True,
        help_text="the three most likely digits, best first, with their `probabilities`: given "
        "that it is a digit",
    )
    probabilities = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1),
        min_length=10,
        max_length=10,
        help_text="of 0 to 9, given that it is a digit; they sum to 1, or are 0 if it is blank",
    )
    not_a_digit = serializers.FloatField(
        min_value=0, max_value=1, help_text="probability that it is no digit"
    )
    class_probabilities = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1),
        min_length=11,
        max_length=11,
        help_text="of 0 to 9 and, last, of “not a digit”: `probabilities` times the probability of "
        "a digit, and `not_a_digit`; they sum to 1, or are 0 if it is blank",
    )
    blank = serializers.BooleanField(help_text="nothing was drawn")
    reason = serializers.ChoiceField(
        choices=[(each.value, each.value) for each in Reason],
        allow_null=True,
        help_text="why there is no digit, else null. `several`: a number; `unsure`: a digit with "
        "too low a confidence; `unknown`: no digit",
    )
    message = serializers.CharField(
        help_text="a text for people: of a refusal why and what to do; empty if the answer is clear"
    )
    text = serializers.CharField(
        help_text="the digit, or the number with its signs; empty if there is neither"
    )
    text_confidence = serializers.FloatField(
        min_value=0,
        max_value=1,
        help_text="probability that the text is right: of a number, that all its digits are",
    )
    marks = MarkSerializer(
        many=True, help_text="the digits and signs of a number, in a fresh answer"
    )
    network_input = serializers.CharField(
        help_text="base64 of the ink of the network input: 28x28 bytes, row by row, 255 is ink"
    )
    version = serializers.IntegerField(help_text="number of the version that answered")
    latency_ms = serializers.FloatField(help_text="inference time in milliseconds")


class RecognizedSerializer(AnswerSerializer):
    kept = serializers.UUIDField(
        allow_null=True, help_text="the id of the picture, if it is kept; send it as `kept`"
    )


class DrawingSerializer(serializers.ModelSerializer[Drawing]):
    url = serializers.CharField(
        source="get_absolute_url", read_only=True, help_text="its page on the site"
    )
    strokes = KeptStrokes(read_only=True)
    label = LabelClass(  # type: ignore[assignment]
        read_only=True,
        help_text="0 to 9, 10: not a digit, null: not labeled, or a number, see `label_text`",
    )
    label_text = serializers.SerializerMethodField()
    gold = serializers.BooleanField(
        source="is_gold",
        read_only=True,
        help_text="versions are measured on it and never trained on it",
    )
    answer = serializers.SerializerMethodField()

    class Meta:
        model = Drawing
        fields = [
            "id",
            "url",
            "created_at",
            "source",
            "strokes",
            "label",
            "label_text",
            "label_state",
            "gold",
            "answer",
        ]
        read_only_fields = fields

    @extend_schema_field(
        {
            "type": ["string", "null"],
            "description": "a digit, a number as in `2026` or `3.5`, or `not_a_digit`; null: none",
        }
    )
    def get_label_text(self, drawing: Drawing) -> str | None:
        return label_name(drawing.label, drawing.number)

    @extend_schema_field(AnswerSerializer(allow_null=True))
    def get_answer(self, drawing: Drawing) -> dict[str, Any] | None:
        return stored_answer(drawing)


class LabelSerializer(serializers.Serializer[Any]):
    label = GivenLabel(help_text=LABELS)  # type: ignore[assignment]
    # Only the site's pages set the source. Nobody can claim that it was the admin.
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=[Correction.Source.API, Correction.Source.STUDIO, Correction.Source.HISTORY],
        default=Correction.Source.API,
        help_text="which page it was given on; with a token it is always `api`",
    )


class Ids(serializers.ListField):
    """Ids of drawings. Too many are refused before each one is validated."""

    child = serializers.IntegerField(min_value=1)

    def to_internal_value(self, data: Any) -> list[int]:
        if isinstance(data, list):
            refuse_too_many(len(data))
        return super().to_internal_value(data)


class ChosenSerializer(serializers.Serializer[Any]):
    ids = Ids(
        min_length=1,
        max_length=MAX_AT_ONCE,
        help_text=f"numbers of drawings, at most {MAX_AT_ONCE}",
    )
