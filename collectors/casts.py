"""Whole columns at once: from values as they were decoded to arrays, or Doubtful where one is not plainly what it is to
be.

They take less than the readers of `collectors.kinds` do and nothing otherwise: what they give is what the reader would
have given of each value. Whatever is doubted is read again value by value, by the readers, which say what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Meta

WHOLE: Any = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)] | None
"""A count as JSON has it."""
Cast = Callable[[Sequence[Any]], pa.Array]
_INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
FIRST_YEAR = 2000
"""Before it no service we read kept anything: 1970-01-01, 1980-01-01 or 1899-12-30 is how one writes that it has no
date."""
_FIRST, _LAST = date(FIRST_YEAR, 1, 2), date(9000, 1, 1)
"""Days between which a zone decides nothing: neither the year nor whether there is such an instant."""


class Doubtful(Exception):
    """A column holds a value of which only its reader can say what it is."""


@dataclass(frozen=True)
class Fast:
    """How values of a kind are read all at once: the type they must have in JSON, for msgspec, and the cast.

    A cast raises Doubtful, or an error of Arrow's.
    """

    wire: Any
    cast: Cast

    def stored_as(self, stored: pa.DataType) -> Fast:
        """The same, stored as another type."""

        def cast(values: Sequence[Any]) -> pa.Array:
            found = self.cast(values)
            return found.dictionary_encode() if pa.types.is_dictionary(stored) else found.cast(stored)

        return Fast(self.wire, cast)


def plain(stored: pa.DataType) -> Cast:
    """The cast of values that JSON has as they are stored: whole numbers, numbers, yes or no."""
    return lambda values: pa.array(values, stored)


def texts(values: Sequence[Any]) -> pa.Array:
    """Texts; whole numbers among them become texts."""
    try:
        return pa.array(values, pa.string())
    except pa.ArrowTypeError:
        return pa.array([str(one) if type(one) is int else one for one in values], pa.string())


def filled_texts(values: Sequence[Any]) -> pa.Array:
    """Texts without the blanks around them, null where nothing is left."""
    found = pc.utf8_trim_whitespace(texts(values))
    return pc.if_else(pc.equal(found, ""), None, found)


def identifiers(values: Sequence[Any]) -> pa.Array:
    """Texts without the blanks around them. Raises Doubtful where one is empty."""
    found = filled_texts(values)
    if found.null_count:
        raise Doubtful
    return found


def instants(values: Sequence[Any]) -> pa.Array:
    """Instants, UTC, of ISO 8601 with an offset; "" is null. Raises Doubtful for any other."""
    found = _matching(values, _INSTANT).cast(pa.timestamp("us", tz="UTC"))
    return _within(found, *(datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (_FIRST, _LAST)))


def days(values: Sequence[Any]) -> pa.Array:
    """Calendar days of ISO 8601; "" is null. Raises Doubtful for any other."""
    return _within(_matching(values, _DAY).cast(pa.date32()), _FIRST, _LAST)


def is_blank(found: pa.Array) -> pa.Array:
    """Which texts hold nothing but white space."""
    return pc.fill_null(pc.equal(pc.utf8_trim_whitespace(found), ""), False)


def _matching(values: Sequence[Any], pattern: str) -> pa.Array:
    found = pa.array([one or None for one in values], pa.string())
    if pc.all(pc.match_substring_regex(found, pattern)).as_py() is False:
        raise Doubtful
    return found


def _within(found: pa.Array, first: date, last: date) -> pa.Array:
    bounds = pc.min_max(found)
    least, greatest = bounds["min"].as_py(), bounds["max"].as_py()
    if least is not None and (least < first or greatest > last):
        raise Doubtful
    return found
