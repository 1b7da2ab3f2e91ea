"""Showing how an answer came about: the steps to the network input, and the ink that mattered."""

from dataclasses import dataclass

from mlcore.recognition import preprocessing_steps
from mlcore.recognition.explanation import HeatMap, occlusion
from recognizer.actions.drawings.recognition import Ink, Recognition, recognize_with
from recognizer.actions.versions.serving import serving


@dataclass(frozen=True, eq=False)
class Explanation:
    """heat: for what the network answered; None where nothing was drawn."""

    recognition: Recognition
    steps: list[preprocessing_steps.Step]
    heat: HeatMap | None


def explain(ink: Ink) -> Explanation:
    """Asks the serving version some hundred times. Nothing is stored. Raises Unavailable."""
    current = serving()
    recognition = recognize_with(current, ink)
    gray = ink.gray
    way = (
        preprocessing_steps.of_strokes(ink.paths)
        if gray is None
        else preprocessing_steps.of_picture(gray)
    )
    if ink.network_input is None or recognition.answer is None:
        return Explanation(recognition, way, None)
    heat = occlusion(current.recognizer, ink.network_input, recognition.answer.label)
    return Explanation(recognition, way, heat)
