"""A month of one authority as publishers lay it out: what the warehouse holds, read and in no language yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from warehouse.vocabulary import NO_VERDICT


@dataclass(frozen=True)
class Cell:
    """One value as the warehouse holds it. `value` is None unless it may be shown."""

    indicator: str
    month: str
    cut: str
    space: str
    part: str
    value: float | None
    numerator: float | None
    denominator: float | None
    n: int | None
    lo: float | None
    hi: float | None
    unit: str
    status: str
    quality: tuple[str, ...]
    reason: str
    verdict: str
    verdict_reason: str
    revision: int
    definition_version: str
    as_of: date | None


@dataclass(frozen=True)
class Conclusion:
    """What the sentence under a verdict is made of."""

    reason: str
    fields: Mapping[str, Any]
    pace: str
    word: str = NO_VERDICT
    p: float | None = None  # probability of so much where nothing happens
    claim: int = 0  # place among what page one claims; 0 where it claims nothing


@dataclass(frozen=True)
class Asked:
    """What a survey's figure rests on: who answered, how many equal answers it is worth, its scales' lowest alpha."""

    people: int
    equal: float | None
    alpha: float | None


@dataclass(frozen=True)
class Piece:
    """A piece of what a headline is made of, as `warehouse.tables.IndicatorComposition` has it."""

    kind: str
    name: str
    amount: float | None
    base: float | None
    detail: str


@dataclass(frozen=True)
class FollowUp:
    """What staff do about an indicator, as they typed it: the latest they wrote up to the report's month."""

    month: str
    note: str
    action: str
    owner: str
    review_day: date | None
    target: float | None
    target_day: date | None


@dataclass(frozen=True)
class IndicatorReport:
    """An indicator with its value, what stands beside it, and the years up to the month."""

    indicator: str
    family: str
    outcome: int
    aspect: str
    method: str
    unit: str
    better: str
    title: dict[str, str]
    question: dict[str, str]
    advice: dict[str, str]
    definition: dict[str, str]
    owner: str
    since: str
    definition_version: str
    whole: Cell
    speaks: Cell  # the figure that speaks for it: the whole, or the part its header names
    beside: tuple[Cell, ...]  # parts, spaces and cuts, in reading order
    series: tuple[Cell | None, ...]  # of what speaks, one for each of the report's months; None where there is no row
    sources: tuple[tuple[str, str], ...]  # (source, fact) it was computed from
    conclusion: Conclusion | None = None
    headline: str = ""  # the part that speaks; '' the whole
    speaking_unit: str = ""  # of what speaks
    unit_words: Mapping[str, str] = field(default_factory=dict)  # of what that is a figure
    when: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # rise, fall, steady -> what to do then
    lead: int = 0  # place among the indicators that lead; 0 of one that does not
    asked: Asked | None = None  # of a survey's figure, where the whole speaks
    follow_up: FollowUp | None = None
    composition: tuple[Piece, ...] = ()  # of the whole, without the entries of registers

    @property
    def year(self) -> tuple[Cell | None, ...]:
        """The series' last twelve months."""
        return self.series[-12:]

    @property
    def year_ago(self) -> Cell | None:
        """What spoke twelve months before; None where there is no row."""
        return self.series[-13] if len(self.series) > 12 else None

    @property
    def others(self) -> tuple[Cell, ...]:
        """What stands beside the figure that speaks; where a part does, the whole first."""
        rest = tuple(one for one in self.beside if one != self.speaks)
        return rest if self.speaks == self.whole else (self.whole, *rest)


@dataclass(frozen=True)
class Change:
    """A cell that differs, as it is shown, from what was published before; `why` as in `warehouse.published`."""

    indicator: str
    space: str
    part: str
    old_value: float | None
    new_value: float | None
    old_status: str
    new_status: str
    why: str
    unit: str


@dataclass(frozen=True)
class Goal:
    """A goal of a programme in the month, with what is concluded of its measure (`fields` as JSON)."""

    month: str
    programme: str
    goal: str
    indicator: str
    better: str
    since: str
    target: float | None
    until: str
    owner: str
    unit: str
    word: str
    reason: str
    fields: str
    pace: str


@dataclass(frozen=True)
class Question:
    """What stands against the month: `verdict` refused, held or doubted, of a source's fact or ('') an indicator."""

    verdict: str
    source: str
    fact: str


@dataclass(frozen=True)
class Report:
    """A month of one authority."""

    authority: str
    name: dict[str, str]
    timezone: str  # the town's own: days are hers
    month: str
    months: tuple[str, ...]  # those a picture shows, oldest first, up to this one
    state: str
    revision: int
    closed_at: datetime | None
    indicators: tuple[IndicatorReport, ...]
    parts: dict[tuple[str, str], dict[str, str]]  # (indicator, part) -> title
    spaces: dict[str, str]  # space -> the town's own title
    events: tuple[tuple[str, date, date | None], ...]  # title, first and last day
    changes: tuple[Change, ...]
    next_day: date  # local; when the report of the month after comes out
    sources: tuple[tuple[str, str], ...]  # (source, fact) staged for the month
    assets: Mapping[str, str] = field(default_factory=dict)  # space -> digital asset
    neighbourhoods: Mapping[str, str] = field(default_factory=dict)  # space -> the one it serves, of those that do
    emergencies: frozenset[str] = frozenset()  # of the months, those that had one
    holidays: frozenset[str] = frozenset()
    in_question: tuple[Question, ...] = ()  # what stands against the month, the worst first
    programmes: tuple[Goal, ...] = ()  # goals by programme
    history: Mapping[str, pa.Table] = field(default_factory=dict)  # table -> its rows up to the month, where asked for
