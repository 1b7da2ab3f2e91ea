import logging

import pytest
from django.conf import settings
from django.test import Client

from digitsite.masking import MaskLinks, masked

LINK = "/accounts/reset/MQ/d1a2b3-0f0f0f0f/"


def test_a_password_reset_link_is_masked() -> None:
    line = f"GET {LINK}?x=1 HTTP/1.1"
    assert masked(line) == "GET /accounts/reset/...?x=1 HTTP/1.1"


def test_other_addresses_are_unchanged() -> None:
    assert masked("GET /drawings/7/ HTTP/1.1") == "GET /drawings/7/ HTTP/1.1"


@pytest.mark.django_db
def test_the_log_of_a_failed_request_is_masked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(MaskLinks())  # as in the site's logging settings
    Client().put(LINK + "more")

    assert "Not Found: /accounts/reset/..." in caplog.text
    assert "d1a2b3" not in caplog.text


def test_the_console_log_is_masked() -> None:
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["masked"]
    root = next(each for each in logging.getLogger().handlers if each.name == "console")
    assert any(isinstance(each, MaskLinks) for each in root.filters)
