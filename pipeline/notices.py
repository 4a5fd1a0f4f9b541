"""A notice to those who look after a town: by webhook, by mail. It holds codes, counts and names of sources.

The addresses are read from where `[notify]` says when something is sent, and stand in no message, log or error.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from collectors.deadline import ends_within, watched
from publishers.addresses import post_json
from town.config import Config
from town.notify import TOPICS, Topic
from town.sections import Authority
from warehouse.keys import load_secret

SECONDS, IN_ALL_SECONDS = 15.0, 60.0
"""From one byte to the next, and of a whole notice."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


Language = Literal["he", "ar", "en"]


class NotTaken(Exception):
    """A notice did not arrive, or its address cannot be used; says what to do. `may_pass`: trying again can help."""

    def __init__(self, sentence: str, *, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


class _Mail(smtplib.SMTP):
    """A connection to a mail server that ends."""

    def _get_socket(self, *arguments: Any) -> Any:
        return watched(super()._get_socket(*arguments))  # type: ignore[misc]


class _MailOverTls(smtplib.SMTP_SSL):
    """The same, encrypted from its beginning."""

    def _get_socket(self, *arguments: Any) -> Any:
        return watched(super()._get_socket(*arguments))  # type: ignore[misc]


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
    parts, fields = urlsplit(address), parse_qs(urlsplit(address).query)
    host, sender, readers = parts.hostname or "", fields.get("from", []), fields.get("to", [])
    if parts.scheme not in ("smtp", "smtps") or not host or len(sender) != 1 or not readers:
        raise NotTaken("[notify] mail must hold smtps://user:password@host:465/?from=ADDRESS&to=ADDRESS")
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = subject, sender[0], ", ".join(readers)
    mail["Message-ID"] = make_msgid(domain="kehila.invalid")
    mail.set_content(text)
    context = ssl.create_default_context()
    try:
        with ends_within(IN_ALL_SECONDS):
            if parts.scheme == "smtps":
                server: smtplib.SMTP = _MailOverTls(host, parts.port or 465, timeout=SECONDS, context=context)
            else:
                server = _Mail(host, parts.port or 587, timeout=SECONDS)
            with server:
                if parts.scheme == "smtp" and host not in LOOPBACK:
                    server.starttls(context=context)
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(mail)
    except (smtplib.SMTPException, OSError) as problem:  # their texts quote addresses
        may_pass = not isinstance(problem, smtplib.SMTPAuthenticationError | smtplib.SMTPRecipientsRefused)
        raise NotTaken(
            f"the mail was not taken ({type(problem).__name__}); look at [notify] mail", may_pass=may_pass
        ) from None
