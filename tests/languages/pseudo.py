"""A pseudo language that marks every translated text, and a search for unmarked words."""

import re
from gettext import NullTranslations
from html.parser import HTMLParser

from django.utils.translation.trans_real import CONTEXT_SEPARATOR

OPEN, CLOSE = "⟦", "⟧"
PATTERNS = ("date format",)  # contexts of format strings, which are not texts


def marked(text: str) -> str:
    context, _, text = text.rpartition(CONTEXT_SEPARATOR)
    return f"{context}{CONTEXT_SEPARATOR}{text}" if context in PATTERNS else f"{OPEN}{text}{CLOSE}"


class Pseudo(NullTranslations):
    """Replaces English: numbers and dates do not change."""

    domain = "django"

    def gettext(self, message: str) -> str:
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return marked(msgid1 if n == 1 else msgid2)

    def to_language(self) -> str:
        return "en-gb"

    def language(self) -> str:
        return "en-gb"


SEEN = ("aria-label", "title", "alt", "placeholder", "content", "label")
UNSEEN = {"script", "style", "code", "kbd", "pre", "textarea"}
VOID = {"img", "input", "br", "meta", "link", "hr", "path", "circle", "use", "polyline", "col"}
WORD = re.compile(r"[^\W\d_]{2,}")


class Page(HTMLParser):
    """Finds the words of a page outside all marks, with their places."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.depth = 0
        self.open: list[str] = []
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if (name in SEEN or name.startswith("data-confirm")) and tag != "meta":
                self.note(outside(value or "", 0)[0], f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.depth = 0  # a long title is cut, with its closing mark
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        words, self.depth = outside(data, self.depth)
        if not UNSEEN & set(self.open):
            self.note(words, " ".join(self.open[-2:]))

    def note(self, text: str, where: str) -> None:
        self.found += [(word, where) for word in WORD.findall(text)]


def outside(text: str, depth: int) -> tuple[str, int]:
    """Return the text outside marks, and the number of marks open at its end.

    depth: the number of marks open at its start.
    """
    kept = ""
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        kept += letter if depth == 0 and letter != CLOSE else " "
    return kept, depth
