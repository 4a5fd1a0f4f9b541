"""`[schedule]`: when what runs by itself, as cron lines in each town's own time zone; the one list of times."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field, field_validator

FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
MONTH_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Month -> its days, February in a leap year."""
SHAPE = 'write five fields, "minute hour day month weekday", like "30 4 * * *" for every day at 04:30'
_PART = re.compile(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/([1-9]\d?))?")


class ScheduleSettings(BaseModel):
    """When `kehila serve` runs what: cron lines (minute, hour, day, month, weekday) in each town's own time zone."""

    model_config = ConfigDict(extra="forbid")
    collect: str = Field(
        "", description='Collecting from services; "": each stream at the time it declares', examples=["15 3 * * *"]
    )
    import_and_refresh: str = Field("30 4 * * *", description="The drop folder, facts and indicators")
    reconcile: str = Field("50 4 * * *", description="What the night did not read")
    check: str = Field("7 6-22/2 * * *", description="Seeing how all is, and telling [notify]")
    # Cron joins a day of the month and a day of the week by "or", and knows no holidays: the flow decides.
    month: str = Field("0 6 * * 0", description="Workbook and page of the month before, on the first working one")
    close: str = Field("15 5 10-28 * *", description="Closing the month before, once")
    push: str = Field(
        "0 6 * * *",
        description="What was closed to readers by mail, from the first working Sunday on; what did not arrive",
    )

    @field_validator("*")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        """Spaces set right. ValueError in plain words for what names no time."""
        return checked_cron(value) if value.strip() else ""

    @field_validator("import_and_refresh", "reconcile", "check", "month", "close", "push")
    @classmethod
    def _is_given(cls, value: str) -> str:
        if not value:
            raise ValueError(
                f"it names no time; {SHAPE}, or leave the line out. To stop it, pause it on Prefect's page"
            )
        return value


def checked_cron(text: str) -> str:
    """A cron line of five fields, its spaces set right. Raises ValueError in plain words."""
    fields = text.split()
    if len(fields) != len(FIELDS):
        raise ValueError(f"{text!r} is no time; {SHAPE}")
    values = [_values(field, *known) for field, known in zip(fields, FIELDS, strict=True)]
    days, months = values[2], values[3]
    if fields[4] == "*" and min(days) > max(MONTH_DAYS[month] for month in months):
        raise ValueError(f"{text!r} never comes: no such day in that month; name another day")
    return " ".join(fields)


def _values(field: str, name: str, least: int, most: int) -> set[int]:
    """What a field allows."""
    found: set[int] = set()
    for part in field.split(","):
        read = _PART.fullmatch(part)
        if read is None:
            raise ValueError(f"{part!r} is no {name}; {SHAPE}")
        first, last, step = (int(one) if one else None for one in read.groups())
        if first is None:
            begin, end = least, most
        else:
            begin, end = first, last if last is not None else most if step else first
        if not least <= begin <= end <= most:
            raise ValueError(f"{part!r} is no {name}: it goes from {least} to {most}")
        found |= set(range(begin, end + 1, step or 1))
    return found
