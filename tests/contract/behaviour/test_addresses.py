"""Hostile addresses: links, files and redirects that lead away from the service are never called."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from collectors.errors import CollectorError, SourceChanged
from simulator.services.server import Answer, Server
from tests.contract.behaviour.case import Case
from tests.contract.behaviour.living import read

HOSTILE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/",
    "http://[::ffff:169.254.169.254]/",
    "http://10.0.0.7/admin",
    "http://192.168.1.1/",
    "http://172.16.0.9:8080/",
    "http://0.0.0.0/",
    "http://[::1]:{trap}/",
    "http://127.0.0.1:{trap}/next",
    "http://127.0.0.1/next",
    "http://localhost:{trap}/next",
    "http://2130706433:{trap}/",
    "http://0x7f.1:{trap}/",
    "http://127.1:{trap}/",
    "https://evil.example/next",
    "https://graph.facebook.com.evil.example/",
    "https://graph.facebook.com@evil.example/",
    "http://user:pass@127.0.0.1:{own}/",
    "http://evil.example\\@127.0.0.1:{own}/",
    "http://127.0.0.1:{own}@evil.example/",
    "//evil.example/next",
    "https://127.0.0.1:{own}/next",
    "ftp://127.0.0.1:{trap}/file",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{trap}/_GET",
    "data:text/plain,records",
    "javascript:alert(1)",
    "http://127.0.0.1:99999/",
    "http://[not-an-address/",
    "http:///next",
)


class Watched:
    """Where connections went and which names were looked up, beside the stand-in."""

    def __init__(self, own: int) -> None:
        self.own = own
        self.elsewhere: list[object] = []


@pytest.fixture
def watched(server: Any, monkeypatch: pytest.MonkeyPatch) -> Watched:
    watching = Watched(urlsplit(server.base_url).port or 0)
    connect, lookup = socket.socket.connect, socket.getaddrinfo

    def connecting(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[1] != watching.own:
            watching.elsewhere.append(address)
            raise ConnectionRefusedError
        connect(self, address)

    def looking(host: Any, *rest: Any, **more: Any) -> Any:
        if host not in ("127.0.0.1", b"127.0.0.1"):
            watching.elsewhere.append(host)
            raise socket.gaierror(-2, "no names here")
        return lookup(host, *rest, **more)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking)
    return watching


@pytest.fixture
def trap() -> Iterator[Server]:
    with Server() as one:
        yield one


def filled(url: str, server: Any, trap: Server) -> str:
    return url.replace("{own}", server.base_url.rpartition(":")[2]).replace("{trap}", trap.base_url.rpartition(":")[2])


def test_a_hostile_address_in_an_answer_is_never_called(
    case: Case, server: Any, watched: Watched, trap: Server
) -> None:
    if "point" in case.without:
        assert case.without["point"]
        return
    told: list[tuple[str, CollectorError]] = []
    for pattern in HOSTILE:
        url = filled(pattern, server, trap)
        for server.alter in case.point(url):
            with suppress(SourceChanged):
                try:
                    read(case, server, [case.pointed or case.counted])
                except CollectorError as problem:
                    told.append((url, problem))
                    raise
            assert watched.elsewhere == [] and trap.calls == [], url
    assert len(told) >= len(HOSTILE) * 3 // 4
    assert [url for url, problem in told if url in str(problem)] == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_anywhere(case: Case, server: Any, watched: Watched, trap: Server, status: int) -> None:
    for url in HOSTILE[:: 1 if status == 302 else 6]:
        server.drop_faults()
        away = Answer(status, b"", {"Location": filled(url, server, trap)}, "text/html")
        server.fail(100, answer=away)
        with pytest.raises(CollectorError) as told:
            read(case, server, [case.counted])
        assert isinstance(told.value, SourceChanged) and "redirect" in str(told.value), url
        assert watched.elsewhere == [] and trap.calls == [], url


def test_an_address_that_is_not_the_services_is_not_even_looked_up(case: Case, server: Any, watched: Watched) -> None:
    """The positive control: the watch sees a connection that goes elsewhere."""
    with pytest.raises(OSError, match="no names"):
        socket.create_connection(("evil.example", 80), timeout=1)
    assert watched.elsewhere == ["evil.example"]
    watched.elsewhere.clear()
    assert read(case, server, [case.counted]) and watched.elsewhere == []
