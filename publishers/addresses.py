"""Where a push may go: listed hosts only, public addresses only, checked when resolved and again when connected."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

import requests

from collectors.deadline import WatchedAdapter, ends_within
from warehouse.refused import Refused

TRANSLATED = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 ones."""


class PushRefused(Refused):
    """The configuration or the snapshot forbids this push; nothing was sent. The message names the remedy."""


class AddressRefused(Exception):
    """The address behind the name is not one we may connect to."""


def is_public(address: str) -> bool:
    """Whether an address is on the public network, whatever form it hides in."""
    ip: IPv4Address | IPv6Address = ip_address(address.split("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in TRANSLATED:
            inner = IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if int(ip) < 2**32:  # the old ::a.b.c.d form
            return False
    return ip.is_global and not ip.is_multicast


def host_of(url: str, allowed: Iterable[str], private: Iterable[str]) -> tuple[str, bool]:
    """The host of a target and whether it may be on a private network. PushRefused for anything not listed.

    The URL itself is never named: it may carry a token.
    """
    try:
        parts = urlsplit(url)
        host, _port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise PushRefused("the address of the target is not a valid URL; mend it in the configuration") from None
    inside = host in {one.lower() for one in private}
    if parts.username is not None or parts.password is not None:
        raise PushRefused("the address of the target holds a user name; put the secret in the secret setting instead")
    if not host or (not inside and host not in {one.lower() for one in allowed}):
        raise PushRefused(f"host {host!r} is not on the allow-list; add it to `allow_hosts` if it is yours")
    if parts.scheme != "https" and not (parts.scheme == "http" and inside):
        raise PushRefused(f"host {host!r} must be called over https")
    return host, inside


def resolve(host: str, port: int, inside: bool) -> str:
    """One address of the host, the only one that will be connected to."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise ConnectionError("the name of the target could not be resolved") from None
    addresses = [str(one[4][0]) for one in found]
    # One private address among public ones is how a rebinding name looks.
    if not inside and not all(is_public(address) for address in addresses):
        raise AddressRefused
    return addresses[0]


class Pinned:
    """Connects to the address that was approved, whatever the name says by now, and looks again at who answers."""

    approved: str
    inside: bool
    host: str
    port: int
    timeout: Any
    source_address: Any
    socket_options: Any

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, (int, float)) else None
        connected = socket.create_connection((self.approved, self.port), timeout)
        try:
            if not self.inside and not is_public(str(connected.getpeername()[0])):
                raise AddressRefused
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except BaseException:
            connected.close()
            raise
        return connected


class PinnedAdapter(WatchedAdapter):
    """A transport for one approved address: certificate and Host stay those of the name."""

    def __init__(self, approved: str, inside: bool) -> None:
        super().__init__(type("PinnedHere", (Pinned,), {"approved": approved, "inside": inside}))


def session(approved: str, inside: bool) -> requests.Session:
    """A session that reaches one address and reads nothing from the environment: no proxy, no netrc."""
    made = requests.Session()
    made.trust_env = False
    for scheme in ("http://", "https://"):
        made.mount(scheme, PinnedAdapter(approved, inside))
    return made


@contextmanager
def unlogged() -> Iterator[None]:
    """Keeps the transport from writing addresses to a debug log: a webhook's address is often its key."""
    transport = logging.getLogger("urllib3.connectionpool")

    def drop(_record: logging.LogRecord) -> bool:
        return False

    transport.addFilter(drop)
    try:
        yield
    finally:
        transport.removeFilter(drop)


def post_json(address: str, body: Mapping[str, str], seconds: float, in_all: float) -> int:
    """POST a JSON object to an address that was looked at, and follow no redirect; gives the status.

    `seconds` from byte to byte, `in_all` of the whole call. Raises OSError, whose text may hold the address.
    """
    with unlogged(), ends_within(in_all), requests.Session() as speaking:
        speaking.trust_env = False
        for scheme in ("http://", "https://"):
            speaking.mount(scheme, WatchedAdapter())
        answer = speaking.post(
            address, json=dict(body), headers={"User-Agent": "kehila"}, timeout=seconds, allow_redirects=False
        )
        return answer.status_code
