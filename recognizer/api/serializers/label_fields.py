"""Labels in requests and replies."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from mlcore.labels import LONGEST_NUMBER, NOT_A_DIGIT, NUMBER
from recognizer.actions.labels.label_history import read_label
from recognizer.errors import Refused

CLASS_SCHEMA = {"type": "integer", "minimum": 0, "maximum": NOT_A_DIGIT}
TEXT_SCHEMA = {
    "type": "string",
    "maxLength": LONGEST_NUMBER,
    "pattern": rf"^(not_a_digit|{NUMBER})$",
}
LABELS = (
    "0 to 9, 10: not a digit, or text: a digit, `not_a_digit`, or a number with its signs, as in "
    "`2026` or `3.5`. As text, `10` is the number."
)


@extend_schema_field({"oneOf": [CLASS_SCHEMA, TEXT_SCHEMA]})
class GivenLabel(serializers.Field[Any, Any, Any, Any]):
    """A label as somebody gives it; the value is what `label_drawing` takes."""

    def to_internal_value(self, data: Any) -> int | str:
        if isinstance(data, float) and data.is_integer():
            data = int(data)  # 2.0 is an integer in JSON
        try:
            read_label(data)
        except Refused as refused:
            raise serializers.ValidationError(refused.message) from refused
        given: int | str = data
        return given


@extend_schema_field({**CLASS_SCHEMA, "type": ["integer", "null"]})
class LabelClass(serializers.IntegerField):
    """A label as a class; null for a number, and without a label."""

    def to_representation(self, value: Any) -> int | None:  # type: ignore[override]
        return value if isinstance(value, int) else None
