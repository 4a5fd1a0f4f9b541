"""Order of day and month: whatever the table, the same days in both orders, or a refusal; never other days."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors.errors import RejectFile
from collectors.tabular import Cell, CellError, DayWriting, Row, Sheet, day_columns
from texts import error
from texts.writing import Language

TODAY = date(2026, 11, 29)
ORDERS = {"day first": "{0.day}/{0.month}/{0.year}", "month first": "{0.month}/{0.day}/{0.year}"}
PADDED = {"day first": "{0:%d/%m/%Y %H:%M}", "month first": "{0:%m/%d/%Y %H:%M}"}


def table(rows: Sequence[Sequence[object]], head: str = "Opened") -> Sheet:
    width = max((len(row) for row in rows), default=1)
    cells = [[head, *["Text"] * (width - 1)], *rows]
    return Sheet(
        "",
        [Row(n, [Cell(f"{'ABCDEF'[at]}{n}", v) for at, v in enumerate(row)]) for n, row in enumerate(cells, 1)],  # type: ignore[arg-type]
    )


def read(
    sheet: Sheet, asked: Sequence[int] = (0,), earliest: int | None = None, **known: object
) -> list[list[date | None]]:
    """The days of the columns asked for. Raises RejectFile."""
    writing = DayWriting("Asia/Jerusalem", "survey", **{"today": TODAY, **known})  # type: ignore[arg-type]
    rows = sheet.rows[1:]
    columns = day_columns(sheet, rows, asked, writing, earliest)
    return [[columns[at].day(row.cell(at)) for row in rows] for at in asked]


def outcome(sheet: Sheet, asked: Sequence[int] = (0,), earliest: int | None = None, **known: object) -> object:
    """The days, or the code of the refusal, which has its words in every language."""
    try:
        return read(sheet, asked, earliest, **known)
    except RejectFile as refused:
        return refused.code if all(map(refused_in_words(refused), get_args(Language))) else "without words"


def refused_in_words(refused: RejectFile) -> Callable[[Language], bool]:
    return lambda language: "\u2026" not in error(refused.code, language, **refused.arguments)


def texts(days: Iterable[date], pattern: str) -> list[list[str]]:
    return [[pattern.format(day)] for day in days]


past = st.dates(date(2023, 1, 1), TODAY)
tables = st.lists(past, min_size=1, max_size=14)


@pytest.mark.parametrize("head", ["Opened", "תאריך פתיחה", "تاريخ الفتح"])
@settings(deadline=None)
@given(days=st.one_of(tables, tables.map(sorted), tables.map(lambda days: sorted(days, reverse=True))))
@example(days=[date(2026, 10, day) for day in range(1, 9)])
@example(days=[date(2026, month, 1) for month in range(1, 9)])
@example(days=[date(2025, 3, 4)])
def test_any_column_in_both_orders_gives_the_same_days_or_none(head: str, days: list[date]) -> None:
    for pattern in ORDERS.values():
        assert outcome(table(texts(days, pattern), head)) in ([days], "dates_undecided")


@settings(deadline=None)
@given(st.lists(st.tuples(past, st.integers(0, 400)), min_size=1, max_size=10), st.booleans())
def test_any_table_of_beginnings_and_ends_gives_the_same_days_or_none(
    requests: list[tuple[date, int]], is_by_time: bool
) -> None:
    rows = [(day, min(day + timedelta(days=later), TODAY)) for day, later in requests]
    if is_by_time:
        rows.sort()
    for pattern in ORDERS.values():
        sheet = table([[pattern.format(day) for day in row] for row in rows])
        days = [[row[at] for row in rows] for at in (0, 1)]
        assert outcome(sheet, (0, 1), 0) in (days, "dates_undecided")


@settings(deadline=None)
@given(st.lists(st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 28)), min_size=1, max_size=12))
def test_a_number_above_twelve_proves_the_order_of_every_cell(found: list[datetime]) -> None:
    days = [*(one.date() for one in found), date(2026, 11, 27)]
    for pattern in PADDED.values():
        stamps = [*found, datetime(2026, 11, 27, 8)]
        assert outcome(table(texts(stamps, pattern))) == [days]
        assert (
            outcome(table([*texts(stamps, pattern), ["27/11/2026 08:00"], ["11/27/2026 08:00"]])) == "dates_contradict"
        )


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(
    "days",
    [
        pytest.param([date(2026, 10, day) for day in range(1, 13)], id="in the other order one lies after today"),
        pytest.param(
            [date(2026, 9, 3) + timedelta(days=n) for n in (0, 1, 5, 7, 28, 29, 31, 33, 35)], id="they stand by time"
        ),
    ],
)
def test_a_table_without_a_proof_is_read_where_one_order_alone_is_possible(order: str, days: list[date]) -> None:
    assert all(day.day <= 12 for day in days)
    assert outcome(table(texts(days, ORDERS[order]))) == [days]


def test_texts_sorted_by_their_letters_prove_nothing() -> None:
    """Sorted as text, days written day first stand by time if they are read month first."""
    months = [date(2025, month, day) for day in range(1, 6) for month in (3, 7)]
    assert outcome(table(texts(months, "{0:%d/%m/%Y}"))) == "dates_undecided"


@pytest.mark.parametrize("order", ORDERS)
def test_no_request_is_closed_before_it_is_opened(order: str) -> None:
    rows = [(date(2025, month, 9), date(2025, month + 1, 2)) for month in (2, 4, 6)]
    sheet = table([[ORDERS[order].format(day) for day in row] for row in rows])
    assert outcome(sheet, (0, 1), 0) == [[one for one, _ in rows], [other for _, other in rows]]
    assert outcome(sheet, (0, 1)) == "dates_undecided"


@pytest.mark.parametrize("order", ORDERS)
def test_another_column_written_in_the_same_way_tells(order: str) -> None:
    rows = [(date(2025, 5, 4), date(2025, 5, 17))]
    told = table([[ORDERS[order].format(day) for day in row] for row in rows])
    assert outcome(told) == [[date(2025, 5, 4)]]
    stamp = PADDED[order].format(datetime(2025, 5, 4, 8, 15))
    assert outcome(table([[stamp, ORDERS[order].format(rows[0][1])]])) == "dates_undecided", "another hand wrote it"


def test_marks_of_a_locale_and_words_that_go_with_days_close_together() -> None:
    assert outcome(table([["3.4.2025"]])) == [[date(2025, 4, 3)]]
    assert outcome(table([["3/4/2025 4:12:33 אחה״צ"]])) == [[date(2025, 4, 3)]]
    five = texts([date(2025, 10, day) for day in range(1, 6)], ORDERS["day first"])
    assert outcome(table(five, "תאריך")) == [[date(2025, 10, day) for day in range(1, 6)]]
    assert outcome(table(five, "Date")) == "dates_undecided" == outcome(table(five[:4], "תאריך"))


def test_many_rows_of_two_days_are_two_days() -> None:
    """Answers of the tenth of January and of April, written month first, lie together if the day stands first."""
    stamps = [f"{month:02d}/10/2026 {hour:02d}:15" for month in (1, 4) for hour in range(8, 16)]
    assert outcome(table([[stamp] for stamp in stamps], "חותמת זמן")) == "dates_undecided"


def test_the_towns_word_decides_where_the_table_is_silent_and_never_against_it() -> None:
    silent, proven = table([["3/4/2025"]]), table([["3/4/2025"], ["3/14/2025"]])
    assert outcome(silent, day_first=True) == [[date(2025, 4, 3)]]
    assert outcome(silent, day_first=False) == [[date(2025, 3, 4)]]
    assert outcome(proven, day_first=True) == [[date(2025, 3, 4), date(2025, 3, 14)]]


@settings(deadline=None)
@given(
    st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), min_size=1, max_size=8),
    st.sampled_from([True, False, None]),
)
def test_no_day_is_ever_after_today(days: list[date], day_first: bool | None) -> None:
    for pattern in (*ORDERS.values(), "{0:%Y-%m-%d}", "{0:%Y%m%d}"):
        sheet = table(texts(days, pattern))
        try:
            columns = day_columns(sheet, sheet.rows[1:], [0], DayWriting("UTC", "survey", TODAY, day_first))
        except RejectFile:
            continue
        for row in sheet.rows[1:]:
            try:
                day, code = columns[0].day(row.cell(0)), "read"
            except CellError as problem:
                day, code = TODAY, problem.code
            assert day is not None and day <= TODAY and code in ("read", "day_to_come")


def test_numbers_under_a_header_of_dates_are_days() -> None:
    assert outcome(table([[46296.42], [46300], ["46301"]])) == [
        [date(2026, 10, 1), date(2026, 10, 5), date(2026, 10, 6)]
    ]
    assert outcome(table([["20261001"], [20261031]])) == [[date(2026, 10, 1), date(2026, 10, 31)]]
    with pytest.raises(CellError, match="not_a_date"):
        read(table([[46296], [7]]))


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("3.4.2025 4:12 אחה״צ", 16),
        ('3.4.2025, 12:05 לפנה"צ', 0),
        ("3.4.2025 4:12 م", 16),
        ("3.4.2025 11:30 ص", 11),
        ("3.4.2025 4:12 PM", 16),
    ],
)
def test_halves_of_the_day_in_three_languages(written: str, hour: int) -> None:
    sheet = table([[written]])
    column = day_columns(sheet, sheet.rows[1:], [0], DayWriting("UTC", "survey", TODAY))[0]
    found = column.time(sheet.rows[1].cell(0))
    assert isinstance(found, datetime) and (found.date(), found.hour) == (date(2025, 4, 3), hour)


def test_words_and_years_first_ask_nobody() -> None:
    written = [["3 באפריל 2025"], ["Apr 4, 2025"], ["2025-04-05"], ["2025/04/06 10:00"], [date(2025, 4, 7)], [""]]
    assert read(table(written))[0][:5] == [date(2025, 4, day) for day in range(3, 8)]
