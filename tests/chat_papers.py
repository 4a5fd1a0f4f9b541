"""Invented chats as exports of several clients and phones, and what staging makes of a pile of such files.

Belongs here: drawing a chat, printing it in a layout under a phone's contact names, reading files as landing would.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from collectors.base import FileReport, FileSettings
from collectors.whatsapp_export.naming import chat_key
from collectors.whatsapp_export.reader import WhatsAppExport
from tests.staged import stage_whole
from town.landed import staging_schema
from town.streams import streams_by_name
from transforms.staging import whatsapp
from transforms.staging.town import StaffInterval, Town

KEY = b"k" * 32
PEOPLE = ("Dana", "Noa", "Avi", "Gil", "Ruth", "Moshe")
STAFF = PEOPLE[0]
WORDS = ("who", "knows", "where", "the", "key", "is", "thanks", "tomorrow", "water", "light", "street", "park")
RLM = "\u200f"


@dataclass(frozen=True)
class Line:
    """A message, or an event with its arguments."""

    at: datetime
    who: str
    text: str = ""
    event: str = ""
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Phone:
    """A client: how it prints a header, events and names; `is_ios` puts a mark before events."""

    header: Callable[[datetime], str]
    events: Mapping[str, str]
    is_ios: bool = False
    name: str = "WhatsApp Chat with {}"
    contacts: Mapping[str, str] = field(default_factory=dict)


_EN = {
    "notice": "Messages and calls are end-to-end encrypted.",
    "created": '{who} created group "{group}"',
    "added": "{who} added {member}",
    "left": "{member} left",
    "renamed": '{who} changed the group name from "{old}" to "{group}"',
}
_HE = {
    "notice": "ההודעות והשיחות מוצפנות מקצה לקצה.",
    "created": '{who} יצר/ה את הקבוצה "{group}"',
    "added": "{who} צירף/ה את {member}",
    "left": "{member} עזב/ה",
    "renamed": '{who} החליף/ה את נושא הקבוצה מ-"{old}" ל-"{group}"',
}
_AR = {
    "notice": "الرسائل والمكالمات مشفرة تمامًا.",
    "created": '{who} أنشأ مجموعة "{group}"',
    "added": "{who} أضاف {member}",
    "left": "{member} غادر",
    "renamed": '{who} غيّر اسم المجموعة من "{old}" إلى "{group}"',
}
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _android(at: datetime) -> str:
    return f"{at:%d/%m/%Y, %H:%M} - "


PHONES = {
    "en Android": Phone(_android, _EN),
    "en iOS": Phone(lambda at: f"[{at:%d/%m/%Y, %H:%M:%S}] ", _EN, is_ios=True, name="WhatsApp Chat - {}"),
    "he Android": Phone(lambda at: f"{at.day}.{at.month}.{at.year}, {at.hour}:{at.minute:02} - ", _HE, name="צ'אט WhatsApp עם {}"),
    "he iOS": Phone(
        lambda at: f"[{at.day}.{at.month}.{at.year}, {at.hour}:{at.minute:02}:{at.second:02}] ", _HE, is_ios=True,
        name="WhatsApp Chat - {}",
    ),
    "ar Android": Phone(
        lambda at: f"{at.day}{RLM}/{at.month}{RLM}/{at.year}، {at.hour}:{at.minute:02} - ".translate(_ARABIC), _AR,
        name="دردشة واتساب مع {}",
    ),
}  # fmt: skip
OTHER_NAMES = {"Noa": "~ Noa Levi", "Avi": "+972 50-111-2205", "Gil": "Gil from work"}


@dataclass(frozen=True)
class Chat:
    """A group: what it is called at its end, and its lines in order, the notice and its creation first."""

    name: str
    lines: tuple[Line, ...]

    def text(self, phone: Phone, lines: Sequence[Line] | None = None) -> str:
        """An export of these lines, or of all."""
        return "".join(self._printed(line, phone) + "\n" for line in (self.lines if lines is None else lines))

    def _printed(self, line: Line, phone: Phone) -> str:
        who = phone.contacts.get(line.who, line.who)
        if not line.event:
            return f"{phone.header(line.at)}{who}: {line.text}"
        about = {name: phone.contacts.get(value, value) for name, value in line.about.items()}
        said = phone.events[line.event].format(who=who, **about)
        author = self.name if line.event == "notice" else who
        return phone.header(line.at) + (f"{author}: \u200e{said}" if phone.is_ios else said)

    @property
    def talk(self) -> tuple[Line, ...]:
        """Its lines without the first two: an export that does not go back to the creation."""
        return self.lines[2:]


def drawn(
    rng: random.Random, name: str = "Gefen", *, start: datetime = datetime(2026, 8, 3, 9), size: int = 40
) -> Chat:
    """A chat of some months: quick talks, quiet days, comings and goings, a change of its name."""
    at = start + timedelta(minutes=rng.randrange(5, 5_000))
    former = f"{name} {rng.choice(('group', 'neighbours', 'forum'))}"
    lines = [Line(at, STAFF, event="notice"), Line(at, STAFF, event="created", about={"group": former})]
    rename = rng.randrange(size // 3, 2 * size // 3)
    for place in range(size):
        at += timedelta(seconds=rng.choice((20, 70, 200, 3_000, 90_000, 400_000)) + rng.randrange(60))
        who = rng.choice(PEOPLE)
        if place == rename:
            lines.append(Line(at, STAFF, event="renamed", about={"old": former, "group": name}))
        elif rng.random() < 0.1:
            event = rng.choice(("added", "left"))
            lines.append(Line(at, STAFF, event=event, about={"member": rng.choice(PEOPLE[1:])}))
        else:
            said = " ".join(rng.choices(WORDS, k=rng.randrange(1, 9)))
            lines.append(Line(at, who, said + rng.choice(("", "", "?"))))
    return Chat(name, tuple(lines))


def written(folder: Path, name: str, text: str, member: str = "") -> Path:
    """A file in a folder of its own; with `member`, a zip that holds the text under that name."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not member:
        path.write_text(text, encoding="utf-8")
        return path
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, text)
    return path


class Pile:
    """Exports as landing would leave them: people as ordinals, every file a batch."""

    def __init__(self) -> None:
        self.people = {STAFF: 0}
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in whatsapp.STREAMS}
        self.files = 0

    def add(self, path: Path) -> None:
        """Read a file. Raises RejectFile as its reader does."""
        assert WhatsAppExport().recognises(path), path.name
        report = FileReport(str(path))
        pages = list(WhatsAppExport().pages(path, FileSettings(digest_key=KEY), report))
        for page in pages:
            for row in page.rows.to_pylist():
                for name in page.stream.personal_fields:
                    row[name] = None if row[name] is None else self.people.setdefault(row[name], len(self.people))
                self.rows[page.stream.name].append(
                    {**row, "batch": f"{self.files:04}", "segment": "", "landed_order": 0}
                )
        self.files += 1

    def facts(self, town: Town) -> dict[str, list[dict[str, Any]]]:
        """Fact -> its rows in order, messages by their order in place of identifiers, without who wrote them."""
        tables = {
            name: pa.Table.from_pylist(rows, schema=staging_schema(streams_by_name()[name]))
            for name, rows in self.rows.items()
        }
        staged = {fact: table.to_pylist() for fact, table in stage_whole(whatsapp, tables, town).items()}
        messages = sorted(staged.get("message", []), key=_place)
        place = {row["message"]: number for number, row in enumerate(messages)}
        for row in messages:
            for name in ("message", "root", "reply_to"):
                row[name] = place.get(row[name])
            del row["author"], row["reply_to_author"]
        found = {fact: sorted(rows, key=repr) for fact, rows in staged.items() if fact != "message"}
        return {**found, "message": messages}


def _place(row: Mapping[str, Any]) -> tuple[Any, ...]:
    chat, minute, number = str(row["message"]).rsplit("-", 2)
    return row["space"], chat, int(minute), int(number)


def town(names: Mapping[str, str] | None = None) -> Town:
    """A town that knows one member of staff, and these groups: name -> space."""
    keys = {chat_key(name, KEY): space for name, space in (names or {}).items()}
    return Town("T", staff=(StaffInterval(0),), space_of_key=keys)


def facts_of(paths: Iterable[Path], of: Town) -> dict[str, list[dict[str, Any]]]:
    """What staging makes of these files."""
    pile = Pile()
    for path in paths:
        pile.add(path)
    return pile.facts(of)
