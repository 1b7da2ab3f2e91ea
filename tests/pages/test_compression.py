"""Pages are compressed; answers of the API and downloads are not."""

import gzip

from recognizer.models import ModelVersion, User
from tests.conftest import signed_in

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def test_pages_are_compressed_for_those_who_take_it(owner: User) -> None:
    client = signed_in(owner)
    small = client.get("/", headers=GZIP)

    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert b"data-studio" in gzip.decompress(small.content)
    assert "Content-Encoding" not in client.get("/")


def test_the_api_and_exports_are_not_compressed(owner: User, version: ModelVersion) -> None:
    client = signed_in(owner)
    for address in ("/api/v1/drawings/", "/drawings/export/?format=csv"):
        assert "Content-Encoding" not in client.get(address, headers=GZIP)
