"""Rate limits of a site with several web processes."""

from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import cv2
import numpy as np
import pytest

from tests.processes.site import Site

pytestmark = pytest.mark.slow

PICTURES = 30  # ANON_PICTURE_RATE a minute


def test_two_web_processes_share_a_limit(embedded: Site) -> None:
    embedded.start("web")
    picture = np.full((40, 40), 255, np.uint8)
    cv2.line(picture, (20, 5), (20, 35), 0, 3)
    form = b'--end\r\nContent-Disposition: form-data; name="image"; filename="one.png"\r\n\r\n'
    form += cv2.imencode(".png", picture)[1].tobytes() + b"\r\n--end--\r\n"
    request = Request(
        f"http://127.0.0.1:{embedded.port}/api/v1/recognize/",
        form,
        {"Content-Type": "multipart/form-data; boundary=end"},
    )

    def status(number: int) -> int:
        try:
            with urlopen(request) as answer:  # noqa: S310  # of this machine
                return answer.status
        except HTTPError as error:
            with error:
                return error.code

    with ThreadPoolExecutor(8) as visitors:
        statuses = list(visitors.map(status, range(3 * PICTURES)))

    assert (statuses.count(200), statuses.count(429)) == (PICTURES, 2 * PICTURES)
