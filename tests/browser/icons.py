"""Makes the icons of home screens from the logo, with Chromium: python -m tests.browser.icons"""

import shutil
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parents[2] / "static" / "img"
LOGO = FOLDER / "favicon.svg"
# Side in pixels, and whether the whole square is filled: systems cut their own shapes.
ICONS = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-maskable-512.png": (512, True),
    "touch-icon.png": (180, True),
}


def rendered(browser: Browser, side: int, filled: bool) -> Image.Image:
    """Return the logo as a picture of this side, (side, side) RGBA."""
    logo = LOGO.read_text()
    if filled:
        assert 'rx="8"' in logo
        logo = logo.replace('rx="8"', "")
    page = browser.new_page(viewport={"width": side, "height": side})
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{logo}")
    picture = page.screenshot(omit_background=True)
    page.close()
    return Image.open(BytesIO(picture)).convert("RGBA")


def make() -> None:
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, (side, filled) in ICONS.items():
            picture = rendered(browser, side, filled)
            kept = picture.convert("RGB") if filled else picture
            kept.save(FOLDER / name, optimize=True)
        browser.close()


if __name__ == "__main__":
    make()
