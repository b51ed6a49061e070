"""Requests to addresses that users give us: only to the public internet, checked at the moment of connecting.

Checking a name first and connecting to it later leaves time for it to change its address (DNS rebinding). Here the
address that was checked is the address that is connected to, while TLS still asks for the name.
"""

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import httpcore
from httpcore import SOCKET_OPTION

from habit_coach.errors import Invalid
from habit_coach.settings import settings

LONGEST_WAIT = 15.0
LARGEST_ANSWER = 64 * 1024
NAT64 = IPv6Network("64:ff9b::/96")
# Though `is_global` takes them for it: a cloud's metadata, old relays, translators, and old local networks.
NOT_PUBLIC = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("::ffff:0:0:0/96"),
    IPv6Network("fec0::/10"),
)
Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers, and at most 64 KiB of the body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Unreachable(Exception):
    """The request did not get through; the message says why, without the URL, which may hold a secret."""


def require_public(url: str, field: str = "url") -> None:
    """Raise Invalid, with a sentence for `field`, unless the URL is http(s) and every address of its host is public.

    For the moment at which a URL is typed in. Resolves the name: never on the event loop.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _refused("This is not a complete URL.", field) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _refused("Use a URL that begins with https:// or http://.", field)
    if parts.username or parts.password:
        raise _refused("Leave user and password out of the URL.", field)
    try:
        addresses = _resolved(parts.hostname, port)
    except OSError:
        raise _refused(f"The name {parts.hostname} cannot be found.", field) from None
    if not all(map(may_reach, addresses)):
        raise _refused(
            "This address is inside the server's own network. Whoever runs this instance can allow the network "
            "with HABIT_COACH_OUTBOUND_NETWORKS.",
            field,
        )


def may_reach(address: Address) -> bool:
    """Whether users may have us call this address: it is public, or in a network that the settings allow."""
    if any(address in network for network in settings().outbound_networks if network.version == address.version):
        return True
    inner = _carried(address)
    if inner is not None:
        return may_reach(inner)
    odd = any(address in network for network in NOT_PUBLIC if network.version == address.version)
    return address.is_global and not (address.is_multicast or address.is_reserved or odd)


def post(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    """POST to a URL that a user gave. Follows no redirect, uses no proxy, takes 15 s at most: not on the event loop.

    Raises Unreachable, which includes an address that is not public.
    """
    try:
        return asyncio.run(_within_time(url, content, headers))
    except (TimeoutError, httpcore.TimeoutException):
        raise Unreachable(f"No answer within {LONGEST_WAIT:.0f} s.") from None
    except httpcore.ConnectError as error:
        raise Unreachable(str(error)) from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError) as error:
        raise Unreachable(f"The connection failed ({type(error).__name__}).") from None


async def _within_time(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    async with asyncio.timeout(LONGEST_WAIT):
        return await _post(url, content, headers)


async def _post(url: str, content: bytes, headers: dict[str, str]) -> Answer:
    steps = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), LONGEST_WAIT)}
    async with (
        httpcore.AsyncConnectionPool(network_backend=_PublicOnly()) as pool,
        pool.stream("POST", url, content=content, headers=list(headers.items()), extensions=steps) as response,
    ):
        body = b""
        async for chunk in response.aiter_stream():
            body += chunk
            if len(body) >= LARGEST_ANSWER:
                break
        given = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        return Answer(response.status, given, body[:LARGEST_ANSWER])


class _PublicOnly(httpcore.AsyncNetworkBackend):
    """Connects to the very address that was checked."""

    def __init__(self) -> None:
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            addresses = await asyncio.to_thread(_resolved, host, port)
        except OSError:
            raise httpcore.ConnectError("The name cannot be found.") from None
        if not addresses or not all(map(may_reach, addresses)):
            raise httpcore.ConnectError("The address is not on the public internet.")
        return await self._plain.connect_tcp(str(addresses[0]), port, timeout, local_address, socket_options)


def _resolved(host: str, port: int) -> list[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))


def _carried(address: Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, or through NAT64."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _refused(sentence: str, field: str) -> Invalid:
    return Invalid(sentence, {field: sentence})
