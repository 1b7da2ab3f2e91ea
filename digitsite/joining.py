"""Joins a style sheet or a script with the files that it imports, to save requests.

The sources work without this. It knows only the forms of import and export that the sources use;
any other form is an error. The reasons are in docs/decisions/0004-scripts-are-joined.md.
"""

import posixpath
import re
from collections.abc import Callable, Iterator

STYLE = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)
MODULE = re.compile(r'^import \{([^}]+)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.MULTILINE)
# Comments that have lines of their own; a quarter of the studio's script.
COMMENT = re.compile(r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
OTHER_FORM = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)

Read = Callable[[str], str]  # file name -> text


def imports(name: str, text: str) -> bool:
    """Tell whether the file imports other files."""
    return bool((MODULE if name.endswith(".js") else STYLE).search(text))


def joined(name: str, read: Read) -> str:
    """Return the text of a .css or .js file with all its imports, transitively.

    Comments on lines of their own are left out. Raises ValueError for circular imports, and for an
    unknown form of import or export.
    """
    if name.endswith(".js"):
        parts = [as_function(each, read(each)) for each in needed(name, read)]
        text = "".join([*parts, named_parts(name, read(name))])
    else:
        text = STYLE.sub(lambda found: joined(beside(name, found[1]), read), read(name))
    return COMMENT.sub("", text)


def needed(name: str, read: Read, above: tuple[str, ...] = ()) -> Iterator[str]:
    """List the modules that a module imports, transitively: each once, after its own imports."""
    found_already: set[str] = set()
    for found in MODULE.finditer(read(name)):
        part = beside(name, found[2])
        if part in above:
            raise ValueError(f"{part} and {name} import each other")
        for each in [*needed(part, read, (*above, name)), part]:
            if each not in found_already:
                found_already.add(each)
                yield each


def as_function(name: str, text: str) -> str:
    """Wrap a module in a function that has its own scope, runs once and returns the exports."""
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", named_parts(name, text))
    return f"const {variable(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def named_parts(name: str, text: str) -> str:
    """Replace a module's imports by the variables that `as_function` defines."""
    text = MODULE.sub(
        lambda found: f"const {{{as_pattern(found[1])}}} = {variable(found[2])};", text
    )
    if unknown := OTHER_FORM.search(EXPORT.sub("", text)):
        raise ValueError(f"{name}: {unknown[0]!r} cannot be joined")
    return text


def as_pattern(names: str) -> str:
    """Turn import names into a pattern: 'NAME, other as it' -> 'NAME, other: it'."""
    return names.replace(" as ", ": ")


def variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", posixpath.basename(name))


def beside(name: str, other: str) -> str:
    return posixpath.join(posixpath.dirname(name), other)
