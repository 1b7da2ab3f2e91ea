"""Translate messages and the names that mlcore uses into the reader's language."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

import mlcore.codes  # noqa: F401  # registers its codes
from mlcore import messages
from mlcore.messages import Code, Message, short_reason, written
from recognizer.codes import Counted
from recognizer.presentation.numbers import as_percent, localized

# The keys are the names used in mlcore and in the database.
NETWORKS = {
    "mlp": _("one hidden layer of 30 sigmoids, as in Nielsen's book"),
    "ann": _("dense layers of 256 and 128 with ReLU and dropout"),
    "small-cnn": _("two convolutions and a dense layer"),
    "double-conv-cnn": _("two pairs of convolutions and a dense layer"),
    "residual-cnn": _("three residual blocks"),
    "digit-net-3": _(
        "seven convolutions with batch normalization, the ink and directions of the pen"
    ),
}
LAYERS = {
    "convolution": _("convolution"),
    "shortcut": _("shortcut"),
    "pooling": _("pooling"),
    "dropout": _("dropout"),
    "dense": _("dense"),
}
REHEARSED = {
    "mnist": _("mnist"),
    "generated": _("generated"),
    "drawn": _("drawn"),
    "negatives": _("negatives"),
}
PHASES = {
    "prepare": _("prepare"),
    "train": _("train"),
    "export": _("export"),
    "evaluate": _("evaluate"),
    "re-score": _("re-score"),
    "done": _("done"),
}
ROLES = {"Reviewers": _("Reviewers"), "Trainers": _("Trainers")}
NAMES = {
    "network": NETWORKS,
    "layer": LAYERS,
    "rehearsed": REHEARSED,
    "phase": PHASES,
    "role": ROLES,
}


def words(message: Message | str | None) -> str:
    """Return a message as text in the active language.

    A person's own text and an unknown code are returned unchanged. The message's cause follows on
    a line of its own. Its detail, which other programs wrote, is for logs only.
    """
    if not message:
        return ""
    if isinstance(message, str):
        return message
    text = messages.words(message, text_of=text_of, number=number)
    return "\n".join(line for line in (text, words(message.get("cause"))) if line)


def brief(message: Message | str | None) -> str:
    """Return the one line that gives the reason."""
    return words(short_reason(message) if isinstance(message, dict) else message)


def in_english(message: Message | str | None) -> str:
    """Return a message in English for programs and logs, independent of the active language."""
    with override(settings.LANGUAGE_CODE):
        return words(message)


def name_of(key: str, kind: str) -> str:
    """Return the translated name from NAMES[kind], or the key itself if it is unknown."""
    names = NAMES[kind]
    return gettext(names[key]) if key in names else key


def text_of(code: Code, message: Message) -> str:
    return code.text(message) if isinstance(code, Counted) else gettext(code.english)


def number(value: float, form: str) -> str:
    text = written(value, form)
    return as_percent(text) if form.endswith("%") else localized(text)


def shown(message: Message | None) -> dict[str, Any] | None:
    """Return a message for API clients: its code, its parameters and its text."""
    if not message:
        return None
    parameters = {name: value for name, value in message.items() if name != "code"}
    return {"code": message["code"], "parameters": parameters, "text": words(message)}


def shown_verdict(verdict: dict[str, Any]) -> dict[str, Any]:
    """Return a verdict with its messages as texts, plus the codes of its reason and rules."""
    if not verdict:
        return {}
    reason = verdict.get("reason")
    gates = [shown_gate(gate) for gate in verdict.get("gates", [])]
    return {**verdict, "reason": words(reason), "reason_code": code_of(reason), "gates": gates}


def shown_gate(gate: dict[str, Any]) -> dict[str, Any]:
    name, rule = gate.get("name"), gate.get("rule")
    return {**gate, "name": words(name), "rule": words(rule), "rule_code": code_of(rule)}


def code_of(message: Message | str | None) -> str:
    return str(message["code"]) if isinstance(message, dict) and message else ""
