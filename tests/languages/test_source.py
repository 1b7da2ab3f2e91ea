"""All texts for people are marked for translation, also in branches that no page test reaches."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tree_sitter_javascript
from django.template.base import Lexer, TokenType
from tree_sitter import Language, Node, Parser

from tests.languages.catalogs import KEYWORDS, ROOT, templates
from tests.languages.pseudo import CLOSE, OPEN, Page

NAMES = {"Digit", "Studio", "MNIST", "CSV", "NDJSON", "XLSX", "ms"}


CLASSES = re.compile(r"\{% block main_class %\}.*?\{% endblock %\}")


def as_page(path: Path) -> str:
    """Return a template without its tags, with marks around translated texts."""
    page = ""
    for token in Lexer(CLASSES.sub("", path.read_text())).tokenize():
        name = token.contents.split()[0] if token.contents.strip() else ""
        if token.token_type == TokenType.TEXT:
            page += token.contents
        elif token.token_type == TokenType.VAR:
            page += "0"
        elif name == "blocktranslate":
            page += OPEN
        elif name == "endblocktranslate":
            page += CLOSE
        elif token.token_type == TokenType.BLOCK:
            page += " "
    return page


def test_templates_have_no_untranslated_text() -> None:
    found = {path.name: Page(as_page(path)).found for path in templates()}
    words = [(name, *each) for name, all_of_it in found.items() for each in all_of_it]
    assert len(found) > 50
    assert [each for each in words if each[1] not in NAMES] == []


TOLD = {  # calls whose first argument is a text for people
    *("Refused", "Conflict", "Forbidden", "Unavailable", "TooMany", "InvalidInk", "NotFound"),
    *("ParseError", "PermissionDenied", "AuthenticationFailed", "ValidationError"),
}
ARGUMENTS = {"label", "verbose_name", "verbose_name_plural", "description"}
SHOWN = {"success", "info", "warning", "error", "message_user"}


def plain(node: ast.expr) -> bool:
    """Return whether the expression is a text that is not translated."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and re.search(r"[a-z]{2}", node.value) is not None
    if isinstance(node, ast.BinOp):  # "%(number)s is queued" % {...}
        return plain(node.left)
    pieces = node.values if isinstance(node, ast.JoinedStr) else []
    return any(isinstance(piece, ast.Constant) and plain(piece) for piece in pieces)


def told(call: ast.Call) -> Iterator[ast.expr]:
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    owner = getattr(getattr(call.func, "value", None), "id", "")
    if name in TOLD:
        yield from call.args[:1]
    elif name in SHOWN and (owner == "messages" or name == "message_user"):
        yield from call.args[1:2]
    yield from (each.value for each in call.keywords if each.arg in ARGUMENTS)


def test_python_has_no_untranslated_text_for_people() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in sorted((ROOT / "recognizer").rglob("*.py"))
        if not {"migrations", "commands"} & set(path.parts) and path.name != "schema.py"
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and any(map(plain, told(call)))
    ]
    assert found == []


def test_no_text_is_translated_inside_an_f_string() -> None:
    """Before Python 3.12, extraction does not find texts in f-strings."""
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for folder in ("recognizer", "digitsite")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for call in marked_within(path.read_text())
    ]
    assert found == []
    assert len(list(marked_within("f\"{_('Not a file.')} {_(WANTED)} {len('a')}\""))) == 1


def marked_within(python: str) -> Iterator[ast.Call]:
    """Yield calls of gettext functions with a text inside an f-string."""
    for string in ast.walk(ast.parse(python)):
        for node in ast.walk(string) if isinstance(string, ast.JoinedStr) else ():
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS
            if called and any(isinstance(each, ast.Constant) for each in node.args):
                yield node


SENTENCE = re.compile(r"^[\"'`](?:[A-Z][a-z]+ [\w$]|[A-Z][a-z]+ ?…|.* [a-z]+ .*[a-z.]{3,}[\"'`]$)")


def test_scripts_have_no_untranslated_text() -> None:
    """Every text of several words is an argument of a gettext function."""
    found = [
        (path.name, words)
        for path in sorted((ROOT / "static/js").rglob("*.js"))
        for words in untranslated(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "script",
    [
        'say("Not saved yet");',
        "say(`Saved as ${name} of today`);",
        'say(gettext("Saved") + "Not saved yet");',
        'gettext(known ? "Saved" : "Not saved yet");',
        'const words = { late: ["Not saved yet"] };',
        'gettext(say("Not saved yet"));',
    ],
)
def test_an_untranslated_text_of_a_script_is_found(script: str) -> None:
    assert len(list(untranslated(script))) == 1


@pytest.mark.parametrize(
    "script",
    [
        'gettext("Not saved yet");',
        'ngettext("One drawing is here", "Many drawings are here", count);',
        '// Not saved "Not saved yet"',
        'find("[data-pad] > button");',
    ],
)
def test_translated_and_other_texts_are_not_found(script: str) -> None:
    assert list(untranslated(script)) == []


def untranslated(script: str) -> Iterator[str]:
    """Yield the sentences of a script that are not arguments of gettext or ngettext."""
    tree = Parser(Language(tree_sitter_javascript.language())).parse(script.encode())
    assert not tree.root_node.has_error
    for node in texts(tree.root_node):
        words = source(node)
        if SENTENCE.match(words) and called(node) not in ("gettext", "ngettext"):
            yield words


def texts(node: Node) -> Iterator[Node]:
    if node.type in ("string", "template_string"):
        yield node
    for child in node.children:
        yield from texts(child)


def called(node: Node) -> str:
    """Return the name of the function that has the node as a direct argument."""
    arguments = node.parent
    call = arguments.parent if arguments and arguments.type == "arguments" else None
    function = call.child_by_field_name("function") if call else None
    return source(function) if function else ""


def source(node: Node) -> str:
    return (node.text or b"").decode()
