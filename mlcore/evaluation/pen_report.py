"""Figures of a version on the pen drawings of the development sets, by source and by writer."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from mlcore.data.development_sets import PenDevSet
from mlcore.data.out_of_distribution import DISGUISED, DISGUISED_SYMBOLS
from mlcore.evaluation.metrics import Answers, answers, apart, trusted, wrong_answer
from mlcore.ink.strokes import network_inputs
from mlcore.labels import NOT_A_DIGIT
from mlcore.recognition.bundle import Bundle

WRITER = 30  # digits by one writer from which an accuracy says something

Figures = dict[str, Any]


def answered(version: Bundle, drawings: PenDevSet) -> Answers:
    return answers(version, network_inputs(drawings.strokes), drawings.labels)


def by_source(got: Answers, digits: PenDevSet) -> Figures:
    """Return the figures of each collection of digits, by its name."""
    figures = {}
    for source in np.unique(digits.sources):
        where = np.flatnonzero(digits.sources == source)
        figures[str(source)] = _on_digits(got.take(where), digits.take(where))
    return figures


def _on_digits(got: Answers, digits: PenDevSet) -> Figures:
    wrong = [
        {
            "index": int(digits.names[i]),
            "writer": str(digits.writers[i]),
            **wrong_answer(got, i),
        }
        for i in np.flatnonzero(~got.right)
    ]
    return trusted(got) | {"worst_writers": _writers(got.right, digits.writers), "wrong": wrong}


def _writers(right: NDArray[np.bool_], writers: NDArray[np.str_]) -> list[Figures]:
    """Return the accuracy of each writer of at least WRITER digits, the worst first."""
    names, counts = np.unique(writers, return_counts=True)
    figures = [
        {"writer": str(name), "n": int(n), "accuracy": float(right[writers == name].mean())}
        for name, n in zip(names, counts, strict=True)
        if n >= WRITER
    ]
    return sorted(figures, key=lambda each: each["accuracy"])


def on_symbols(on_digits: Answers, got: Answers, symbols: PenDevSet) -> Figures:
    """Measure what is no digit against the digits.

    What looks like a digit is not counted in the totals.
    """
    left_out = np.isin(symbols.names, sorted(DISGUISED | DISGUISED_SYMBOLS))
    refused = got.said == NOT_A_DIGIT
    names, counts = np.unique(symbols.names, return_counts=True)
    return {
        **apart(on_digits, got, ~left_out),
        "left_out": [str(name) for name in np.unique(symbols.names[left_out])],
        "by_symbol": {
            str(name): {"n": int(n), "refused": float(refused[symbols.names == name].mean())}
            for name, n in zip(names, counts, strict=True)
        },
    }
