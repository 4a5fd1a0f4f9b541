"""`[authority.calendar]`: the hours a town works on each day of the week, and whose holidays close it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from transforms.week import Hours, Week

Religion = Literal["jewish", "muslim", "christian_west", "christian_east", "druze"]
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPEN = "08:00-16:00"
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)|([01]\d|2[0-3]):([0-5]\d)-(24):(00)")


class CalendarSettings(BaseModel):
    """Hours of each weekday in the town's time zone, and whose holidays close it: working time is counted by them."""

    model_config = ConfigDict(extra="forbid")
    sunday: str = Field(OPEN, description='Hours of Sundays; "" where nobody works')
    monday: str = Field(OPEN, description='Hours of Mondays; "" where nobody works')
    tuesday: str = Field(OPEN, description='Hours of Tuesdays; "" where nobody works')
    wednesday: str = Field(OPEN, description='Hours of Wednesdays; "" where nobody works')
    thursday: str = Field(OPEN, description='Hours of Thursdays; "" where nobody works')
    friday: str = Field("", description='Hours of Fridays; "" where nobody works', examples=["08:00-12:00"])
    saturday: str = Field("", description='Hours of Saturdays; "" where nobody works', examples=["08:00-12:00"])
    short_days: str = Field("08:00-12:00", description='Hours of eves; "" closes them as the holiday itself')
    holidays: list[Religion] = Field(["jewish"], description="Whose holidays close it")

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
