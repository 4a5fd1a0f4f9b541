"""`[authority.calendar]`: the hours a town works on each day of the week, and whose holidays close it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, field_validator

from transforms.working_days import Hours, Week

Religion = Literal["jewish", "muslim", "christian_west", "christian_east", "druze"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPEN = "08:00-16:00"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)|([01]\d|2[0-3]):([0-5]\d)-(24):(00)")


class CalendarSettings(BaseModel):
    """Hours of each weekday, local, '' for one on which nobody works; those of short days, which eves are."""

    model_config = ConfigDict(extra="forbid")
    sunday: str = OPEN
    monday: str = OPEN
    tuesday: str = OPEN
    wednesday: str = OPEN
    thursday: str = OPEN
    friday: str = ""
    saturday: str = ""
    short_days: str = "08:00-12:00"  # '': closed, as on the holiday itself
    holidays: list[Religion] = ["jewish"]

    @field_validator(*WEEKDAYS, "short_days")
    @classmethod
    def _are_hours(cls, value: str) -> str:
        if value:
            hours_of(value)
        return value

    @property
    def week(self) -> Week:
        """The hours as the computation of working time wants them."""
        days = [getattr(self, name) for name in WEEKDAYS]
        return Week(tuple(hours_of(day) if day else None for day in days), hours_of(self.short_days or "00:00-00:00"))


def hours_of(text: str) -> Hours:
    """Minutes of the day, of opening and closing, of `08:00-16:00`. Raises ValueError in plain words."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f'{text!r} are no hours; write them like "{OPEN}", or "" where nobody works')
    opens, first, closes, last = (int(part) for part in found.groups() if part is not None)
    if (closes, last) < (opens, first):
        raise ValueError(f"{text}: it closes before it opens; write the earlier hour first")
    return 60 * opens + first, 60 * closes + last
