"""Hosts that may be contacted: public ones over http(s); private ones only if a source names them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from prospector.errors import SourceError

SCHEMES = ("http", "https")
PORTS = {"http": 80, "https": 443}

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")

Place = tuple[socket.AddressFamily, Any]
"""A family of addresses and an address of it, as a socket takes them."""


def checked_address(url: str, named: Collection[str] = ()) -> SplitResult:
    """Return the parts of an address that may be asked.

    Parameters
    ----------
    url
        What a source, or a server that redirects, gives.
    named
        Hosts that the user names in the region's own sources: these may be of the network at home.

    Raises
    ------
    SourceError
        It is not http(s), names a user or a password, or an address that is not public.

    Examples
    --------
    >>> checked_address("https://www.example.org/arcgis").hostname
    'www.example.org'
    >>> checked_address("file:///etc/passwd")
    Traceback (most recent call last):
    prospector.errors.SourceError: file:///etc/passwd: not an http(s) address. Give one that begins with https://.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SourceError(f"{url[:200]}: not an address ({error}). Correct it.") from error
    if parts.scheme not in SCHEMES or not host:
        raise SourceError(
            f"{url[:200]}: not an http(s) address. Give one that begins with https://."
        )
    if "@" in parts.netloc or "\\" in url:
        raise SourceError(
            f"{host}: the address holds a user name or a password. Give one without them."
        )
    address = _literal(host)
    if address is not None and host not in named and not is_public(address):
        raise _private(host, address)
    return parts


def _literal(host: str) -> str | None:
    """Return the address that a host is in itself, in whatever form; None where it is a name."""
    try:
        return str(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))  # 2130706433, 0x7f.1, 0177.0.0.1, 127.1
    except OSError:
        return None


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in.

    Examples
    --------
    >>> [is_public(address) for address in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "10.1.2.3")]
    [True, False, False, False]
    >>> [is_public(address) for address in ("2600::1", "::1", "::ffff:127.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = _wrapped(ip)
        if inner is not None:
            return is_public(str(inner))
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _wrapped(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address within an IPv6 one; None where it holds none."""
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    if ip.sixtofour is not None:
        return ip.sixtofour
    if ip.teredo is not None:
        return ip.teredo[1]
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def places_of(host: str, port: int, *, any_network: bool) -> list[Place]:
    """Return the addresses of a host that may be connected to, in the order of the system.

    Parameters
    ----------
    host
        Name or address.
    port
        Number of the port.
    any_network
        Whether the user names this host: it may be of the network at home.

    Raises
    ------
    SourceError
        One of them is not public.
    OSError
        The name is not known.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for answer in answers:
        address = str(answer[4][0])
        if not any_network and not is_public(address):
            raise _private(host, address)
    return [(answer[0], answer[4]) for answer in answers]


def _private(host: str, address: str) -> SourceError:
    which = host if host == address else f"{host} ({address})"
    return SourceError(
        f"{which}: an address of this machine or of a private network, to which a public source "
        "may not lead. If that is intended, name this host in a source of your region, "
        "sources/NAME.toml: address = 'http://...'."
    )
