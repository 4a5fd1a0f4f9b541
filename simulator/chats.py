"""Chats as the phones export them: Android text files and iOS zips, in the layouts of four clients.

Belongs here: header, marks, phrases, lists of members. Does not: what happens in a chat.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from simulator.model import Chat, Happening, Layout, Utterance

RLM = "\u200f"
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_LISTS = {"he": (", ", " ו-", " ו-{n} נוספים"), "ar": ("، ", " و", " و {n} آخرون"), "ru": (", ", " и ", " и еще {n}")}


@cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """The clients' own phrases by layout, read once."""
    loaded: Mapping[str, Mapping[str, Any]] = yaml.safe_load(
        files("simulator").joinpath("phrases.yaml").read_text(encoding="utf-8")
    )
    return loaded


def write_chat(folder: Path, chat: Chat) -> list[Path]:
    """Write a chat's export, and an earlier one where there was one; gives the files."""
    name: str = phrases()[chat.rhythm.layout]["file"].format(group=chat.place.name)
    written = [_write(folder / name, chat, chat.exported)]
    if chat.earlier:
        path = folder / name
        # As a browser names a second download of one name.
        written.append(_write(path.with_name(f"{path.stem} (1){path.suffix}"), chat, chat.earlier))
    return written


def _write(path: Path, chat: Chat, entries: Sequence[Utterance | Happening]) -> Path:
    text = export_text(chat, entries)
    if path.suffix != ".zip":
        path.write_bytes(text.encode())
        return path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # A fixed date, so that the same town gives the same bytes.
        archive.writestr(zipfile.ZipInfo("_chat.txt", (2026, 11, 1, 8, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return path


def export_text(chat: Chat, entries: Sequence[Utterance | Happening]) -> str:
    """The text of an export, with the client's line ends."""
    layout = chat.rhythm.layout
    printer = _Printer(layout, chat.place.name)
    end = "\r\n" if layout.startswith("he-ios") else "\n"
    return "".join(printer.line(entry) + end for entry in entries)


class _Printer:
    """Prints entries in one layout."""

    def __init__(self, layout: Layout, group: str) -> None:
        self._words = phrases()[layout]
        self._language = layout[:2]
        self._is_ios = "ios" in layout
        self._is_12h = layout.endswith("12h")
        self._group = group
        self._number = 0

    def line(self, entry: Utterance | Happening) -> str:
        """One entry; a body may span several lines."""
        self._number += 1
        if isinstance(entry, Happening):
            text = self._event(entry)
            if not self._is_ios:
                return self._header(entry.at) + text
            under = entry.actor or (entry.people[0] if entry.people else self._group)
            return f"{self._header(entry.at)}{self._shown(under)}: {RLM}{text}"
        body, is_attachment = self._body(entry)
        before = RLM if self._is_ios and is_attachment else ""
        return f"{before}{self._header(entry.at)}{self._shown(entry.author)}: {body}"

    def _header(self, at: datetime) -> str:
        day = f"{at.day}.{at.month}.{at.year}"
        if self._language == "ar":
            stamp = f"{at.day}{RLM}/{at.month}{RLM}/{at.year}، {at.hour}:{at.minute:02d}"
            return stamp.translate(_ARABIC_DIGITS) + " - "
        if self._language == "ru":
            return f"{at.day:02d}.{at.month:02d}.{at.year}, {at.hour:02d}:{at.minute:02d} - "
        if not self._is_ios:
            return f"{day}, {at.hour}:{at.minute:02d} - "
        hour = at.hour
        half = ""
        if self._is_12h:
            half = " אחה״צ" if hour >= 12 else " לפנה״צ"
            hour = hour % 12 or 12
        return f"[{day}, {hour}:{at.minute:02d}:{at.second:02d}{half}] "

    def _shown(self, name: str) -> str:
        if self._is_ios and name.startswith("+"):
            return "\u202a" + name.replace(" ", "\u00a0").replace("-", "\u2011") + "\u202c"
        return name

    def _event(self, event: Happening) -> str:
        phrase: str = self._words[event.kind]
        people = self._listed(event.people, event.printed) if event.people else ""
        return phrase.format(actor=self._shown(event.actor), people=people, group=self._group)

    def _listed(self, people: Sequence[str], printed: int) -> str:
        comma, last, overflow = _LISTS[self._language]
        names = [self._shown(name) for name in people]
        if printed < len(names):
            return comma.join(names[:printed]) + overflow.format(n=len(names) - printed)
        return comma.join(names[:-1]) + last + names[-1] if len(names) > 1 else names[0]

    def _body(self, said: Utterance) -> tuple[str, bool]:
        mark = RLM if self._is_ios else ""
        match said.kind:
            case "media":
                choices = self._words["media"]
                form = choices[self._number % len(choices)]
                text = form.format(stamp=said.at.strftime("%Y%m%d"), number=f"{self._number % 10_000:04d}")
                return mark + text, True
            case "deleted":
                return mark + self._words["deleted"], False
            case "location":
                return mark + self._words["location"], False
            case "poll":
                title, option = self._words["poll"]
                question, *options = said.text.split("\n")
                return mark + "\n".join([title, question, *(option + one for one in options)]), False
        return said.text + (self._words["edited"] if said.is_edited else ""), False
