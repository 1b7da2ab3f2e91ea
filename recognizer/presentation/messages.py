"""Messages, and the names of what mlcore names, in the reader's language."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

import mlcore.codes  # noqa: F401  # so that its codes are known
from mlcore import messages
from mlcore.messages import Code, Message, essence, written
from recognizer.codes import Counted
from recognizer.presentation.numbers import as_percent, localized

# By their names in mlcore and in the database.
NETWORKS = {
    "mlp": _("one hidden layer of 30 sigmoids, as in Nielsen's book"),
    "ann": _("dense layers of 256 and 128 with ReLU and dropout"),
    "small-cnn": _("two convolutions and a dense layer"),
    "double-conv-cnn": _("two pairs of convolutions and a dense layer"),
    "residual-cnn": _("three residual blocks"),
    "digit-net-2": _("seven convolutions with batch normalization"),
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


def words(said: Message | str | None) -> str:
    """A message in the active language; what a person wrote, and a code that is unknown, as it is.

    Behind it come, each on a line of its own, what another program said and why.
    """
    if not said:
        return ""
    if isinstance(said, str):
        return said
    lines = [messages.words(said, text_of=text_of, number=number), said.get("detail", "")]
    return "\n".join(line for line in [*lines, words(said.get("cause"))] if line)


def brief(said: Message | str | None) -> str:
    """The one line that says why."""
    return words(essence(said) if isinstance(said, dict) else said)


def in_english(said: Message | str | None) -> str:
    """For programs and logs, whatever language is active."""
    with override(settings.LANGUAGE_CODE):
        return words(said)


def name_of(key: str, kind: str) -> str:
    """What one of NAMES calls it; unknown ones are called by their keys."""
    names = NAMES[kind]
    return gettext(names[key]) if key in names else key


def text_of(code: Code, said: Message) -> str:
    return code.text(said) if isinstance(code, Counted) else gettext(code.english)


def number(value: float, form: str) -> str:
    text = written(value, form)
    return as_percent(text) if form.endswith("%") else localized(text)


def shown(said: Message | None) -> dict[str, Any] | None:
    """For programs: the code with its parameters, and the words beside them."""
    if not said:
        return None
    parameters = {name: value for name, value in said.items() if name != "code"}
    return {"code": said["code"], "parameters": parameters, "text": words(said)}


def shown_verdict(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict with its messages in words, and the codes of reason and rules beside them."""
    if not verdict:
        return {}
    reason = verdict.get("reason")
    gates = [shown_gate(gate) for gate in verdict.get("gates", [])]
    return {**verdict, "reason": words(reason), "reason_code": code_of(reason), "gates": gates}


def shown_result(result: dict[str, Any]) -> dict[str, Any]:
    """What came of a job, its verdict as `shown_verdict` has it."""
    verdict = result.get("verdict")
    return {**result, "verdict": shown_verdict(verdict)} if verdict else result


def shown_gate(gate: dict[str, Any]) -> dict[str, Any]:
    name, rule = gate.get("name"), gate.get("rule")
    return {**gate, "name": words(name), "rule": words(rule), "rule_code": code_of(rule)}


def code_of(said: Message | str | None) -> str:
    return str(said["code"]) if isinstance(said, dict) and said else ""
