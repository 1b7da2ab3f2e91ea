"""Explanations; they describe `recognizer.api.explanation.explanation_json`."""

from typing import Any

from rest_framework import serializers

from mlcore.ink.geometry import IMAGE_SIDE
from mlcore.labels import NOT_A_DIGIT
from recognizer.api.serializers.drawings import AnswerSerializer

STEPS = ("picture", "ink", "pen", "box", "network_input", "directions")


class StepSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(
        choices=STEPS,
        help_text="`picture`: an upload in grayscale; `ink`: the ink found on it; `pen`: lines at "
        "pen width; `box`: scaled to 20 pixels; `network_input`: the 28x28 network input; "
        "`directions`: of strokes, where the pen moved in each of eight directions",
    )
    width = serializers.IntegerField(min_value=1)
    height = serializers.IntegerField(min_value=1)
    box = serializers.ListField(
        child=serializers.IntegerField(min_value=0),
        min_length=4,
        max_length=4,
        allow_null=True,
        help_text="left, top, right and bottom of the ink, in pixels of this picture",
    )
    picture = serializers.CharField(help_text="a PNG as a data: URL")


class HeatSerializer(serializers.Serializer[Any]):
    label = serializers.IntegerField(  # type: ignore[assignment]
        min_value=0, max_value=NOT_A_DIGIT, help_text="the label that the ink supports or opposes"
    )
    values = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=-1, max_value=1),
            min_length=IMAGE_SIDE,
            max_length=IMAGE_SIDE,
        ),
        min_length=IMAGE_SIDE,
        max_length=IMAGE_SIDE,
        help_text="28 rows from the top; values above 0 support the label, below 0 oppose it",
    )
    scale = serializers.FloatField(
        min_value=1, help_text="change of the label's log odds for a value of 1"
    )


class ExplanationSerializer(serializers.Serializer[Any]):
    answer = AnswerSerializer()
    steps = StepSerializer(many=True)
    heat = HeatSerializer(allow_null=True, help_text="null if nothing was drawn")
