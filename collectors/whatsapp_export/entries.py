"""What one entry is: a message of a person, or an event with the members it touches.

Belongs here: the author, and the rules by which events are told from messages. An entry is an event
when it has no author (Android) or its text is led by a direction mark (iOS) and is not a placeholder;
a person who merely writes "Dana left" has written a message.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from collectors.whatsapp_export.authors import Authors, restored
from collectors.whatsapp_export.bodies import TEXT, Body, BodyReader
from collectors.whatsapp_export.marks import clean, comparable, starts_with_mark
from collectors.whatsapp_export.members import Membership, Touched, changed_number
from collectors.whatsapp_export.phrases import Found, PhraseTable
from collectors.whatsapp_export.presence import presence_of

SYSTEM_AUTHORS = frozenset({"System", "Sistema", "Système", "WhatsApp"})
MAX_CALL_CHARS = 60
_SCRIPTS = (
    ("Hebrew letters", re.compile("[א-ת]")),
    ("Arabic letters", re.compile("[ء-ي]")),
    ("Russian letters", re.compile("[а-яА-Я]")),
    ("Latin letters", re.compile("[A-Za-z]")),
)


class Message(NamedTuple):
    """A message: who wrote it and its measures."""

    sender: str
    body: Body
    is_multiline: bool


class Event(NamedTuple):
    """An event of the chat. `shape` describes an unknown one without quoting it.

    `group` is the name of the group it tells ('' where it tells none), `former` the one before.
    `presence`: what it tells of what the phone hears (`presence`).
    `is_doubtful`: it has a colon, and what stands before it is hardly a person's name; it `may_be_message` yet.
    """

    event: str
    actor: str | None
    touched: list[Touched]
    has_author: bool
    shape: str
    group: str = ""
    former: str = ""
    is_doubtful: bool = False
    may_be_message: bool = False
    presence: str = ""


@dataclass
class EntryReader:
    """Reads entries of one file; keeps what has to be remembered between them."""

    platform: str
    table: PhraseTable
    bodies: BodyReader

    def __post_init__(self) -> None:
        self.begin(Authors())

    def begin(self, authors: Authors) -> None:
        """Take what the whole file says of who writes in it, and begin at its first entry."""
        self.authors = authors
        self._members = Membership()
        self._special: dict[str, bool] = {}

    def split(self, first: str) -> tuple[str, str] | None:
        """Author and body of the first line of an entry, marks and all; None without an author."""
        at = first.find(": ")
        if at >= 0:
            return first[:at], first[at + 2 :]
        trimmed = first.rstrip(" ")
        if trimmed.endswith(":"):
            return trimmed[:-1], ""
        return (trimmed[:-2], ".") if trimmed.endswith(":.") else None

    def needs_care(self, name: str) -> bool:
        """Whether an author's name may stand for something else than a person who writes."""
        known = self._special.get(name)
        if known is None:
            known = self._special[name] = (
                name in SYSTEM_AUTHORS or self.table.may_span_colon(name) or self.authors.needs_care(name)
            )
        return known

    def read(self, lines: list[str], marked: bool) -> Message | Event:
        """One entry: the first line without its header, then the further lines of its body."""
        first = self.authors.unified(lines[0])
        parts = self.split(first)
        if parts is None:
            text = clean(first)
            return self._event(text, self.table.find(text), has_author=False)
        author, body = parts
        name = clean(restored(author))
        last = len(lines)
        while last > 1 and not lines[last - 1]:
            last -= 1
        if last > 1:
            body = "\n".join((body, *lines[1:last]))
        if self.needs_care(name):
            if name in SYSTEM_AUTHORS:
                text = clean(body)
                return self._event(text, self.table.find(text), has_author=True)
            whole = self.table.find(clean(first)) if last == 1 else None
            if whole is not None or name in self.authors.doubtful:
                may_be = whole is None and name in self.authors.may_be_people
                told = self._event(clean(first), whole, has_author=False)
                return told._replace(is_doubtful=whole is None, may_be_message=may_be)
        if self.platform != "android" and starts_with_mark(body):
            event = self._led_by_mark(body, marked, single=last == 1)
            if event is not None:
                # The client prints this notice under the group's name.
                return event._replace(group=name) if event.event == "e2e_notice" else event
            measures = self.bodies.read(restored(body), attachment=marked)
        else:
            measures = self.bodies.read(restored(body))
            if self.platform == "android" and last == 1:
                line = comparable(body.rstrip(" ."))
                if line in self.table.calls:
                    return Event("missed_call", name, [], True, "")
                if len(line) <= MAX_CALL_CHARS and self.table.resembles_call(line):
                    return self._event(line, None, has_author=True)
        return Message(name, measures, last > 1)

    def _led_by_mark(self, body: str, marked: bool, single: bool) -> Event | None:
        """The event of an iOS line whose text is led by a mark; None when it is a message after all."""
        text = clean(body)
        # "You removed {targets}" and "You removed this message" begin alike: the placeholder goes first.
        found = self.table.find(text) if single and not self.bodies.is_fixed(text) else None
        if found is None:
            measures = self.bodies.read(restored(body))
            if measures.kind != TEXT or measures.media or measures.is_edited or measures.length == 0:
                return None
            if marked or not single:
                return None
        return self._event(text, found, has_author=True)

    def _event(self, text: str, found: Found | None, has_author: bool) -> Event:
        if found is None:
            return Event("unknown", None, [], has_author, _shape(text))
        if self.authors.with_colon:
            found = Found(found.event, {name: restored(value) for name, value in found.values.items()})
        group, former = found.values.get("group", ""), found.values.get("old", "")
        actor = changed_number(found.values)[0] if found.event == "number_changed" else found.values.get("actor")
        touched, presence = self._members.touched(found), presence_of(found)
        return Event(found.event, actor, touched, has_author, "", group, former, presence=presence)


def _shape(text: str) -> str:
    """A line described without quoting it: its letters and its number of words."""
    head = text[:2_000]
    letters = next((name for name, script in _SCRIPTS if script.search(head)), "other letters")
    return f"{letters}, {len(head.split())} words"
