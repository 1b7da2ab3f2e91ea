"""The client's address, to count requests and failed logins by."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

IPV6_PREFIX = 64  # one customer's network, within which addresses can be changed freely


def client_address(request: HttpRequest) -> str | None:
    """Return the client's address behind settings.PROXIES proxies; None if it is unknown.

    An IPv4 address, or the first address of an IPv6 network.
    """
    try:
        ident = BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # works for any request
        address = ip_address(ident or "")
    except ValueError:
        return None
    return str(network_address(address))


def network_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    # int() drops a scope ("%eth0"), which is not part of a network.
    return IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address
