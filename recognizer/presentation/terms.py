"""What terms of the pages mean, in plain words. Each is a word of docs/glossary.md."""

from django.utils.translation import gettext_noop as _

from recognizer import codes

TERMS = {
    "calibration": _(
        "Whether confidences mean what they say: of 100 answers with a confidence of 98%, about "
        "98 should be right."
    ),
    "calibration error": _(
        "How far confidences and the shares that are right are apart on average: 0.01 is one point "
        "in a hundred. Short: ECE, expected calibration error. Lower is better."
    ),
    "checksum": _("A short number made from all of a file. If the file changes, so does it."),
    "confusion matrix": _(
        "A table of how often each digit was answered as which. Right answers are on the diagonal."
    ),
    "epoch": _("One round of a training in which every example is shown once."),
    "gate": _(
        "A condition that a new version has to meet before it may serve. It is measured on the new "
        "version and on the one that it was trained from."
    ),
    "gold set": _(
        "Drawings that administrators chose to measure every version on. No version learns from "
        "them."
    ),
    "hold-out": _(
        "Examples set aside to measure on: no version learned from them, so they show how it reads "
        "what it has not seen."
    ),
    "kappa": _("How often two reviewers agree beyond chance. 1: always. 0: as often as by chance."),
    "log-likelihood": _(
        "How sure the network was of the right answer, on average. Answers that are wrong and sure "
        "cost most. Short: NLL, negative log-likelihood. Lower is better."
    ),
    "loss": _("What a training makes smaller: how far the answers are from the labels."),
    "multiply-adds": _("How many multiplications an answer takes: how fast it can be."),
    "non-digit": _(
        "A scribble, a letter or the like. The right answer is “not a digit”: it is refused."
    ),
    "parameter": _("A number that the network has learned. All of them together are its memory."),
    "recipe": _("The settings of a training."),
    "reference sets": _(
        "Drawings that come with the program, never change and are never learned from."
    ),
    "refusal threshold": _(
        "If “not a digit” is likelier than this, that is the answer. Fitted on drawings that were "
        "not learned from."
    ),
    "rehearsal": _(
        "Examples of earlier trainings that are repeated, so that nothing is forgotten."
    ),
    "seed": _(
        "The number that chance begins with. The same seed and data give the same version again."
    ),
    "temperature": _(
        "The scores of the network are divided by it before they become probabilities. Above 1 "
        "makes answers less sure, below 1 surer; it changes no answer. Fitted on drawings that "
        "were not learned from."
    ),
}

OF_GATES = {  # by the code of a gate's name
    codes.LOG_LIKELIHOOD.code: "log-likelihood",
    codes.CALIBRATION_ERROR.code: "calibration error",
    codes.CORRECTIONS_HELD_OUT.code: "hold-out",
    codes.CORRECTIONS_HELD_OUT_OF.code: "hold-out",
    codes.NUMBERS_HELD_OUT.code: "hold-out",
    codes.PEN_HOLDOUT_SET.code: "hold-out",
    codes.MNIST_HOLDOUT_SET.code: "hold-out",
    codes.NON_DIGITS_REFUSED.code: "non-digit",
    codes.GOLD_SET.code: "gold set",
    codes.GOLD_NUMBERS.code: "gold set",
}
OF_FIGURES = {  # by the last key of a figure's path
    "negative_log_likelihood": "log-likelihood",
    "expected_calibration_error": "calibration error",
    "negatives_refused": "non-digit",
    "parameters": "parameter",
    "multiply_adds": "multiply-adds",
}
