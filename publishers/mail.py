"""A closed month by mail: what page one says, in the town's language, and the workbook.

The mail is made from the published files alone, so that every attempt says the same. It has one Message-ID a package:
SMTP cannot take a mail back, and where a connection breaks between its last byte and the answer nobody knows whether
it was taken. It is sent again then; mail stores that look at Message-IDs keep one.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from html import escape

from publishers.addresses import AddressRefused, PushRefused, host_of, resolve
from publishers.delivery import ATTEMPTS, Package, Receipt, Sleep, pause
from publishers.smtp import SHAPE, MailRefused, Postbox, hand_over
from texts import Language, text

MAX_ATTACHED = 7_000_000
"""Bytes; as mail a third more, and many servers take no more than ten million."""
DOMAIN = "kehila.invalid"
"""Of Message-IDs: no host of anybody's."""
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
RTL = ("he", "ar")


@dataclass(frozen=True)
class MailTarget:
    """Readers at a mail server, both in `address`; nobody of them sees who the others are.

    `link` is where all files can be fetched, named in the mail; '' for nowhere.
    """

    address: str = field(repr=False)
    language: Language
    allow_hosts: frozenset[str] = frozenset()
    private_hosts: frozenset[str] = frozenset()
    link: str = ""
    attempts: int = ATTEMPTS

    def deliver(self, package: Package, sleep: Sleep) -> Receipt:
        """Hand the mail over, trying again while that helps."""
        box = Postbox.of(self.address)
        if box is None:
            raise PushRefused(f"`mail` of the target must hold {SHAPE}")
        # The mail server is asked as any other host is; its scheme is told by the postbox.
        host, inside = host_of(f"https://{box.host}:{box.port}", self.allow_hosts, self.private_hosts)
        mail = letter(package, box.sender, self.language, self.link)
        problem = ""
        for attempt in range(1, self.attempts + 1):
            try:
                hand_over(box, mail, resolve(host, box.port, inside))
            except AddressRefused:
                raise PushRefused(
                    f"host {host!r} leads to a loopback, private or metadata address; "
                    "list it in private_hosts if you mean it"
                ) from None
            except (MailRefused, ConnectionError) as trouble:
                problem = f"{host}: {trouble}"
                if isinstance(trouble, MailRefused) and not trouble.may_pass:
                    return Receipt("failed", "", package.key, attempt, problem)
            else:
                return Receipt("delivered", package.manifest.sha256, package.key, attempt)
            if attempt < self.attempts:
                sleep(pause(attempt))
        return Receipt("failed", "", package.key, self.attempts, problem)


def letter(package: Package, sender: str, language: Language, link: str = "") -> EmailMessage:
    """The mail of a package, the same for every attempt but for its date."""
    said = list(_said(package, language))
    title = _title(package, language)
    workbook = package.files.get(f"workbook-{language}.xlsx", b"")
    is_attached = 0 < len(workbook) <= MAX_ATTACHED
    below = [text("push.attached" if is_attached else "push.too_large", language), text("push.final", language)]
    if package.manifest.revision > 1:
        below.insert(0, text("push.revision", language, revision=package.manifest.revision))
    mail = EmailMessage()
    mail["Subject"] = title
    mail["From"] = mail["To"] = sender  # readers stand in the envelope only
    mail["Date"] = formatdate()
    mail["Message-ID"] = message_id(package)
    mail["Content-Language"] = language
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_plain(title, said, below, link, language))
    mail.add_alternative(_page(title, said, below, link, language), subtype="html")
    if is_attached:
        name = f"kehila-{package.key}-{language}.xlsx"
        mail.add_attachment(workbook, maintype=XLSX[0], subtype=XLSX[1], filename=name)
    return mail


def message_id(package: Package) -> str:
    """The same for every attempt, and of no other package."""
    return f"<{package.key}.{package.manifest.sha256[:16]}@{DOMAIN}>"


def _title(package: Package, language: Language) -> str:
    return str(json.loads(package.files["datapackage.json"])["titles"][language])


def _said(package: Package, language: Language) -> Iterator[tuple[str, list[str]]]:
    """Page one: a heading ('' of the opening) and its sentences."""
    rows = csv.DictReader(io.StringIO(package.files.get("headline.csv", b"").decode("utf-8-sig")))
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["section"], []).append(row[f"sentence_{language}"])
    for section, sentences in found.items():
        # Until when page one says as well; when a mail is read that day may have come.
        key = "push.actions" if section == "actions" else f"front.headings.{section}"
        yield "" if section == "opening" else text(key, language), sentences


def _plain(title: str, said: list[tuple[str, list[str]]], below: list[str], link: str, language: Language) -> str:
    lines = [title, ""]
    for heading, sentences in said:
        lines += [*([heading] if heading else []), *(f"- {one}" if heading else one for one in sentences), ""]
    return "\n".join([*lines, *below, *([f"{text('push.link', language)} {link}"] if link else [])]) + "\n"


def _page(title: str, said: list[tuple[str, list[str]]], below: list[str], link: str, language: Language) -> str:
    way = "rtl" if language in RTL else "ltr"
    parts = [f"<h1>{escape(title)}</h1>"]
    for heading, sentences in said:
        if not heading:
            parts += [f"<p><strong>{escape(one)}</strong></p>" for one in sentences]
            continue
        lines = "".join(f"<li>{escape(one)}</li>" for one in sentences)
        parts.append(f"<h2>{escape(heading)}</h2><ul>{lines}</ul>")
    parts += [f"<p>{escape(one)}</p>" for one in below]
    if link:
        shown = f'<a href="{escape(link)}"><bdi dir="ltr">{escape(link)}</bdi></a>'
        parts.append(f"<p>{escape(text('push.link', language))} {shown}</p>")
    head = f'<head><meta charset="utf-8"><title>{escape(title)}</title></head>'
    style = f"direction:{way};text-align:start;font-family:sans-serif;line-height:1.5;max-width:42em"
    body = f'<body dir="{way}" style="{style}">{"".join(parts)}</body>'
    return f'<!doctype html><html lang="{language}" dir="{way}">{head}{body}</html>'
