"""Static files with hashed names; what style sheets and scripts import is written into them."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from digitsite.joining import imports, joined

Sources = Mapping[str, tuple[Storage, str]]


class SiteStorage(CompressedManifestStaticFilesStorage):
    """One request brings a page's style, another its script; later parts it fetches by import()."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """paths: by name, a source and the path in it. Sources are joined anew every time."""
        if dry_run:
            return
        whole = dict(paths)
        source = cache(partial(read, paths))  # many import the same
        for name in own(paths):
            if imports(name, source(name)):
                Path(self.path(name)).write_text(joined(name, source))
                whole[name] = self, name
        yield from super().post_process(whole, **options)


def own(paths: Sources) -> list[str]:
    """The site's own style sheets and scripts: other packages' may be written in any way."""
    return [name for name in paths if name.startswith(("css/", "js/"))]


def read(paths: Sources, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()
