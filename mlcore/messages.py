"""Messages: a code with parameters, turned into text only where it is shown.

A message is a plain dict, {"code": ..., name: value, ...}, which can be stored and sent as JSON. A
value is a number, a text that is the same in every language, another message, or a list of
messages. Any message may have two more keys: "detail" is the output of another program, line by
line; "cause" is the message that gives the reason.

The texts here are English, for the command line. The site translates them.
"""

import re
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
EXTRA_KEYS = ("detail", "cause")


class Code:
    """One kind of message. Calling it with its parameters creates the message.

    english: the text, with {name} for each parameter. formats: by parameter, the format of a number
    (",", ".3f", or ".2%" for a share shown as a percentage) or the separator of a list.
    """

    def __init__(self, code: str, english: str, /, **formats: str) -> None:
        if code in CODES:
            raise ValueError(f"duplicate code {code}")
        self.code = code
        self.english = english
        self.formats = formats
        CODES[code] = self

    @property
    def parameters(self) -> set[str]:
        return set(PLACEHOLDER.findall(self.english))

    def __call__(self, /, **parameters: Any) -> Message:
        if parameters.keys() != self.parameters:
            raise TypeError(f"{self.code} takes {self.parameters}, not {set(parameters)}")
        return {"code": self.code, **parameters}


CODES: dict[str, Code] = {}


def marked(text: str) -> str:
    """Mark a text for the translation catalog, as gettext_noop does. Import it as `_`."""
    return text


def words(
    message: Message | str,
    *,
    text_of: Callable[[Code, Message], str],
    number: Callable[[float, str], str],
) -> str:
    """Return the text of a message, without its detail and cause.

    A plain text and an unknown code are returned unchanged. text_of: returns the text of a code
    with its placeholders, in the reader's language. number: formats a number in that language.
    """

    def formatted(value: Any, form: str) -> str:
        if isinstance(value, list):
            return form.join(formatted(each, "") for each in value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return number(value, form)
        if isinstance(value, dict):
            return words(value, text_of=text_of, number=number)
        return str(value)

    if isinstance(message, str):
        return message
    name = message.get("code", "")
    code = CODES.get(name) if isinstance(name, str) else None
    if code is None:
        return str(name)
    values = {name: formatted(value, code.formats.get(name, "")) for name, value in message.items()}
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text_of(code, message))


def english(message: Message | str) -> str:
    return words(message, text_of=lambda code, _: code.english, number=in_english)


def in_english(number: float, form: str) -> str:
    """0.125 with ".2%" -> "12.50%", 1200 with "," -> "1,200"."""
    return f"{written(number, form)}%" if form.endswith("%") else written(number, form)


def written(number: float, form: str) -> str:
    """Format a number as Python does. A share (".2%" or "g%") becomes a percentage without %."""
    try:
        if not form.endswith("%"):
            return format(number, form)
        digits = form[:-1]
        return format(number * 100, digits if digits.endswith("g") else f"{digits}f")
    except ValueError:  # a number where a list is expected; every stored message must be shown
        return str(number)


def short_reason(message: Message) -> Message | str:
    """Return the shortest reason: the cause, else the message."""
    if cause := message.get("cause"):
        return short_reason(cause)
    return {name: value for name, value in message.items() if name not in EXTRA_KEYS}
