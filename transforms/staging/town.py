"""What staging knows of a town beside the landed records: its clock, places, staff and calendar."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from transforms.surveys.population import Population
from warehouse.calendar import month_of
from warehouse.registers import Space
from warehouse.vocabulary import UNREGISTERED, Asset, SpaceKind


@dataclass(frozen=True)
class StaffInterval:
    """A person (ordinal) speaks for the authority from a day to a day, both included; None is open."""

    person: int
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True)
class Town:
    """Read from the landed staff workbook before any other source is staged.

    `space_of_key` maps the keyed hash of an export's own name to the town's space code, or the code
    `unregistered-<key>` that an export has, and counts nowhere by, until somebody registers it. `events` are rows of
    the calendar people edit (event, kind, title, first_day, last_day or None while it lasts, scope, source),
    `removed_events` the codes of rows that stood there once and were taken out; `complete` maps a topic of the
    workbook to the months people declared finished. `population` is what surveys are weighed by: of it the
    workbooks tell what staff entered.
    """

    authority: str
    timezone: str = "Asia/Jerusalem"
    spaces: Mapping[str, Space] = field(default_factory=dict)
    space_of_key: Mapping[str, str] = field(default_factory=dict)
    staff: tuple[StaffInterval, ...] = ()
    unused_assets: frozenset[str] = frozenset()
    events: tuple[Mapping[str, Any], ...] = ()
    removed_events: frozenset[str] = frozenset()
    complete: Mapping[str, frozenset[str]] = field(default_factory=dict)
    population: Population = field(default_factory=Population)

    def space_for(self, key: str) -> str:
        """The town's code for the place an export calls by this key."""
        return self.registered(key) or f"{UNREGISTERED}{key[:8]}"

    def registered(self, key: str) -> str | None:
        """The code of the place called by this key, or registered by the code it waited under; None for no place."""
        return self.space_of_key.get(key) or self.registered_by_code(key)

    def registered_by_code(self, key: str) -> str | None:
        """The code of the place registered by the code this key waited under; None for no place."""
        waited = f"{UNREGISTERED}{key[:8]}"
        return self.space_of_key.get(waited) or (waited if waited in self.spaces else None)

    def place_of(
        self, said: str | None, key: str, asset: Asset, *, kind: SpaceKind | None = None, is_named: bool = False
    ) -> str:
        """The code of the place a file speaks of: what the configuration `said`, else what its name (`key`) stands for.

        A file that names no place (not `is_named`) is of the only registered place of its asset and (None: any)
        `kind`, where there is just one.
        """
        if said or (said := self.registered(key)):
            return said
        only = [code for code, one in self.spaces.items() if one.asset == asset and kind in (None, one.kind)]
        return only[0] if len(only) == 1 and not is_named else self.space_for(key)

    def local_day(self, instant: datetime) -> date:
        """The town's own day of an instant."""
        return instant.astimezone(ZoneInfo(self.timezone)).date()

    def local_month(self, instant: datetime) -> str:
        """The town's own month of an instant, YYYY-MM."""
        return month_of(self.local_day(instant))

    def staff_on(self, day: date) -> frozenset[int]:
        """Who speaks for the authority on a local day."""
        return frozenset(one.person for one in self.staff if (one.from_day or day) <= day <= (one.to_day or day))

    def is_staff(self, known: Collection[int | None], day: date) -> bool:
        """Whether the roster holds a person on a local day, by any of the ordinals she is known by."""
        return not self.staff_on(day).isdisjoint(known)


def plain(town: Town) -> str:
    """The town as text that is the same in every process: sets have no order of their own."""

    def ordered(value: Any) -> Any:
        return sorted(value) if isinstance(value, frozenset) else str(value)

    return json.dumps(dataclasses.asdict(town), default=ordered, sort_keys=True)
