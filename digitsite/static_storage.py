"""Static files with hashed names, ES modules' imports of each other included."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)

Sources = Mapping[str, tuple[Storage, str]]


class SiteStorage(CompressedManifestStaticFilesStorage):
    """What a style sheet imports from beside it is written into it: one request brings all."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """paths: by name, a source and the path in it. Sources are joined anew every time."""
        if dry_run:
            return
        whole = dict(paths)
        for name in paths:
            if name.endswith(".css") and IMPORT.search(source := read(paths, name)):
                Path(self.path(name)).write_text(joined(paths, name, source))
                whole[name] = self, name
        yield from super().post_process(whole, **options)


def joined(paths: Sources, name: str, source: str) -> str:
    folder = posixpath.dirname(name)
    return IMPORT.sub(lambda found: read(paths, posixpath.join(folder, found[1])), source)


def read(paths: Sources, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
