"""Pictures of a folder that PICTURE_CASES names, in files that begin with the right digit."""

import os
from pathlib import Path

import pytest

from mlcore.pictures.preprocessing import image_from_picture
from mlcore.recognition import bundle

FOLDER = os.environ.get("PICTURE_CASES", "")
FILES = (
    [file for file in sorted(Path(FOLDER).iterdir()) if file.name[0].isdigit()] if FOLDER else []
)


@pytest.mark.skipif(not FILES, reason="PICTURE_CASES does not name a folder of pictures")
def test_every_case_is_read_right() -> None:
    recognizer = bundle.shipped().recognizer()
    wrong = {}
    for file in FILES:
        image = image_from_picture(file.read_bytes())
        digit = None if image is None else recognizer.recognize(image).digit
        if str(digit) != file.name[0]:
            wrong[file.name] = digit
    assert wrong == {}
