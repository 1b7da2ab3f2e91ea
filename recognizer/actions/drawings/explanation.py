"""Explain an answer: the preprocessing steps, and a heat map of the ink that supports it."""

from dataclasses import dataclass

from mlcore.recognition import preprocessing_steps
from mlcore.recognition.explanation import HeatMap, occlusion
from recognizer.actions.drawings.recognition import Ink, Recognition, recognize_with
from recognizer.actions.versions.serving import serving


@dataclass(frozen=True, eq=False)
class Explanation:
    """The explanation of an answer. heat: None if nothing was drawn."""

    recognition: Recognition
    steps: list[preprocessing_steps.Step]
    heat: HeatMap | None


def explain(ink: Ink) -> Explanation:
    """Explain the serving version's answer, with some hundred inferences. Raises Unavailable."""
    current = serving()
    recognition = recognize_with(current, ink)
    steps = (
        preprocessing_steps.of_strokes(ink.paths)
        if ink.gray is None
        else preprocessing_steps.of_picture(ink.gray, current.ink_network)
    )
    if ink.network_input is None or recognition.answer is None:
        return Explanation(recognition, steps, None)
    heat = occlusion(current.recognizer, ink.network_input, recognition.answer.label)
    return Explanation(recognition, steps, heat)
