"""Handing a mail to a mail server: encrypted everywhere but on this machine, in a call that ends, to all or to nobody.

The address, `smtps://user:password@host:465/?from=ADDRESS&to=ADDRESS`, is a secret: no error quotes it, nor what the
server answered, since that quotes addresses too.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from collectors.deadline import ends_within, watched

SECONDS, IN_ALL_SECONDS = 15.0, 60.0
"""From one byte to the next, and of a whole mail."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SHAPE = "smtps://user:password@host:465/?from=ADDRESS&to=ADDRESS"
PASSING = range(400, 500)
"""What a server answers where another time may do."""


class MailRefused(Exception):
    """A mail was not taken; says what kind of trouble, without an address. `may_pass`: trying again can help."""

    def __init__(self, sentence: str, *, may_pass: bool) -> None:
        super().__init__(sentence)
        self.may_pass = may_pass


@dataclass(frozen=True, repr=False)
class Postbox:
    """A mail server, who sends, and who reads."""

    host: str
    port: int
    is_tls: bool
    sender: str
    readers: tuple[str, ...]
    user: str = ""
    password: str = field(default="")

    @classmethod
    def of(cls, address: str) -> Postbox | None:
        """From its address; None where that is none."""
        try:
            parts = urlsplit(address.strip())
            host, port, fields = parts.hostname or "", parts.port, parse_qs(parts.query)
        except ValueError:
            return None
        sender, readers = fields.get("from", []), fields.get("to", [])
        is_tls = parts.scheme == "smtps"
        if parts.scheme not in ("smtp", "smtps") or not host or len(sender) != 1 or not readers:
            return None
        # A line break would begin another header; of what is not ASCII the library's refusal quotes it.
        if not all(one.isprintable() and one.isascii() for one in (*sender, *readers)):
            return None
        return cls(
            host, port or (465 if is_tls else 587), is_tls, sender[0], tuple(readers),
            unquote(parts.username or ""), unquote(parts.password or ""),
        )  # fmt: skip


class _Mail(smtplib.SMTP):
    """A connection to a mail server that ends; to the address that was approved, where one was."""

    approved = ""

    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        return watched(socket.create_connection((self.approved or host, port), timeout))


class _MailOverTls(smtplib.SMTP_SSL):
    """The same, encrypted from its beginning; the certificate has to be of the name."""

    approved = ""

    def _get_socket(self, host: str, port: int, timeout: Any) -> Any:
        connected = watched(socket.create_connection((self.approved or host, port), timeout))
        return self.context.wrap_socket(connected, server_hostname=self._host)  # type: ignore[attr-defined]


def hand_over(box: Postbox, mail: EmailMessage, approved: str = "") -> None:
    """Give a mail to the server, for all readers or for none. Raises MailRefused.

    `approved` is the only network address to connect to, by default whatever the name says. A connection that broke
    after the whole mail was sent leaves open whether it was taken: that is raised as what may pass, too.
    """
    kind = type("Here", (_MailOverTls if box.is_tls else _Mail,), {"approved": approved})
    context = ssl.create_default_context()
    try:
        with ends_within(IN_ALL_SECONDS):
            server = kind(box.host, box.port, timeout=SECONDS, **({"context": context} if box.is_tls else {}))
            try:
                _speak(server, box, mail, context)
            finally:
                with suppress(smtplib.SMTPException, OSError):  # what was taken stays taken, however one parts
                    server.quit()
                server.close()
    except smtplib.SMTPAuthenticationError as problem:
        raise MailRefused(
            "the mail server does not accept the user and password", may_pass=problem.smtp_code in PASSING
        ) from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused("the mail server offers no encryption, or no login", may_pass=False) from None
    except ssl.SSLCertVerificationError:
        raise MailRefused(
            "the certificate of the mail server is not of its name, or not known", may_pass=False
        ) from None
    except smtplib.SMTPResponseException as problem:
        raise MailRefused(
            f"the mail server answered {problem.smtp_code}", may_pass=problem.smtp_code in PASSING
        ) from None
    except (smtplib.SMTPException, OSError) as problem:  # their texts quote addresses
        raise MailRefused(f"the mail server was not reached ({type(problem).__name__})", may_pass=True) from None


def _speak(server: smtplib.SMTP, box: Postbox, mail: EmailMessage, context: ssl.SSLContext) -> None:
    if not box.is_tls and box.host not in LOOPBACK:
        server.starttls(context=context)
    if box.user:
        server.login(box.user, box.password)
    server.ehlo_or_helo_if_needed()
    _taken(server.mail(box.sender))
    codes = [server.rcpt(one)[0] for one in box.readers]
    if refused := [code for code in codes if code not in (250, 251)]:
        # Nobody gets it before everybody can: those who got it would get it again with every further attempt.
        may_pass = all(code in PASSING for code in refused)
        raise MailRefused(
            f"the mail server refuses {len(refused)} of {len(codes)} readers ({refused[0]})", may_pass=may_pass
        )
    _taken(server.data(mail.as_bytes(policy=WIRE)))


def _taken(answer: tuple[int, bytes]) -> None:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(answer[0], b"")
