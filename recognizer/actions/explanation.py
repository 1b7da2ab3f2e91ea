"""Showing how an answer came about: the steps to the field, and the ink that mattered."""

from dataclasses import dataclass

from mlcore import steps
from mlcore.explanation import HeatMap, occlusion
from recognizer.actions.recognition import Ink, Recognition, recognise_with
from recognizer.actions.serving import serving


@dataclass(frozen=True, eq=False)
class Explanation:
    """heat: for what the network answered; None where nothing was drawn."""

    recognition: Recognition
    steps: list[steps.Step]
    heat: HeatMap | None


def explain(ink: Ink) -> Explanation:
    """Asks the serving version some hundred times. Nothing is stored. Raises Unavailable."""
    current = serving()
    recognition = recognise_with(current, ink)
    grey = ink.grey
    way = steps.of_strokes(ink.paths) if grey is None else steps.of_picture(grey)
    if ink.field is None or recognition.answer is None:
        return Explanation(recognition, way, None)
    heat = occlusion(current.recogniser, ink.field, recognition.answer.label)
    return Explanation(recognition, way, heat)
