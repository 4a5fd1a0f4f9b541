"""The receiver's books: bytes it counts are bytes it holds, on every way a request can go; and who goes when it is full."""

import random
from typing import Any

import pytest

from collectors.hooks import Call, Hook, HookAccount, Refused, Secret, Verified
from receiver import receiver as receiving
from receiver.protocol import Connection
from receiver.receiver import Receiver
from warehouse.inbox import Depth


class Signing(Hook):
    name = "signing"
    path = "/hooks/signing"
    owner_setting = {"x": "x"}
    secret_names = ("s",)
    signature_header = b"x-signed"
    max_body_bytes = 5_000

    def verify(self, call: Call, accounts: Any) -> Verified:
        if call.headers[b"x-signed"] != b"yes":
            raise Refused(401, "bad_signature")
        return Verified(accounts, b"")


class Wire:
    """As much of a transport as a connection uses."""

    def __init__(self) -> None:
        self.sent = b""
        self.closed = False

    def write(self, data: bytes) -> None:
        self.sent += data

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def can_write_eof(self) -> bool:
        return False


class Commit:
    """A disk that takes some and not others."""

    def __init__(self, settled: Any) -> None:
        self.settled, self.held, self.takes = settled, list[Any](), True

    def put(self, ticket: Any, _entry: Any) -> bool:
        self.held += [ticket] if self.takes else []
        return self.takes


class Empty:
    def depth(self) -> Depth:
        return Depth(0, None)


class House:
    def __init__(self) -> None:
        account = HookAccount("T", "x", "main", "", {"s": (Secret(b"s"),)})
        self.receiver = Receiver(
            {Signing(): [account]},
            Empty(),
            self._commit,
            lambda call, *a: call(*a),
            lambda *_, **_more: None,  # type: ignore[arg-type]
        )
        self.open: list[Connection] = []

    def _commit(self, settled: Any) -> Any:
        self.commit = Commit(settled)
        return self.commit

    def connect(self) -> Connection:
        made = Connection(self.receiver)  # type: ignore[arg-type]
        made.connection_made(Wire())  # type: ignore[arg-type]
        self.open.append(made)
        return made

    def gone(self) -> None:
        """What the event loop does with what was closed."""
        for one in [one for one in self.open if one._transport is None or one._transport.is_closing()]:
            self.open.remove(one)
            one.connection_lost(None)

    def balances(self) -> bool:
        held = sum(len(piece) for one in self.open for piece in one._request.body)
        return self.receiver._body_bytes == held >= 0


def sent(rng: random.Random) -> bytes:
    """A request, right or wrong: lengths too long, too short, in chunks, unsigned, of nowhere, cut, no HTTP."""
    body = rng.randbytes(rng.choice([0, 1, 300, 4_900, 5_100, 9_000]))
    signed = rng.choice([b"X-Signed: yes\r\n", b"X-Signed: no\r\n", b""])
    path = rng.choice([b"/hooks/signing"] * 5 + [b"/nowhere", b"/healthz"])
    head = b"POST " + path + b" HTTP/1.1\r\nHost: a\r\n" + signed
    kind = rng.randrange(4)
    if kind == 0:
        chunks = [body[at : at + 700] for at in range(0, len(body), 700)]
        told = b"".join(b"%x;%s\r\n%b\r\n" % (len(one), b"e" * rng.randrange(40), one) for one in chunks)
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + told + b"0\r\n\r\n"
    if kind == 1:
        return head + b"Content-Length: %d\r\n\r\n" % (len(body) + rng.randrange(3)) + body
    if kind == 2:
        return (
            head + b"Content-Length: %d\r\n\r\n" % len(body) + body + (b"\x00nonsense" if rng.random() < 0.3 else b"")
        )
    return rng.randbytes(40) if rng.random() < 0.2 else head + b"Content-Length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize("seed", range(40))
def test_bytes_counted_are_bytes_held_on_every_way(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_BODY_BYTES", 12_000)
    monkeypatch.setattr(receiving, "MAX_CONNECTIONS", 6)
    rng, house = random.Random(seed), House()
    waiting: dict[Connection, bytes] = {}
    for _ in range(400):
        deed = rng.random()
        if deed < 0.15 or not house.open:
            waiting[house.connect()] = sent(rng)
        elif deed < 0.2:
            rng.choice(house.open).end()
        elif deed < 0.25:
            house.commit.takes = not house.commit.takes
        elif deed < 0.3 and house.commit.held:
            house.commit.settled([house.commit.held.pop()], rng.random() < 0.8)
        elif deed < 0.33:
            rng.choice(house.open).deadline = -1.0
            house.receiver.tick()
        else:
            one = rng.choice(house.open)
            cut = rng.randrange(1, 2_000)
            piece, waiting[one] = waiting[one][:cut], waiting[one][cut:]
            if piece and one._transport is not None and not one._transport.is_closing():
                one.data_received(piece)
            if not waiting[one]:
                waiting[one] = sent(rng)
        assert house.balances(), seed
        house.gone()
        assert house.balances(), seed
    for one in list(house.open):
        one.end()
    house.gone()
    assert house.receiver._body_bytes == 0


def test_the_cap_is_a_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_BODY_BYTES", 12_000)
    house = House()
    head = b"POST /hooks/signing HTTP/1.1\r\nHost: a\r\nX-Signed: yes\r\nContent-Length: 4900\r\n\r\n"
    for _ in range(50):
        house.connect().data_received(head + b"x" * 4_000)
    held = sum(len(piece) for one in house.open for piece in one._request.body)
    assert held == house.receiver._body_bytes == 12_000


def test_what_nobody_signed_is_refused_before_its_body() -> None:
    house = House()
    one = house.connect()
    wire = one._transport
    one.data_received(b"POST /hooks/signing HTTP/1.1\r\nHost: a\r\nContent-Length: 4900\r\n\r\n")
    assert isinstance(wire, Wire) and wire.sent.startswith(b"HTTP/1.1 401") and b"unsigned" in wire.sent
    assert house.receiver._body_bytes == 0


def test_chunks_that_hold_next_to_nothing_are_refused() -> None:
    house = House()
    one = house.connect()
    wire = one._transport
    one.data_received(b"POST /hooks/signing HTTP/1.1\r\nHost: a\r\nX-Signed: yes\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100):
        one.data_received(b"1;" + b"e" * 1_000 + b"\r\nx\r\n")
    assert isinstance(wire, Wire) and wire.sent.startswith(b"HTTP/1.1 413")


def test_of_full_places_the_most_silent_goes_and_not_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "MAX_CONNECTIONS", 3)
    house = House()
    first, second, third = (house.connect() for _ in range(3))
    for at, one in enumerate((second, third, first), start=1):
        house.receiver.now = house.receiver.now + at
        one.data_received(b"POST /hooks/signing HTTP/1.1\r\nHost: a\r\n")
    house.connect()
    gone = [one for one in (first, second, third) if one not in house.receiver.connections]
    assert gone == [second]
