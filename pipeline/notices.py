"""A notice to those who look after a town: by webhook, by mail. It holds codes, counts and names of sources.

The addresses are read from where `[notify]` says when something is sent, and stand in no message, log or error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Literal
from urllib.parse import urlsplit

from publishers.addresses import post_json
from publishers.smtp import LOOPBACK, SHAPE, MailRefused, Postbox, hand_over
from town.config import Config
from town.notify import TOPICS, Topic
from town.sections import Authority
from warehouse.keys import load_secret

SECONDS, IN_ALL_SECONDS = 15.0, 60.0
"""From one byte to the next, and of a whole notice."""


Language = Literal["he", "ar", "en"]


class NotTaken(Exception):
    """A notice did not arrive, or its address cannot be used; says what to do. `may_pass`: trying again can help."""

    def __init__(self, sentence: str, *, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


@dataclass(frozen=True)
class Way:
    """An address somebody is told at. Its name says of no person whose it is."""

    name: str  # webhook, mail; of the second one mail 2
    kind: str
    reference: str = field(repr=False)
    languages: tuple[Language, ...]
    topics: frozenset[Topic]


def ways(config: Config, town: Authority) -> list[Way]:
    """All addresses that are given: of those who are told everything first, in the languages of the town."""
    found: list[Way] = []
    everybody = (config.notify, tuple(town.languages), frozenset(TOPICS))
    others = ((one, (one.language,), frozenset(one.about)) for one in config.notify.to.values())
    for addresses, languages, topics in (everybody, *others):
        for kind in ("webhook", "mail"):
            if reference := getattr(addresses, kind):
                number = sum(one.kind == kind for one in found) + 1
                found.append(Way(kind if number == 1 else f"{kind} {number}", kind, reference, languages, topics))
    return found


def send(config: Config, way: Way, subject: str, text: str, facts: Mapping[str, str]) -> None:
    """Send a notice one way. Raises NotTaken, and KeyProblem where its address is not."""
    address = load_secret(way.reference, config.base)
    if way.kind == "webhook":
        by_webhook(address, {"text": f"{subject}\n{text}", **facts})
    else:
        by_mail(address, subject, text)


def by_webhook(address: str, body: Mapping[str, str]) -> None:
    """POST it as JSON: `text`, as chats take it, and what it is about. Raises NotTaken."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise NotTaken("[notify] webhook must hold an address that begins with https://")
    try:
        status = post_json(address, body, SECONDS, IN_ALL_SECONDS)
    except OSError as problem:  # its text may hold the address
        raise NotTaken(f"the webhook was not reached ({type(problem).__name__})", may_pass=True) from None
    if status >= 300:
        may_pass = status == 429 or status >= 500
        raise NotTaken(f"the webhook answered {status}; look at its address", may_pass=may_pass)


def by_mail(address: str, subject: str, text: str) -> None:
    """Send it as mail, encrypted but on this machine. Raises NotTaken."""
    box = Postbox.of(address)
    if box is None:
        raise NotTaken(f"[notify] mail must hold {SHAPE}")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, box.sender, ", ".join(box.readers)
    mail["Message-ID"] = make_msgid(domain="kehila.invalid")
    mail.set_content(text)
    try:
        hand_over(box, mail)
    except MailRefused as problem:
        raise NotTaken(
            f"the mail was not taken ({problem}); look at [notify] mail", may_pass=problem.may_pass
        ) from None
