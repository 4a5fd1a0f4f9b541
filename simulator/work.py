"""What a generated town's staff typed into the workbook, as plain records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Entry:
    """A figure staff typed for a month."""

    month: str
    indicator: str
    amount: float
    part: str = ""
    space: str = ""
    subject: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Routine:
    """A routine, policy or joint project with the days it is in force."""

    name: str
    indicator: str
    form: str
    shared: bool
    from_day: date
    to_day: date | None = None


@dataclass(frozen=True)
class RoleHeld:
    """A role in charge of network communities."""

    title: str
    share: float | None
    reports_to: str
    from_day: date
    to_day: date | None = None


@dataclass(frozen=True)
class CommunityChange:
    """What staff wrote about a community in a month in which something changed."""

    month: str
    community: str
    kind: str = ""
    stage: str = ""
    ended: bool = False
    volunteers: int | None = None
    is_ready: bool | None = None


@dataclass(frozen=True)
class Goal:
    """A programme's goal, with its own measure by month or linked to an indicator."""

    programme: str
    name: str
    month: str  # from which it is named
    direction: str
    baseline: float | None = None
    linked: str = ""
    measure: str = ""
    target: float | None = None
    until: date | None = None
    owner: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PublicationItem:
    """Something the authority published."""

    code: str
    title: str
    day: date
    asset: str
    space: str
    topic: str
    language: str
    process_kind: str = ""
    stage: str = ""
    calls: bool = False


@dataclass(frozen=True)
class MemberCount:
    """Members of a place at a month's end, counted by hand."""

    month: str
    space: str
    members: int


@dataclass(frozen=True)
class UnusualDays:
    """An emergency, holiday or closure."""

    code: str
    kind: str
    title: str
    first_day: date
    last_day: date
    scope: str
    source: str


@dataclass(frozen=True)
class Matter:
    """A matter residents raised: where and when, when it was decided and when residents were told; None for not yet."""

    title: str
    raised_in: str
    raised_day: date
    decided_day: date | None
    answered_day: date | None


@dataclass(frozen=True)
class FocusGroup:
    """A guided talk: when, with whom, how many people, and which barriers came up."""

    held_day: date
    held_with: str
    people: int
    barriers: tuple[str, ...]


@dataclass(frozen=True)
class StaffWork:
    """Everything staff typed into the workbook, beside spaces and roster."""

    entries: tuple[Entry, ...]
    investment: tuple[Entry, ...]  # `subject` is the asset or the language
    routines: tuple[Routine, ...]
    roles: tuple[RoleHeld, ...]
    communities: tuple[CommunityChange, ...]
    goals: tuple[Goal, ...]
    publications: tuple[PublicationItem, ...]
    members: tuple[MemberCount, ...]
    events: tuple[UnusualDays, ...]
    assets: Mapping[str, bool]
    complete: Mapping[str, frozenset[str]]  # month -> topics declared complete
    focus_groups: tuple[FocusGroup, ...] = ()
    matters: tuple[Matter, ...] = ()
