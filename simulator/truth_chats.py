"""What the chats come to: sessions, answers and members, from which all figures of chats are counted.

A session ends when more than 60 minutes pass without a message; its first message starts a
conversation; every later one answers the nearest earlier message of the session by somebody else,
and when there is none it goes on with the start without being an answer. Times count to the minute,
because most exports have no seconds. Deleted messages take no part in anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from zoneinfo import ZoneInfo

from simulator.calendar import last_of, month_of, months_until, shifted
from simulator.model import Chat, Happening, Place, StaffPerson, Town, Utterance
from simulator.places import TIMEZONE
from simulator.talk import texts

SESSION_GAP = timedelta(minutes=60)
SOON = timedelta(minutes=10)
ZONE = ZoneInfo(TIMEZONE)
COMING = frozenset({"created", "added_you", "added", "joined"})
GOING = frozenset({"left", "removed"})


@dataclass(eq=False)
class Said:
    """A message as the books see it."""

    at: datetime  # local, as exported
    month: str
    author: str
    is_staff: bool
    is_question: bool
    subject: str = ""  # class of the town's keywords, '' for none
    start: Said | None = None  # of its conversation; itself for a start
    answers: Said | None = None

    @property
    def is_start(self) -> bool:
        """It starts a conversation."""
        return self.start is self

    @property
    def is_neighbourly(self) -> bool:
        """A resident follows another resident soon, or after a question."""
        if self.is_staff or self.answers is None or self.answers.is_staff:
            return False
        # What was said in the month before is not looked at.
        is_unseen = self.answers.month != self.month
        return is_unseen or self.answers.is_question or instant(self) - instant(self.answers) <= SOON


@dataclass(frozen=True)
class Account:
    """A chat's messages, months and members."""

    place: Place
    months: tuple[str, ...]  # the export speaks of
    by_month: Mapping[str, tuple[Said, ...]]
    begins_within: str  # the month in which an export that was cut off begins, '' for a whole one
    members: dict[str, int]  # residents at each month's end, at least: all that its export shows
    staff: dict[str, int]  # who speaks for the authority and is in it, at each month's end
    ends: date  # the last day of its export

    @property
    def is_cut(self) -> bool:
        """Whether its export does not begin with the group: of its members only those seen since are known."""
        return bool(self.begins_within)

    def heard_until(self, month: str) -> date:
        """The last day through which it was heard, in a month and the next; an export's own last lacks its evening."""
        after = shifted(month, 1)
        whole = last_of(after if after in self.months else month)
        return whole if self.ends >= whole else self.ends - timedelta(days=1)

    def in_month(self, month: str) -> tuple[Said, ...]:
        """The messages of a month."""
        return self.by_month.get(month, ())


def instant(said: Said) -> datetime:
    """When it was said, as an instant: a night may have an hour more or less."""
    return said.at.replace(tzinfo=ZONE).astimezone(ZoneInfo("UTC"))


def neighbourly(said: Iterable[Said]) -> list[Said]:
    """Where a resident answers another one, once a day from one to the other."""
    known: set[tuple[str, str, date]] = set()
    found = []
    for one in said:
        if one.is_neighbourly and one.answers is not None:
            talk = (one.author, one.answers.author, instant(one).date())
            if talk not in known:
                known.add(talk)
                found.append(one)
    return found


def account(chat: Chat, town: Town) -> Account:
    """Keep a chat's account from what its export may tell."""
    log = chat.exported
    staff = {person.shown: person for person in town.staff}
    said: list[Said] = []
    for entry in log:
        if isinstance(entry, Utterance) and entry.kind != "deleted":
            day = entry.at.date()
            speaks = entry.author in staff and staff[entry.author].speaks_on(day)
            said.append(Said(entry.at, month_of(day), entry.author, speaks, entry.is_question, subject_of(entry.text)))
    link(said)
    first, last = month_of(log[0].at.date()), month_of(log[-1].at.date())
    months = tuple(m for m in months_until(last, len(town.months)) if m >= first)
    members, inside = _members(log, months, staff)
    by_month = {month: tuple(rows) for month, rows in groupby(said, key=lambda one: one.month)}
    cut = first if chat.exported_from else ""
    ends = log[-1].at.date()
    return Account(chat.place, months, by_month, cut, members, inside, ends)


@cache
def subject_of(text: str) -> str:
    """The first class with a keyword that begins a word, up to three letters that are written with it before."""
    for name, keywords in texts()["topics"].items():
        for word in (text[at:].casefold() for at in range(len(text)) if at == 0 or not _is_letter(text[at - 1])):
            bare = next((n for n, letter in enumerate(word[:3]) if letter not in "והבלמשכ"), 3)
            if any(word[n:].startswith(keyword.casefold()) for n in range(bare + 1) for keyword in keywords):
                return str(name)
    return ""


def _is_letter(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def link(said: Iterable[Said]) -> None:
    """Find starts and answers in messages given in order."""
    before: Said | None = None  # the message just before
    other: Said | None = None  # the nearest one by somebody else than its author
    for one in said:
        if before is None or _minute(one) - _minute(before) > SESSION_GAP:
            one.start, other = one, None
        else:
            one.start = before.start
            other = before if before.author != one.author else other
        one.answers = other
        before = one


def _minute(one: Said) -> datetime:
    return one.at.replace(second=0)


def _members(
    log: Sequence[Utterance | Happening], months: Iterable[str], staff: Mapping[str, StaffPerson]
) -> tuple[dict[str, int], dict[str, int]]:
    """Everybody an export shows who has not gone: let in by name, or writing; more than these only by number.

    Residents among them, and staff: who by her name is one of the roster is no resident.
    """
    named: set[str] = set()  # two people of one name are nobody's to tell apart
    others: set[str] = set()
    nameless = 0  # who is only counted in a notice
    you = 0  # the exporting phone, which notices do not name: one more, who may write under her own name
    happened: dict[str, list[Utterance | Happening]] = {month: [] for month in months}
    for entry in log:
        happened[month_of(entry.at.date())].append(entry)
    members, inside = {}, {}
    for month, entries in happened.items():
        for entry in entries:
            if isinstance(entry, Utterance):
                others |= {entry.author} - named
                continue
            printed = set(entry.people[: entry.printed]) if entry.kind != "added_you" else set()
            others |= {entry.actor} - named - {""}
            if entry.kind in COMING:
                named |= printed
                others -= printed
                if entry.kind == "added_you":
                    you = 1
                else:
                    nameless += len(entry.people) - len(printed)
            elif entry.kind in GOING:
                nameless = max(nameless - len(printed - named), 0)
                named -= printed
                others -= printed
        last = min(last_of(month), log[-1].at.date())
        inside[month] = sum(name in staff and staff[name].speaks_on(last) for name in named | others)
        members[month] = len(named) + max(nameless, len(others)) + you - inside[month]
    return members, inside
