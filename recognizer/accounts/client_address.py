"""Who asks, as far as the network tells."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

IPV6_PREFIX = 64  # one customer's network; its single addresses can be changed at will


def client_address(request: HttpRequest) -> str | None:
    """What is counted against, behind as many proxies as settings.PROXIES says; None: unknown.

    An IPv4 address, or the first address of an IPv6 network.
    """
    try:
        told = BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # any request will do
        address = ip_address(told or "")
    except ValueError:
        return None
    return str(counted(address))


def counted(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    # By its number: a scope ("%eth0") is no part of a network.
    return IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address
