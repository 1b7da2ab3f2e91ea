"""Messages: a code with parameters, put into words by whoever shows them.

A message is a plain dict, {"code": ..., name: value, ...}, so that it travels as JSON and is stored
as it is. A value is a number, a text that is the same in every language, another message, or a list
of messages. Two more names may stand in any message: "detail", what another program said, line by
line, and "cause", the message that says why.

The words here are English, for the command line; the site has its readers' languages.
"""

import re
from collections.abc import Callable
from typing import Any

Message = dict[str, Any]

PLACE = re.compile(r"\{(\w+)\}")
BESIDE = ("detail", "cause")


class Code:
    """One thing that can be said. Called with its parameters it makes the message.

    english: the text, with {name} in the place of each parameter. formats: how Python writes the
    numbers among them, such as ",", ".3f" or, for a share that is shown as percent, ".2%"; of lists
    what stands between two.
    """

    def __init__(self, code: str, english: str, /, **formats: str) -> None:
        if code in CODES:
            raise ValueError(f"two codes {code}")
        self.code = code
        self.english = english
        self.formats = formats
        CODES[code] = self

    @property
    def parameters(self) -> set[str]:
        return set(PLACE.findall(self.english))

    def __call__(self, /, **parameters: Any) -> Message:
        if parameters.keys() != self.parameters:
            raise TypeError(f"{self.code} takes {self.parameters}, not {set(parameters)}")
        return {"code": self.code, **parameters}


CODES: dict[str, Code] = {}


def marked(text: str) -> str:
    """Marks a text for the translators' catalogue, as gettext_noop does; to be imported as `_`."""
    return text


def words(
    said: Message | str,
    *,
    text_of: Callable[[Code, Message], str],
    number: Callable[[float, str], str],
) -> str:
    """A message in words, without what stands beside it; a text, or an unknown code, as it is.

    text_of: a code's text, with its places, in the reader's language. number: a number in that
    language, written as the format says.
    """

    def value(of: Any, form: str) -> str:
        if isinstance(of, list):
            return form.join(value(each, "") for each in of)
        if isinstance(of, int | float) and not isinstance(of, bool):
            return number(of, form)
        return words(of, text_of=text_of, number=number) if isinstance(of, dict) else str(of)

    if isinstance(said, str):
        return said
    name = said.get("code", "")
    code = CODES.get(name) if isinstance(name, str) else None
    if code is None:
        return str(name)
    values = {name: value(of, code.formats.get(name, "")) for name, of in said.items()}
    return PLACE.sub(lambda place: values.get(place[1], place[0]), text_of(code, said))


def english(said: Message | str) -> str:
    return words(said, text_of=lambda code, _: code.english, number=in_english)


def in_english(number: float, form: str) -> str:
    """0.125 with ".2%" -> "12.50%", 1200 with "," -> "1,200"."""
    return f"{written(number, form)}%" if form.endswith("%") else written(number, form)


def written(number: float, form: str) -> str:
    """As Python writes it; of a share the percent without their sign: ".2%", or "g%"."""
    try:
        if not form.endswith("%"):
            return format(number, form)
        digits = form[:-1]
        return format(number * 100, digits if digits.endswith("g") else f"{digits}f")
    except ValueError:  # a number where a list belongs: whatever is stored can be shown
        return str(number)


def essence(said: Message) -> Message | str:
    """The shortest that says why: the cause, else the last line of the detail, else the message."""
    if cause := said.get("cause"):
        return essence(cause)
    last = str(said.get("detail", "")).strip().rpartition("\n")[2]
    return last or {name: value for name, value in said.items() if name not in BESIDE}
