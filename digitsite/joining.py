"""Files that import others beside them, joined into one: a single request brings it all.

The sources work as they are; joining only spares a browser the requests. Of CSS and JavaScript just
the forms are known that the sources use. Another one is an error, not a guess.
"""

import posixpath
import re
from collections.abc import Callable, Iterator

STYLE = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)
MODULE = re.compile(r'^import \{([^}]+)\} from "\./([\w-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:const|function|class) (\w+))", re.MULTILINE)
OTHER_FORM = re.compile(r"^(?:import|export)\b(?!\().*", re.MULTILINE)

Read = Callable[[str], str]  # the text of a file, by its name


def imports(name: str, text: str) -> bool:
    """Whether the file does, so that joining it makes another of it."""
    return bool((MODULE if name.endswith(".js") else STYLE).search(text))


def joined(name: str, read: Read) -> str:
    """The text of a .css or .js file with all that it imports, and these do.

    Raises ValueError where modules import each other in a circle or in a form that is not known.
    """
    if name.endswith(".js"):
        parts = [as_function(each, read(each)) for each in needed(name, read)]
        return "".join([*parts, named_parts(name, read(name))])
    return STYLE.sub(lambda found: joined(beside(name, found[1]), read), read(name))


def needed(name: str, read: Read, above: tuple[str, ...] = ()) -> Iterator[str]:
    """The modules that one imports, each once and after those that it needs itself."""
    told: set[str] = set()
    for found in MODULE.finditer(read(name)):
        part = beside(name, found[2])
        if part in above:
            raise ValueError(f"{part} and {name} import each other")
        for each in [*needed(part, read, (*above, name)), part]:
            if each not in told:
                told.add(each)
                yield each


def as_function(name: str, text: str) -> str:
    """A module with a scope of its own, which runs once and leaves what the module exports."""
    exported = ", ".join(EXPORT.findall(text))
    body = EXPORT.sub("", named_parts(name, text))
    return f"const {variable(name)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def named_parts(name: str, text: str) -> str:
    """A module whose imports come from the functions of `as_function` before it."""
    text = MODULE.sub(
        lambda found: f"const {{{as_pattern(found[1])}}} = {variable(found[2])};", text
    )
    if unknown := OTHER_FORM.search(EXPORT.sub("", text)):
        raise ValueError(f"{name}: {unknown[0]!r} cannot be joined")
    return text


def as_pattern(names: str) -> str:
    """'NAME, other as it' -> 'NAME, other: it'"""
    return names.replace(" as ", ": ")


def variable(name: str) -> str:
    return "module_" + re.sub(r"\W", "_", posixpath.basename(name))


def beside(name: str, other: str) -> str:
    return posixpath.join(posixpath.dirname(name), other)
