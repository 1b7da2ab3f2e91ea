import pytest
from django.test import RequestFactory

from recognizer.accounts.client_address import client_address


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:a:b:c:d", "2001:db8:1:2::"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::"),
        ("", None),
        ("unknown", None),
    ],
)
def test_an_ipv6_network_counts_as_one_address(address: str, expected: str | None) -> None:
    assert client_address(RequestFactory(REMOTE_ADDR=address).get("/")) == expected
