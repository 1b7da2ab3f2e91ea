"""The web app manifest and its icons."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.test.utils import override_script_prefix
from PIL import Image

ADDRESS = "/site.webmanifest"


def picture(name: str) -> Image.Image:
    found = finders.find(f"img/{name}")
    assert found is not None
    with Image.open(Path(found)) as icon:
        return icon.copy()


def test_every_icon_is_there_in_its_size() -> None:
    response = Client().get(ADDRESS)
    icons = response.json()["icons"]

    assert response["Content-Type"] == "application/manifest+json"
    assert {(each["sizes"], each["purpose"]) for each in icons} >= {
        *(("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"))
    }
    for each in icons:
        name = each["src"].rpartition("/")[2]
        if each["type"] == "image/png":
            assert "{}x{}".format(*picture(name).size) == each["sizes"]
        else:
            assert finders.find(f"img/{name}")


def test_systems_may_cut_a_shape_out_of_a_filled_icon() -> None:
    for name in ("icon-maskable-512.png", "touch-icon.png"):
        icon = picture(name)
        assert icon.mode == "RGB"  # nothing is transparent
        assert icon.getpixel((0, 0)) == (0x38, 0x53, 0xC9)
    assert picture("icon-512.png").getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize(("prefix", "start"), [("/", "/"), ("/digits/", "/digits/")])
def test_it_starts_and_stays_where_the_site_is(prefix: str, start: str) -> None:
    with override_script_prefix(prefix):
        said = Client().get(ADDRESS).json()
    assert {said["id"], said["start_url"], said["scope"]} == {start}


@pytest.mark.django_db
def test_every_page_names_it_and_the_icon_for_ios() -> None:
    page = Client().get("/").text
    assert f'<link rel="manifest" href="{ADDRESS}">' in page
    assert re.search(r'<link rel="apple-touch-icon" href="[^"]*touch-icon[^"]*png">', page)


def test_its_colors_are_those_of_the_pages() -> None:
    said = Client().get(ADDRESS).json()
    found = finders.find("css/tokens.css")
    assert found is not None
    tokens = Path(found).read_text()
    assert f"--bg: {said['background_color']};" in tokens
    assert f"--surface: {said['theme_color']};" in tokens
