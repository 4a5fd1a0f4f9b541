"""What a generated town consists of: its places, its people, and everything that happens, as plain records.

The event log of these records is the truth the books are kept from; the files a town hands over are
written from the same records. Belongs here: the shapes. Does not: chance (`town`, `talk`,
`membership`), file formats (`chats`, `staff_book`, ...) and counting (`books`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from simulator.planted import Planted
from simulator.work import StaffWork
from transforms.questionnaire import Audience

Layout = Literal["he-android", "he-ios", "he-ios-12h", "ar-android", "ru-android"]
Kind = Literal["text", "media", "poll", "location", "deleted"]
HappeningKind = Literal[
    "encrypted",
    "created",
    "added_you",
    "added",
    "joined",
    "left",
    "removed",
    "number_changed",
    "icon_changed",
    "description_changed",
]


@dataclass(frozen=True)
class Place:
    """A space the town runs or watches, as its staff would register it."""

    code: str
    title: str
    asset: str
    kind: str
    name: str = ""  # what its exports call it; empty when nothing is exported
    operated_by: str = "authority"
    language: str = "he"
    society: str = "general"
    neighbourhood: str = ""
    audience: str = ""
    relevant_share: float = 0.0  # of the residents


@dataclass(frozen=True)
class Rhythm:
    """How a chat lives: its size at both ends, how much is said, by whom, and how staff answer."""

    layout: Layout
    members: tuple[int, int]  # at the beginning and at the end
    talks: tuple[float, float]  # conversations a day at the beginning and at the end
    replies: float  # mean number of answers in a conversation
    staff_starts: float  # share of conversations the authority opens
    staff_answers: float  # chance that staff answer a resident's opening; it grows over the time
    begins: float = 0.0  # when the group is created, as a share of the whole time
    by_link: float = 0.6  # share of newcomers who come by the invitation link
    only_staff: bool = False
    is_hotline: bool = False
    keeps_sabbath: bool = False
    staff_minutes: float = 18.0  # mean wait for an answer in working hours
    exported_from: float = 0.0  # the export begins here when the client's limit cut it off
    exported_before: float = 0.0  # an earlier export was handed over at this share of the time, too


@dataclass(frozen=True)
class StaffPerson:
    """Somebody who speaks for the authority between two days, by the name or number chats show."""

    shown: str
    department: str
    phone: str = ""
    email: str = ""
    from_day: date | None = None
    to_day: date | None = None

    def speaks_on(self, day: date) -> bool:
        """Whether the roster holds on a day, both ends included."""
        return (self.from_day is None or self.from_day <= day) and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True)
class Utterance:
    """Something a person wrote in a chat."""

    at: datetime  # local wall time
    author: str
    kind: Kind
    text: str = ""
    is_question: bool = False
    is_edited: bool = False


@dataclass(frozen=True)
class Happening:
    """An event of a chat. `people` are all it touches; an export prints the first `printed` of them."""

    at: datetime
    kind: HappeningKind
    actor: str = ""
    people: tuple[str, ...] = ()
    printed: int = 0


@dataclass(frozen=True)
class Chat:
    """A chat with everything that happened in it, in order."""

    place: Place
    rhythm: Rhythm
    log: tuple[Utterance | Happening, ...]
    exported_from: datetime | None = None  # None: the export begins with the group's creation
    exported_before: datetime | None = None  # when an earlier export was made

    @property
    def exported(self) -> tuple[Utterance | Happening, ...]:
        """What the export holds."""
        start = self.exported_from
        return self.log if start is None else tuple(entry for entry in self.log if entry.at >= start)

    @property
    def earlier(self) -> tuple[Utterance | Happening, ...]:
        """What an earlier export holds: the same, as far as it had gone."""
        end = self.exported_before
        return () if end is None else tuple(entry for entry in self.exported if entry.at < end)


@dataclass(frozen=True)
class Respondent:
    """One questionnaire: item -> answer 1 to 5 as ticked (a yes is 5, a no 1), cut -> option."""

    answers: Mapping[str, int]
    cuts: Mapping[str, str]
    seconds: int


@dataclass(frozen=True)
class Wave:
    """A survey wave."""

    name: str
    audience: Audience
    closed_day: date
    sample_type: str
    file_kind: Literal["csv-1255", "xlsx", "csv-bom"]
    people: tuple[Respondent, ...]
    version: int = 2  # of the questionnaire
    invited: int | None = None  # as the survey's settings say
    held_as: str | None = None  # where all of it was held one way


@dataclass(frozen=True)
class GroupDay:
    """A day of a Facebook group as its insights export tells it; the amounts by metric."""

    day: date
    amounts: Mapping[str, int]


@dataclass(frozen=True)
class FacebookGroup:
    """A Facebook group with an export. The column `withdrawn` ends at `break_day`; `appearing` begins there."""

    place: Place
    days: tuple[GroupDay, ...]
    file_kind: Literal["csv-en", "xlsx-he"]


@dataclass(frozen=True)
class Town:
    """A generated town."""

    seed: int
    months: tuple[str, ...]
    residents: Mapping[int, int]  # year -> at its end
    places: tuple[Place, ...]
    staff: tuple[StaffPerson, ...]
    chats: tuple[Chat, ...]
    groups: tuple[FacebookGroup, ...]
    work: StaffWork
    waves: tuple[Wave, ...]
    planted: tuple[Planted, ...] = ()
