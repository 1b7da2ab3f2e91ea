"""The catalogs, and the texts of the source that belong in them. Needs no gettext program."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.template import engines
from django.template.base import Node, Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = sorted(path.parent.parent.name for path in ROOT.glob("locale/*/LC_MESSAGES/django.po"))
Key = tuple[str, str]  # (context, English; the singular of two)

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
}
IN_TAG = re.compile(r'\b_\((["\'])(.+?)\1\)')  # a text in the argument of a tag or filter


def catalog(language: str, domain: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po").open() as file:
        return read_po(file, locale=language, domain=domain)


def keys(known: Catalog) -> set[Key]:
    return {
        (each.context or "", each.id if isinstance(each.id, str) else each.id[0])
        for each in known
        if each.id
    }


def in_source(method: str, folder: str, pattern: str) -> set[Key]:
    found = set()
    for path in sorted((ROOT / folder).rglob(pattern)):
        with path.open("rb") as file:
            for _, message, _, context in extract(
                method, file, KEYWORDS, options={"parse_template_string": True}
            ):
                english = message if isinstance(message, str) else message[0]
                found.add((context or "", english))
    return found


def in_templates() -> set[Key]:
    return {key for path in templates() for key in in_template(path)}


def templates() -> list[Path]:
    folder = ROOT / "templates"
    return sorted(path for path in folder.rglob("*") if path.suffix in (".html", ".txt"))


def in_template(path: Path) -> Iterator[Key]:
    source = path.read_text()
    compiled = engines["django"].from_string(source).template  # type: ignore[attr-defined]
    assert isinstance(compiled, Template)
    for node in compiled.nodelist.get_nodes_by_type(Node):
        if isinstance(node, TranslateNode):
            context = node.message_context.var if node.message_context else ""
            yield str(context), node.filter_expression.var.literal
        elif isinstance(node, BlockTranslateNode):
            yield "", node.render_token_list(node.singular)[0]
    for _, text in IN_TAG.findall(source):
        yield "", text
