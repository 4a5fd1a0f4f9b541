"""The kinds of values a landed column may hold: how each is stored, and how it is read from a service's JSON.

A kind is called like the reader it is: `count("1,204")` is 1204, `count("many")` raises WrongValue. A service
whose values need a reading of their own adds a kind beside its streams.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

import pyarrow as pa
from msgspec import Meta

from collectors import casts
from collectors.casts import FIRST_YEAR, Fast

Reader = Callable[[Any], Any]
Value = TypeVar("Value")
SCALES = {"share": (0.0, 1.0), "score_1_5": (1.0, 5.0), "level_0_3": (0.0, 3.0)}
"""Between what a figure of a unit lies; of any other it is not negative."""
_HALF = re.compile("[\ud800-\udfff]")


class WrongValue(Exception):
    """A value is not what the contract says; the message names the kind, never the value."""


def _made(_value: Any) -> Any:
    raise WrongValue("made by its collector, never read from a record")


@dataclass(frozen=True)
class Kind(Generic[Value]):
    """What a column holds: `type` is its Arrow type, `read` turns what was sent into it or raises WrongValue.

    A kind without a reader stands only in rows a collector makes itself, as file formats do. `fast` is how plain values
    of it are read a column at a time; without it a stream's records are read one by one.
    """

    name: str
    type: pa.DataType
    read: Callable[[Any], Value] = _made
    fast: Fast | None = None

    def __call__(self, value: Any) -> Value:
        """The value as this kind; None where nothing was sent. Raises WrongValue."""
        return self.read(value)

    def read_by(self, read: Callable[[Any], Value], fast: Fast | None = None) -> Kind[Value]:
        """The same kind, read otherwise: out of an object, or from a service's own way of writing it."""
        return Kind(self.name, self.type, read, fast)

    def stored_as(self, name: str, stored: pa.DataType) -> Kind[Value]:
        """The same values in another Arrow type: a narrower number, texts that repeat as a dictionary."""
        return Kind(name, stored, self.read, self.fast and self.fast.stored_as(stored))


def kind(
    stored: pa.DataType, wire: Any = None, cast: casts.Cast | None = None
) -> Callable[[Callable[[Any], Value]], Kind[Value]]:
    """Make a reader a kind, named as it is and stored as the Arrow type given.

    `wire` is the type of its plain values in JSON, of which `cast` makes a column.
    """
    fast = Fast(wire, cast or casts.plain(stored)) if wire is not None else None

    def named(read: Callable[[Any], Value]) -> Kind[Value]:
        return Kind(read.__name__, stored, read, fast)

    return named


@kind(pa.int64(), casts.WHOLE)
def count(value: Any) -> int | None:
    """A whole number of things: `"1,204"` is 1204, None and "" are None; -1, 3.7, True and 1e309 are wrong."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise WrongValue("a yes or no where a count belongs")
    if isinstance(value, str):
        value = value.replace(",", "").strip()
        # Longer than any count; int() would refuse thousands of digits with an error of its own.
        if not value.isascii() or not value.isdigit() or len(value) > 30:
            raise WrongValue("a text where a count belongs")
        value = int(value)
    if isinstance(value, float):
        if not value.is_integer():
            raise WrongValue("a fraction where a count belongs")
        value = int(value)
    if not isinstance(value, int) or value < 0 or value >= 1 << 63:
        raise WrongValue("no count")
    return value


@kind(pa.int64(), Annotated[int, Meta(ge=1, le=(1 << 63) - 1)] | None)
def some(value: Any) -> int | None:
    """A count of at least one: what was sent was sent to somebody, and a 0 there is a figure not yet worked out."""
    found = count.read(value)
    if found == 0:
        raise WrongValue("a zero where there must be some")
    return found


@kind(pa.float64(), float | None)
def number(value: Any) -> float | None:
    """A finite number: `"1.5"` is 1.5, None and "" are None; "x", True and infinity are wrong."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise WrongValue("a yes or no where a number belongs")
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise WrongValue("no number") from None
    if found != found or found in (float("inf"), float("-inf")):
        raise WrongValue("no finite number")
    return found


@kind(pa.string(), str | int | None, casts.texts)
def text(value: Any) -> str | None:
    """A text: 7 is `"7"`, since services send identifiers as both; None is None, a list or True is wrong."""
    if value is None:
        return None
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        # No text can hold a NUL, or half of a letter that was cut in two.
        return _HALF.sub("\ufffd", str(value).replace("\0", ""))
    raise WrongValue("no text")


@kind(pa.string(), str | int, casts.identifiers)
def identifier(value: Any) -> str:
    """The name by which a record is told from others: `" a1 "` is `"a1"`; without one it cannot be kept."""
    found = (text.read(value) or "").strip()
    if not found:
        raise WrongValue("missing")
    return found


@kind(pa.bool_(), bool | None)
def boolean(value: Any) -> bool | None:
    """True or false as JSON has them; None and "" are None, 1 and `"true"` are wrong."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    raise WrongValue("neither true nor false")


@kind(pa.timestamp("us", tz="UTC"), str | None, casts.instants)
def instant(value: Any) -> datetime | None:
    """An instant in UTC: ISO 8601 with an offset, or seconds since 1970; "" is None, and so is one before there was
    any service; one without a zone is wrong.

    `"2026-03-01T02:00:00+02:00"` is midnight UTC of 1 March, and so is `1772323200`.
    """
    if value is None or value == "":
        return None
    try:
        found = datetime.fromtimestamp(int(value), UTC) if str(value).isdigit() else datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        raise WrongValue("no instant") from None
    if found.tzinfo is None:
        raise WrongValue("an instant without its zone")
    if found.year < FIRST_YEAR:
        return None
    return found if found.tzinfo is UTC else found.astimezone(UTC)


@kind(pa.date32(), str | None, casts.days)
def day(value: Any) -> date | None:
    """A calendar day: `"2026-03-01"` or `"20260301"`; "" is None, and so is one before there was any service."""
    if value is None or value == "":
        return None
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        raise WrongValue("no day") from None
    return found if found.year >= FIRST_YEAR else None


texts: Kind[list[str]] = Kind("list of texts", pa.list_(pa.string()))
category = text.stored_as("category", pa.dictionary(pa.int32(), pa.string()))
"""A text that repeats: one of a few words, or a name that stands in many rows."""
local_time: Kind[datetime] = Kind("local time", pa.timestamp("s"))
"""A time of day and day by the town's clock, without its zone, as chat exports print it."""
small_count = count.stored_as("small count", pa.int32())
