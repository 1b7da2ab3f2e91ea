"""Explanations of answers: on request, not at every stroke."""

import base64
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from mlcore.pictures.encoding import png
from mlcore.recognition.explanation import HeatMap
from mlcore.recognition.preprocessing_steps import Step
from recognizer.accounts.throttles import AccountThrottle
from recognizer.actions.drawings.explanation import Explanation, explain
from recognizer.api.access import person
from recognizer.api.answers import answer_to
from recognizer.api.ink import read_ink
from recognizer.api.recognition import INK_ERRORS, INK_EXAMPLE, INK_PARSERS, INK_REQUEST
from recognizer.api.schema import errors
from recognizer.api.serializers.explanation import ExplanationSerializer
from recognizer.models import Scope


class ExplainThrottle(AccountThrottle):
    """A separate rate limit: an explanation costs as much as a hundred answers."""

    scope = "explain"


class Explain(APIView):
    scope = Scope.DRAW
    parser_classes = INK_PARSERS
    throttle_classes = [AccountThrottle, ExplainThrottle]

    @extend_schema(
        operation_id="explain",
        tags=["recognition"],
        request=INK_REQUEST,
        responses={200: ExplanationSerializer, **INK_ERRORS, **errors(404)},
        examples=[INK_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        """Recognize strokes or a picture, and explain the answer: preprocessing steps and heat map.

        Nothing is stored. About a hundred times as costly as an answer alone.
        """
        return Response(explanation_json(explain(read_ink(request.data, owner=person(request)))))


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    return {
        "answer": answer_to(explanation.recognition),
        "steps": [step_json(step) for step in explanation.steps],
        "heat": heat_json(explanation.heat) if explanation.heat else None,
    }


def step_json(step: Step) -> dict[str, Any]:
    height, width = step.picture.shape
    return {
        "name": step.name,
        "width": width,
        "height": height,
        "box": step.box,
        "picture": f"data:image/png;base64,{base64.b64encode(png(step.picture)).decode()}",
    }


def heat_json(heat: HeatMap) -> dict[str, Any]:
    return {
        "label": heat.label,
        "values": heat.values.round(3).tolist(),
        "scale": round(heat.scale, 3),
    }
