"""What a push source declares, and what passes between it and the receiver.

A *hook* checks who sent a request, over the raw bytes, and answers the sender's questions (is this address
yours?): that is all there is to do on arrival, and nothing is parsed for it. Later, when the inbox is drained, it
says of a body two things: its permanent key, the same for every redelivery of one event, and whose it is.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from collectors.discovery import load_only, named

SEPARATOR = "\x1f"


class Refused(Exception):
    """The request is not taken: an HTTP status and a stable code. Nothing of the request is quoted."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Secret:
    """A shared secret; `until` (seconds since the epoch) is when a replaced one stops being valid."""

    value: bytes = field(repr=False)
    until: float | None = None


@dataclass(frozen=True)
class HookAccount:
    """One account that is pushed to us. `owner` is how payloads name it (a page, an audience, an account)."""

    authority: str
    source: str
    name: str
    owner: str = ""
    secrets: Mapping[str, tuple[Secret, ...]] = field(default_factory=dict, repr=False)

    def valid(self, name: str, at: float) -> Iterable[bytes]:
        """The secrets of a name that count at an instant, the present one first."""
        return (one.value for one in self.secrets.get(name, ()) if one.until is None or at < one.until)


class Call(NamedTuple):
    """One request, whole. Header names are lower case; a header sent twice is joined by a comma."""

    method: str
    query: bytes
    path_secret: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    at: float  # seconds since the epoch


class Verified(NamedTuple):
    """Whose secret vouches for a request, which one it was, and whether the sender's clock says it is late."""

    accounts: Sequence[HookAccount]
    secret: bytes
    late: bool = False


class Reading(NamedTuple):
    """What a body says of itself: its permanent key, and the owners it names."""

    key: str
    owners: frozenset[str] = frozenset()


class Answered(NamedTuple):
    """A question of the sender's: the answer, and nothing to store."""

    body: bytes = b""
    content_type: bytes = b"text/plain; charset=utf-8"


class Hook:
    """One push source. A new one is one module called `hook` or `..._hook`; `hooks()` finds it.

    `path` may end in `{secret}`. `owner_setting` maps a source to the setting (or secret) that holds an account's
    name in payloads. `secret_names` are all needed; the first one makes an account a receiving one. No event
    comes without `signature_header`, in small letters, where one is named.
    """

    name: ClassVar[str]
    path: ClassVar[str]
    owner_setting: ClassVar[Mapping[str, str]]
    secret_names: ClassVar[tuple[str, ...]]
    optional_secrets: ClassVar[tuple[str, ...]] = ()
    signature_header: ClassVar[bytes] = b""
    methods: ClassVar[tuple[str, ...]] = ("POST",)
    max_body_bytes: ClassVar[int] = 1_000_000

    def head(self, call: Call, accounts: Sequence[HookAccount]) -> None:
        """Look at a request whose body has not come: what nobody signed is not listened to. Raises Refused."""
        if call.method == "POST" and self.signature_header and self.signature_header not in call.headers:
            raise Refused(401, "unsigned")

    def verify(self, call: Call, accounts: Sequence[HookAccount]) -> Verified:
        """Who vouches for the raw bytes. Raises Refused."""
        raise NotImplementedError

    def reading(self, body: bytes) -> Reading:
        """What the body says of itself. Pure; a body that cannot be parsed has a key too."""
        raise NotImplementedError

    def question(self, call: Call, accounts: Sequence[HookAccount]) -> Answered:
        """The answer to a GET. Raises Refused."""
        raise Refused(405, "method")

    def answer(self, body: bytes, verified: Verified) -> Answered | None:
        """The answer to a POST that is a question and not an event. Raises Refused when it is asked wrongly."""
        return None

    def verdict(self, call: Call, accounts: Sequence[HookAccount]) -> Verified | Answered:
        """What to do with a request: store it under who vouches for it, or answer it. Raises Refused."""
        if call.method != "POST":
            return self.question(call, accounts)
        verified = self.verify(call, accounts)
        return self.answer(call.body, verified) or verified


def routes(accounts: Sequence[HookAccount], owners: frozenset[str]) -> Sequence[HookAccount | None]:
    """The accounts, among those that vouch, that a body is for; None stands for an owner nobody configured.

    A body that names no owner is the only account's. One that names somebody else is never given to us by guess.
    """
    if not owners or not any(account.owner for account in accounts):
        return accounts if len(accounts) == 1 else (None,)
    found: list[HookAccount | None] = [account for account in accounts if account.owner in owners]
    if owners - {account.owner for account in accounts}:
        found.append(None)
    return found


def signed_by(
    accounts: Sequence[HookAccount], name: str, message: bytes, signature: bytes, at: float
) -> tuple[list[HookAccount], bytes]:
    """The accounts one of whose secrets makes this hex HMAC-SHA256, and that secret; none: an empty list."""
    found, by = [], b""
    tried: dict[bytes, bool] = {}
    for account in accounts:
        for one in account.secrets.get(name, ()):
            secret, until = one.value, one.until
            if until is not None and at >= until:
                continue
            if secret not in tried:
                made = hmac.digest(secret, message, "sha256").hex().encode()
                tried[secret] = hmac.compare_digest(made, signature)
            if tried[secret]:
                found.append(account)
                by = secret
                break
    return found, by


def holding(accounts: Sequence[HookAccount], name: str, given: bytes, at: float) -> list[HookAccount]:
    """The accounts that have this very secret, compared in constant time."""
    return [a for a in accounts if any(hmac.compare_digest(one, given) for one in a.valid(name, at))]


def parsed(body: bytes) -> Any:
    """The JSON of a body, or None when it is none (or nested or long beyond reason)."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def part(value: Any, name: str) -> Any:
    """A field of an object, or an empty one."""
    return value.get(name) if isinstance(value, dict) else None


def own_part(payload: Any, owner: str) -> Any:
    """A batch without the entries that name somebody else than the owner."""
    entries = part(payload, "entry")
    if not owner or not isinstance(entries, list):
        return payload
    return {**payload, "entry": [one for one in entries if part(one, "id") is None or str(one["id"]) == owner]}


def key_of(*parts: Any) -> str:
    """A business key of its parts; what is absent, or no plain value, counts as empty."""
    return SEPARATOR.join(str(one) if isinstance(one, (str, int, float)) else "" for one in parts)


def body_key(body: bytes) -> str:
    """The key of a body in which no key is found: a digest, so that only the very same bytes are the same event."""
    return key_of("body", hashlib.sha256(body).hexdigest())


def hooks() -> list[Hook]:
    """One instance of every hook, ours and those of packages, by name. Other modules are not loaded for it."""
    load_only("*_hook.py", "*/hook.py")
    return [cls() for cls in named(Hook, lambda cls: cls.name, "webhook").values()]
