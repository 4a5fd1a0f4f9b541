"""A notice to those who look after a town: by webhook, by mail. It holds codes, counts and names of sources.

The addresses are read from where `[notify]` says when something is sent, and stand in no message, log or error.
"""

from __future__ import annotations

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from town.config import Config
from warehouse.keys import load_secret

SECONDS = 15.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class NotTaken(Exception):
    """A notice did not arrive, or its address cannot be used; says what to do. `may_pass`: trying again can help."""

    def __init__(self, sentence: str, *, may_pass: bool = False) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


class _Straight(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the notice to an address nobody configured."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def ways(config: Config) -> list[str]:
    """The kinds of addresses that are given: webhook, mail."""
    return [kind for kind in ("webhook", "mail") if getattr(config.notify, kind)]


def send(config: Config, way: str, subject: str, text: str, facts: Mapping[str, str]) -> None:
    """Send a notice one way. Raises NotTaken, and KeyProblem where its address is not."""
    address = load_secret(getattr(config.notify, way), config.base)
    if way == "webhook":
        by_webhook(address, {"text": f"{subject}\n{text}", **facts})
    else:
        by_mail(address, subject, text)


def by_webhook(address: str, body: Mapping[str, str]) -> None:
    """POST it as JSON: `text`, as chats take it, and what it is about. Raises NotTaken."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise NotTaken("[notify] webhook must hold an address that begins with https://")
    request = urllib.request.Request(  # noqa: S310 (looked at above)
        address, json.dumps(body).encode(), {"content-type": "application/json", "user-agent": "kehila"}
    )
    try:
        urllib.request.build_opener(_Straight).open(request, timeout=SECONDS).close()
    except urllib.error.HTTPError as problem:
        problem.close()
        may_pass = problem.code == 429 or problem.code >= 500
        raise NotTaken(f"the webhook answered {problem.code}; look at its address", may_pass=may_pass) from None
    except OSError as problem:  # its text may hold the address
        raise NotTaken(f"the webhook was not reached ({type(problem).__name__})", may_pass=True) from None


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
    try:
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
        with server:
            if parts.scheme == "smtp" and host not in LOOPBACK:
                server.starttls(context=ssl.create_default_context())
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(mail)
    except (smtplib.SMTPException, OSError) as problem:  # their texts quote addresses
        may_pass = not isinstance(problem, smtplib.SMTPAuthenticationError | smtplib.SMTPRecipientsRefused)
        raise NotTaken(
            f"the mail was not taken ({type(problem).__name__}); look at [notify] mail", may_pass=may_pass
        ) from None
