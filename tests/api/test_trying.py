"""What is read for those who are not signed in, and how often."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from recognizer.models import Drawing, Prediction
from tests.api.asking import DRAWN, ROOT, post, problem

pytestmark = pytest.mark.usefixtures("version")


@pytest.fixture
def three_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {**SimpleRateThrottle.THROTTLE_RATES, "try": "3/hour"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)


def statuses(client: Client, count: int, **headers: str) -> list[int]:
    return [post(client, "recognize/", DRAWN, **headers).status_code for _ in range(count)]


def test_a_drawing_is_read_and_not_kept(django_assert_num_queries: Callable) -> None:
    answer = post(Client(), "recognize/", DRAWN).json()
    assert (answer["digit"], len(answer["top"]), len(answer["probabilities"])) == (7, 3, 10)

    client = Client()
    with django_assert_num_queries(0):
        post(client, "recognize/", DRAWN)
    assert not client.cookies
    assert not Drawing.objects.exists()
    assert not Prediction.objects.exists()


def test_pictures_and_averages_take_an_account(picture: Callable[..., bytes]) -> None:
    sent = Client().post(ROOT + "recognize/", {"image": SimpleUploadedFile("one.png", picture())})
    assert problem(sent) == (401, "unauthenticated")
    averaged = post(Client(), "recognize/?augmented=true", DRAWN)
    assert problem(averaged) == (401, "unauthenticated")


def test_it_can_be_turned_off(settings: Any) -> None:
    settings.TRY_WITHOUT_ACCOUNT = False
    assert problem(post(Client(), "recognize/", DRAWN)) == (401, "unauthenticated")


def test_a_wrong_token_is_no_trying() -> None:
    response = post(Client(), "recognize/", DRAWN, Authorization="Token wrong")
    assert problem(response) == (401, "unauthenticated")


@pytest.mark.usefixtures("three_an_hour")
def test_an_address_that_asks_too_often_is_told_when_to_come_back() -> None:
    assert statuses(Client(), 3) == [200, 200, 200]
    refused = post(Client(), "recognize/", DRAWN)
    assert problem(refused) == (429, "throttled")
    assert 0 < int(refused["Retry-After"]) <= 3600


@pytest.mark.usefixtures("three_an_hour")
def test_other_addresses_and_people_go_on(as_owner: Client) -> None:
    assert statuses(Client(), 4)[-1] == 429
    assert statuses(Client(REMOTE_ADDR="192.0.2.7"), 3) == [200, 200, 200]
    assert statuses(as_owner, 4) == [200, 200, 200, 200]


@pytest.mark.usefixtures("three_an_hour")
def test_a_header_that_anybody_can_send_makes_no_other_address() -> None:
    answers = [
        post(Client(), "recognize/", DRAWN, **{"X-Forwarded-For": f"192.0.2.{n}"}).status_code
        for n in range(4)
    ]
    assert answers == [200, 200, 200, 429]


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}


@pytest.mark.usefixtures("three_an_hour", "behind_a_proxy")
def test_behind_a_proxy_what_the_proxy_adds_counts() -> None:
    # The proxy appends whom it speaks for; what stands before came from the client.
    forged = [{"X-Forwarded-For": f"192.0.2.{n}, 198.51.100.1"} for n in range(4)]
    answers = [post(Client(), "recognize/", DRAWN, **each).status_code for each in forged]
    assert answers == [200, 200, 200, 429]
    assert statuses(Client(), 1, **{"X-Forwarded-For": "198.51.100.2"}) == [200]
