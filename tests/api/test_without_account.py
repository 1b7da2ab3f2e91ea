"""Recognition without an account, and its rate limits."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from recognizer.models import Answer, Drawing
from tests.api.client import DRAWN, ROOT, post, problem

pytestmark = pytest.mark.usefixtures("version")


def throttle(monkeypatch: pytest.MonkeyPatch, **rates: str) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, **rates}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)


@pytest.fixture
def three_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    throttle(monkeypatch, **{"try": "3/hour"})


def send(client: Client, picture: bytes, query: str = "") -> Any:
    address = f"{ROOT}recognize/{query}"
    return client.post(address, {"image": SimpleUploadedFile("one.png", picture)})


def statuses(client: Client, count: int, **headers: str) -> list[int]:
    return [post(client, "recognize/", DRAWN, **headers).status_code for _ in range(count)]


def test_a_drawing_is_recognized_and_not_stored(django_assert_num_queries: Callable) -> None:
    answer = post(Client(), "recognize/", DRAWN).json()
    assert (answer["digit"], len(answer["top"]), len(answer["probabilities"])) == (7, 3, 10)

    client = Client()
    with django_assert_num_queries(0):
        post(client, "recognize/", DRAWN)
    assert not client.cookies
    assert not Drawing.objects.exists()
    assert not Answer.objects.exists()


def test_a_picture_is_recognized_and_not_stored(picture: Callable[..., bytes]) -> None:
    client = Client()
    answer = send(client, picture())

    assert (answer.status_code, answer.json()["digit"]) == (200, 1)
    assert not client.cookies
    assert not Drawing.objects.exists()


@pytest.mark.parametrize(
    ("ending", "size", "filler", "said"),
    [
        (".png", (2_000, 2_001), 0, "4,000,000 are allowed"),
        (".tiff", (5_000, 5_001), 0, "25,000,000 are allowed"),
        (".png", (10, 10), 5 * 1024**2, "5,242,880 are allowed"),
    ],
)
def test_a_picture_that_is_too_large_is_refused_with_the_figure(
    ending: str, size: tuple[int, int], filler: int, said: str
) -> None:
    sent = cv2.imencode(ending, np.full(size, 255, np.uint8))[1].tobytes() + bytes(filler)

    refused = send(Client(), sent)

    assert problem(refused) == (413, "too_large")
    assert said in refused.json()["error"]["message"]


def test_a_photograph_of_24_megapixels_is_read_without_and_with_an_account(
    as_owner: Client,
) -> None:
    photograph = np.full((4_000, 6_000), 255, np.uint8)
    photograph[600:3_400, 2_850:3_150] = 0
    sent = cv2.imencode(".jpg", photograph)[1].tobytes()
    for client in (Client(), as_owner):
        answer = send(client, sent)
        assert (answer.status_code, answer.json()["digit"]) == (200, 1)


def test_augmented_answers_need_an_account(picture: Callable[..., bytes]) -> None:
    averaged = post(Client(), "recognize/?augmented=true", DRAWN)
    assert problem(averaged) == (401, "unauthenticated")
    assert problem(send(Client(), picture(), "?augmented=true")) == (401, "unauthenticated")


def test_pictures_have_a_lower_rate_limit_than_strokes(
    monkeypatch: pytest.MonkeyPatch, picture: Callable[..., bytes], as_owner: Client
) -> None:
    throttle(monkeypatch, **{"try": "4/hour", "try-picture": "2/hour"})
    client = Client()

    assert [send(client, picture()).status_code for _ in range(3)] == [200, 200, 429]
    # Pictures count for the limit of all requests as well.
    assert statuses(client, 2)[0] == 200
    assert send(as_owner, picture()).status_code == 200


def test_it_can_be_turned_off(settings: Any) -> None:
    settings.TRY_WITHOUT_ACCOUNT = False
    assert problem(post(Client(), "recognize/", DRAWN)) == (401, "unauthenticated")


def test_a_wrong_token_is_refused() -> None:
    response = post(Client(), "recognize/", DRAWN, Authorization="Token wrong")
    assert problem(response) == (401, "unauthenticated")


@pytest.mark.usefixtures("three_an_hour")
def test_a_throttled_address_is_told_when_to_retry() -> None:
    assert statuses(Client(), 3) == [200, 200, 200]
    refused = post(Client(), "recognize/", DRAWN)
    assert problem(refused) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 3600


@pytest.mark.usefixtures("three_an_hour")
def test_other_addresses_and_accounts_are_not_throttled(as_owner: Client) -> None:
    assert statuses(Client(), 4)[-1] == 429
    assert statuses(Client(REMOTE_ADDR="192.0.2.7"), 3) == [200, 200, 200]
    assert statuses(as_owner, 4) == [200, 200, 200, 200]


@pytest.mark.usefixtures("three_an_hour")
def test_a_forged_header_does_not_change_the_address() -> None:
    answers = [
        post(Client(), "recognize/", DRAWN, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(4)
    ]
    assert answers == [200, 200, 200, 429]


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}


@pytest.mark.usefixtures("three_an_hour", "behind_a_proxy")
def test_behind_a_proxy_the_address_added_by_the_proxy_counts() -> None:
    # The proxy appends the client's address; the addresses before it came from the client.
    forged = [{"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.1"} for n in range(4)]
    answers = [post(Client(), "recognize/", DRAWN, **each).status_code for each in forged]
    assert answers == [200, 200, 200, 429]
    assert statuses(Client(), 1, **{"X-Forwarded-For": "198.51.100.2"}) == [200]
