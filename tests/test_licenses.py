"""Every package that is shipped has an accepted license, and docs/licenses.md says which."""

import re
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from tests.test_requirements import ROOT, locked

ACCEPTED = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "MIT", "MIT-CMU", "PSF-2.0"),
    *("Zlib", "ZPL-2.1", "LLVM-exception"),
    *("LGPL-3.0-only", "MPL-2.0"),  # as they are, replaceable
}
ROW = re.compile(r"^\| ([a-z0-9-]+) \| (\S.*?) \| (both|worker) \|$", re.MULTILINE)
LISTED = {
    name: (license_, image)
    for name, license_, image in ROW.findall((ROOT / "docs" / "licenses.md").read_text())
}


def names(lock: str) -> set[str]:
    return {requirement.name for requirement in locked(lock)}


def unaccepted(expression: str) -> set[str]:
    return set(re.split(r" (?:AND|OR|WITH) ", expression)) - ACCEPTED


def test_every_package_is_listed_with_its_image() -> None:
    web = names("web")
    images = {name: "both" if name in web else "worker" for name in names("site")}
    assert {name: image for name, (_, image) in LISTED.items()} == images


def test_every_license_is_accepted() -> None:
    wrong = {name: unaccepted(license_) for name, (license_, _) in LISTED.items()}
    assert {name: found for name, found in wrong.items() if found} == {}


def test_an_unaccepted_license_is_found() -> None:
    assert unaccepted("MIT OR GPL-3.0-only WITH GCC-exception-3.1") == {
        "GPL-3.0-only",
        "GCC-exception-3.1",
    }


@pytest.mark.parametrize("name", sorted(LISTED))
def test_the_package_says_the_same(name: str) -> None:
    try:
        said = metadata(name).get("License-Expression")
    except PackageNotFoundError:
        pytest.skip("not installed on this platform")
    if said:
        assert LISTED[name][0] == said
