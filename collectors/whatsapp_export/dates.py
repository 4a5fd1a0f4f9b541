"""From printed numbers to a day: calendars, and the one order of day, month and year of a file.

How the order is decided, first answer wins:

1. the setting `date_order`;
2. a year of four digits, an era or (with a dot after the date, as in Korean) a year of two digits
   standing first: year, month, day;
3. dates that exist under one order only (a value above 12 in one place);
4. time runs forward: an order under which the chat leaps back by more than a month, or runs
   backwards many times more often than under the other, is wrong;
5. the form of the date. Of all locales only the American one puts the month first, and its form is
   exactly `3/5/24, 3:07 PM`: slashes, two digits of year, no leading zeros, capital AM/PM. A dot or
   hyphen, a year of four digits, a leading zero, a 24-hour clock or another marker (pm, p.m., אחה״צ,
   م) therefore means day first. The American form in a chat written in another script than Latin
   contradicts itself and proves nothing;
6. density: one of the two orders packs the messages into far fewer days;
7. otherwise the file is refused and `date_order` has to be set.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from collectors.errors import RejectFile
from collectors.whatsapp_export.header import Header

Order = Literal["dmy", "mdy", "ymd"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
EPOCH = date(1970, 1, 1).toordinal()
LATE_DAYS = 31  # servers keep an undelivered message for thirty days; older than that is not late delivery

Fields = tuple[int, int, int]


def year_of(printed: int, digits: int, era: str) -> int | None:
    """The Gregorian year, or None when the calendar is not known to us."""
    if era == "R":
        return 2018 + printed
    if era == "H":
        return 1988 + printed
    year = printed
    if digits == 2:
        # Chats begin in 2009: a two-digit year above 51 can only be Buddhist (52 is 2552, that is 2009).
        year = 2000 + printed if printed <= 51 else 2500 + printed - 543
    elif era == "BE" or printed >= 2500:
        year = printed - 543
    return year if 1990 <= year <= 2100 else None


def day_number(fields: Fields, order: Order, digits: tuple[int, int], era: str) -> int | None:
    """Days since 1970 of a printed date under an order; None when there is no such day."""
    if digits[0] in (4, 0):
        order = "ymd"
    elif digits[1] in (4, 0) and order == "ymd":
        return None
    if order == "ymd":
        printed, month, day, width = fields[0], fields[1], fields[2], digits[0]
    else:
        printed, width = fields[2], digits[1]
        day, month = (fields[0], fields[1]) if order == "dmy" else (fields[1], fields[0])
    year = year_of(printed, width, era)
    if year is None:
        return None
    try:
        return date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None


def _steps(days: Sequence[int]) -> tuple[int, int, int]:
    """(backward steps, backward leaps of more than a month, days walked in all)."""
    back = leaps = walked = 0
    for before, after in itertools.pairwise(days):
        back += after < before
        leaps += after < before - LATE_DAYS
        walked += abs(after - before)
    return back, leaps, walked


def american(sample: Header) -> bool:
    """Whether a header has the American form (see the module's docstring), but for zeros before its numbers."""
    return (
        sample.layout.date_separator == "/" and sample.layout.year_digits == (2, 2) and sample.half_text in {"AM", "PM"}
    )


class Run(NamedTuple):
    """Headers of one kind and date, one after another."""

    sample: Header  # of the kind, whatever its numbers
    fields: Fields
    lines: int

    @property
    def padded(self) -> bool:
        """Whether day or month have a leading zero; asked of a form without a year of four digits."""
        spans = zip(self.sample.spans, self.fields[:2], strict=False)
        return any(stop - start == 2 and number < 10 for (start, stop), number in spans)


class OrderVotes:
    """Gathers header lines of one file and decides the order of their dates."""

    def __init__(self) -> None:
        self.lines = 0
        self.dates = 0  # lines whose date was looked at; lines that repeat the date before may be left out
        self.walk: list[Fields] = []  # printed dates in the order of the file, repeats dropped
        self.exists = dict.fromkeys(ORDERS, 0)  # lines whose date exists under an order
        self.only = {"dmy": 0, "mdy": 0}  # lines whose date exists under this one of the two
        self.is_american = True
        self.sample: Header | None = None
        self.dotted = False

    def add(self, run: Run) -> None:
        """Take headers of the file's layout into account."""
        header, fields = run.sample, run.fields
        self.dates += run.lines
        self.sample = self.sample or header
        digits = header.layout.year_digits
        self.dotted |= header.trailing_dot and digits == (2, 2)
        self.is_american = self.is_american and american(header) and not run.padded
        if not self.walk or self.walk[-1] != fields:
            self.walk.append(fields)
        valid = {order: day_number(fields, order, digits, header.era) is not None for order in ORDERS}
        for order in ORDERS:
            self.exists[order] += valid[order] * run.lines
        self.only["dmy"] += (valid["dmy"] and not valid["mdy"]) * run.lines
        self.only["mdy"] += (valid["mdy"] and not valid["dmy"]) * run.lines

    def decided(self) -> bool:
        """Whether more lines cannot change the answer."""
        if self.sample is None or self.lines < 200 or self.dotted:
            return False
        fewer, more = sorted(self.only.values())
        return self.sample.layout.year_digits[0] != 2 or (fewer == 0 and more >= 5)

    def decide(self, setting: str | None, is_latin: Callable[[], bool]) -> tuple[Order, str]:
        """The order and, in words, what it was decided by. `is_latin`: whether the chat's letters are."""
        sample = self.sample
        assert sample is not None
        if not any(self.exists.values()):
            raise RejectFile("calendar_unknown")
        if setting in ORDERS:
            chosen: Order = next(order for order in ORDERS if order == setting)
            if sample.layout.year_digits[0] != 2:
                return "ymd", "the year stands first"
            if self.exists[chosen] * 2 < self.dates:
                raise RejectFile("date_order_wrong", chosen=chosen)
            return chosen, "setting"
        if setting is not None:
            raise RejectFile("date_order_wrong", chosen=str(setting))
        if sample.layout.year_digits[0] != 2:
            return "ymd", "the year stands first"
        return self._by_values() or self._by_time() or self._by_form(is_latin) or self._by_density() or _refuse()

    def _by_values(self) -> tuple[Order, str] | None:
        ymd_fits = self.exists["ymd"] * 20 >= self.dates * 19
        if self.dotted and ymd_fits:
            return "ymd", "a dot follows the date, as where the year stands first"
        if self.exists["dmy"] == self.exists["mdy"] == 0 and ymd_fits:
            return "ymd", "days above 12"
        for chosen, other in (("dmy", "mdy"), ("mdy", "dmy")):
            if self.only[chosen] and self.only[other] * 20 <= self.only[chosen]:
                return ("dmy" if chosen == "dmy" else "mdy"), "days above 12"
        return _refuse() if any(self.only.values()) else None

    def _days(self, order: Order) -> list[int]:
        assert self.sample is not None
        digits = self.sample.layout.year_digits
        days = (day_number(fields, order, digits, self.sample.era) for fields in self.walk)
        return [day for day in days if day is not None]

    def _by_time(self) -> tuple[Order, str] | None:
        # The first line may be a notice dated later than the messages under it.
        (back_d, leaps_d, _), (back_m, leaps_m, _) = (_steps(self._days(order)[1:]) for order in ("dmy", "mdy"))
        if leaps_d == 0 < leaps_m or (leaps_d <= leaps_m and back_m > 3 * back_d + 2):
            return "dmy", "time runs forward"
        if leaps_m == 0 < leaps_d or (leaps_m <= leaps_d and back_d > 3 * back_m + 2):
            return "mdy", "time runs forward"
        return None

    def _by_form(self, is_latin: Callable[[], bool]) -> tuple[Order, str] | None:
        if not self.is_american:
            return "dmy", "form of the date (assumed)"
        return ("mdy", "American form of date and time (assumed)") if is_latin() else None

    def _by_density(self) -> tuple[Order, str] | None:
        if len(set(self.walk)) < 4:
            return None
        dense, wide = (_steps(self._days(order))[2] for order in ("dmy", "mdy"))
        if dense * 5 <= wide:
            return "dmy", "messages lie close together"
        return ("mdy", "messages lie close together") if wide * 5 <= dense else None


def _refuse() -> tuple[Order, str]:
    raise RejectFile("date_order_ambiguous")


def lagging(times: Iterable[int], support: list[int]) -> list[bool]:
    """Which of the header-shaped lines of one block imitate a header: far older than their surroundings.

    A line is an imitation when it lies more than a month before each of the last five accepted
    entries and the chat returns to its own time within a hundred lines. `support` carries the last
    accepted times from block to block.
    """
    moments = list(times)
    flags = [False] * len(moments)
    index = 0
    while index < len(moments):
        if len(support) == 5:
            floor = min(support) - LATE_DAYS * 86_400
            if moments[index] < floor:
                ahead = range(index + 1, min(index + 101, len(moments)))
                back = next((later for later in ahead if moments[later] >= floor), None)
                if back is not None:
                    flags[index:back] = [True] * (back - index)
                    index = back
                    continue
        support.append(moments[index])
        del support[:-5]
        index += 1
    return flags
