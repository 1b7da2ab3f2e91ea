"""The database of every release migrates; rows, people and answers are as before."""

import http.cookiejar
import json
import lzma
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.processes.site import Site
from tests.upgrades.fill import PASSWORD
from tests.upgrades.said import what_it_says

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
RELEASES = sorted(path.name.removesuffix(".sqlite3.xz") for path in HERE.glob("*.sqlite3.xz"))
ANY = {"latency_ms", "created_at", "message"}  # times, and words, which may become better


@pytest.fixture(scope="module", params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def before(release: str) -> dict[str, Any]:
    """What the release said."""
    return json.loads((HERE / f"{release}.json").read_text())


@pytest.fixture(scope="module")
def site(
    release: str, before: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site of this program with the database of the release, after `setup`."""
    home = tmp_path_factory.mktemp("home")
    packed = (HERE / f"{release}.sqlite3.xz").read_bytes()
    (home / "digits.sqlite3").write_bytes(lzma.decompress(packed))
    site = Site(home, tokens=before["tokens"])
    site.manage("setup")
    site.manage("collectstatic", "--no-input", "--verbosity", "0")
    yield site.start("web")
    site.stop()


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Return where the new answer lacks what the old one had. It may have more."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            found
            for name, value in old.items()
            if name not in ANY
            for found in differences(value, new.get(name, "missing"), f"{path}/{name}")
        ]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [found for n, (a, b) in pairs for found in differences(a, b, f"{path}/{n}")]
    if isinstance(old, float) and isinstance(new, float):
        return [] if abs(new - old) <= tolerance(path) else [f"{path}: {old} -> {new}"]
    return [] if old == new else [f"{path}: {old} -> {new}"]


def tolerance(path: str) -> float:
    """Stored answers are exact, and so are digits. A later program may judge numbers otherwise."""
    is_number = "/marks/" in path or path.endswith("/text_confidence")
    return 0.05 if path.startswith("/read ") and is_number else 1e-6


def test_it_says_what_the_release_said(site: Site, before: dict[str, Any]) -> None:
    def ask(path: str, body: Any = None, *, by: str) -> Any:
        address = f"/api/v1/{path}"
        return site.get(address, by=by) if body is None else site.post(address, body, by=by)

    said = what_it_says(ask)
    assert differences(before["said"], said) == []


def test_people_sign_in_as_before(site: Site) -> None:
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://127.0.0.1:{site.port}/accounts/login/"
    form = browser.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token is not None
    fields = {"username": "owner", "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
    browser.open(address, urllib.parse.urlencode(fields).encode())
    assert "sessionid" in {cookie.name for cookie in jar}


def test_there_is_a_release_to_upgrade_from() -> None:
    assert RELEASES[0] == "0.1.0-0001_initial"
