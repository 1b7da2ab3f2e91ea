"""Static files with hashed names; style sheets and scripts are joined with their imports."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from digitsite.joining import imports, joined

Sources = Mapping[str, tuple[Storage, str]]


class SiteStorage(CompressedManifestStaticFilesStorage):
    """Joins static imports, so that a page needs one request per file. Dynamic imports stay."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: Sources, dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join all files. paths: storage and path of every source, by name."""
        if dry_run:
            return
        whole = dict(paths)
        source = cache(partial(read, paths))  # several files import the same module
        for name in own(paths):
            if imports(name, source(name)):
                Path(self.path(name)).write_text(joined(name, source))
                whole[name] = self, name
        yield from super().post_process(whole, **options)


def own(paths: Sources) -> list[str]:
    """The site's own style sheets and scripts. Those of packages use other forms of import."""
    return [name for name in paths if name.startswith(("css/", "js/"))]


def read(paths: Sources, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        text: str = file.read().decode()
        return text
