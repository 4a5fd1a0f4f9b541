"""What all targets of a push share: the package, the receipt, calls over HTTP that are made again while it helps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from collectors.deadline import ends_within
from publishers.addresses import AddressRefused, PushRefused, resolve, session, unlogged
from publishers.placing import Manifest

MAX_ANSWER = 65_536
"""So many bytes of an answer are read, where no more is expected."""
IN_ALL_SECONDS = 300.0
"""Of one attempt, however slowly the target takes and answers."""
MAX_WAIT_SECONDS = 300.0
ATTEMPTS = 5

Sleep = Callable[[float], None]


@dataclass(frozen=True)
class Package:
    """A closed month as it leaves: every file by name, the manifest last, each as the manifest says."""

    files: Mapping[str, bytes]
    manifest: Manifest

    @property
    def key(self) -> str:
        """The same for every attempt and every target."""
        return self.manifest.idempotency_key


@dataclass(frozen=True)
class Receipt:
    """What came of a push. `answer` is a digest: of the target's answer, or of the manifest that lies there."""

    status: str  # delivered or failed
    answer: str
    idempotency_key: str
    attempts: int
    problem: str = ""


class Target(Protocol):
    """Where a package goes."""

    def deliver(self, package: Package, sleep: Sleep) -> Receipt:
        """Deliver it, trying again for a while; once more is no second delivery. Raises PushRefused."""
        ...


class Answered(NamedTuple):
    """What came back: status, the beginning of the body, and the seconds the target asks to wait."""

    status: int
    body: bytes = b""
    wait: float | None = None

    @property
    def may_pass(self) -> bool:
        """Whether asking again can help."""
        return self.status == 429 or self.status >= 500


class Outcome(NamedTuple):
    """The last answer, None where none came; the attempts made; what was wrong, in words without an address."""

    answered: Answered | None
    attempts: int
    problem: str


def until_answered(host: str, attempts: int, sleep: Sleep, ask: Callable[[], Answered]) -> Outcome:
    """Ask until there is an answer that asking again would not better, or the attempts are used up. PushRefused."""
    answered: Answered | None = None
    problem = "no attempt was made"
    for attempt in range(1, attempts + 1):
        wait = pause(attempt)
        try:
            answered = ask()
        except AddressRefused:
            raise PushRefused(
                f"host {host!r} leads to a loopback, private or metadata address; "
                "list it in private_hosts if you mean it"
            ) from None
        except (requests.RequestException, OSError) as trouble:
            # Only the kind: the text of such errors holds the address, and that may hold a token.
            answered, problem = None, f"{host} {_in_words(trouble)} ({type(trouble).__name__})"
        else:
            problem = "" if 200 <= answered.status < 300 else f"{host} answered {answered.status}"
            if not answered.may_pass:
                return Outcome(answered, attempt, problem)
            wait = answered.wait if answered.wait is not None else wait
        if attempt < attempts:
            sleep(wait)
    return Outcome(answered, attempts, problem)


def _in_words(trouble: Exception) -> str:
    """What to look at where no answer came."""
    if isinstance(trouble, requests.exceptions.SSLError):
        return "did not show a valid certificate: check that the address begins as its server speaks, http or https"
    if isinstance(trouble, requests.Timeout | TimeoutError):
        return "did not answer in time: try again, and ask who runs it whether it is well"
    return "was not reached: check name and port in the address, and that this machine may go out"


def pause(attempt: int) -> float:
    """Seconds to wait after an attempt, longer each time, spread so that many senders do not come at once."""
    return min(2.0**attempt, MAX_WAIT_SECONDS) * (0.5 + random.random() / 2)  # noqa: S311 spreads retries


def call(
    method: str, url: str, host: str, inside: bool, *, body: bytes = b"", headers: Mapping[str, str] | None = None,
    auth: AuthBase | None = None, seconds: tuple[float, float] = (10.0, 60.0), most: int = MAX_ANSWER,
) -> Answered:  # fmt: skip
    """One request to the one address that was approved; no redirect is followed.

    `seconds` for a connection and from byte to byte, `most` bytes of the answer are read. Raises AddressRefused,
    RequestException and OSError, whose texts may hold the address.
    """
    parts = urlsplit(url)
    approved = resolve(host, parts.port or (443 if parts.scheme == "https" else 80), inside)
    given = {"User-Agent": "kehila", "Accept-Encoding": "identity", **(headers or {})}
    with (
        unlogged(),
        ends_within(IN_ALL_SECONDS),
        session(approved, inside) as speaking,
        speaking.request(
            method, url, data=body, headers=given, auth=auth, allow_redirects=False, stream=True, timeout=seconds
        ) as response,
    ):
        answer = response.raw.read(most, decode_content=False) or b""
        return Answered(response.status_code, answer, asked_wait(response.headers.get("Retry-After")))


def asked_wait(text: str | None) -> float | None:
    """Seconds of a Retry-After header, capped; None when absent or not understood."""
    if not text:
        return None
    try:
        seconds = float(text) if text.strip().isdigit() else _until(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(seconds, MAX_WAIT_SECONDS) if seconds >= 0 else None


def _until(text: str) -> float:
    moment = parsedate_to_datetime(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (moment - datetime.now(UTC)).total_seconds()


def unix_now() -> int:
    """Seconds since 1970, UTC."""
    return int(time.time())
