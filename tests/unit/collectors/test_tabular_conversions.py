"""One cell to one value, or an error that names the cell. Numbers are reliability items."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from openpyxl.utils import get_column_letter

from collectors.tabular import (
    Cell,
    CellError,
    as_count,
    as_day,
    as_month,
    as_number,
    as_text,
    column_letter,
    has_decimal_comma,
)
from tests.said import said


def cell(value: str | int | float | bool | date | datetime | None) -> Cell:
    return Cell("B7", value)


def refusal(convert: Callable[[Cell], object], value: str | int | float | bool | date | None) -> str:
    with pytest.raises(CellError) as error:
        convert(cell(value))
    assert error.value.address == "B7"
    assert "…" not in said(error.value)
    return error.value.code


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1,234", 1234.0),
        ("1,234,567.5", 1234567.5),
        ("1 234", 1234.0),
        ("1 234,5", 1234.5),
        ("3,5", 3.5),
        ("40,5%", 0.405),
        ("1.234,56", 1234.56),
        ("1.234.567", 1234567.0),
        ("0,125", 0.125),
        ("1\u00a0234", 1234.0),
        ("٣", 3.0),
        ("١٬٢٣٤٫٥", 1234.5),
        (" 12 ", 12.0),
        ("\u200f-5", -5.0),
        ("−5", -5.0),
        ("45%", 0.45),
        ("₪1,200", 1200.0),
        ("1200 ₪", 1200.0),
        (7, 7.0),
        (2.5, 2.5),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_33_numbers(value: str | float | None, number: float | None) -> None:
    assert as_number(cell(value)) == number


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("1,5,6", "not_a_number"),
        ("1,23.456", "not_a_number"),
        ("1,23,456", "not_a_number"),
        ("חמש", "not_a_number"),
        ("=1+1", "not_a_number"),
        ("nan", "not_a_number"),
        ("inf", "not_a_number"),
        (True, "not_a_number"),
        (date(2026, 1, 1), "not_a_number"),
        ("1e309", "number_out_of_range"),
        (float("inf"), "number_out_of_range"),
        (10**400, "number_out_of_range"),
        ("12.5K", "abbreviated_number"),
        ("3M", "abbreviated_number"),
        ("2 אלף", "abbreviated_number"),
    ],
)
def test_33_what_is_no_number(value: str | float | bool | date, code: str) -> None:
    assert refusal(as_number, value) == code


@pytest.mark.parametrize(
    ("column", "number"),
    [
        (["1,234", "1.234", "7"], [1234.0, 1.234, 7.0]),
        (["1,234", "1.234", "3,5"], [1.234, 1234.0, 3.5]),
        (["1,234", "1.234", "3.5"], [1234.0, 1.234, 3.5]),
        (["1,234", "1.234", "3,5", "3.5"], ["number_undecided", "number_undecided", 3.5, 3.5]),
    ],
)
def test_33_a_table_tells_how_it_writes_fractions(column: list[str], number: list[float | str]) -> None:
    cells = [cell(text) for text in column]
    comma = has_decimal_comma(cells)

    def outcome(one: Cell) -> float | str | None:
        try:
            return as_number(one, comma)
        except CellError as problem:
            return problem.code

    assert [outcome(one) for one in cells] == number


@pytest.mark.parametrize(
    ("value", "number"), [("1.000", 1000), ("1,000", 1000), ("1.234.567", 1_234_567), ("12", 12), ("0", 0), (7.0, 7)]
)
def test_33_nobody_counts_in_thousandths(value: str | float, number: int) -> None:
    assert as_count(Cell("B2", value)) == number


@pytest.mark.parametrize("value", ["1.5", "3,5", "-2", "1.2345"])
def test_33_a_part_of_one_is_no_count(value: str) -> None:
    with pytest.raises(CellError) as refused:
        as_count(Cell("B2", value))
    assert refused.value.code == "not_a_count"


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("03/04/2026", True, date(2026, 4, 3)),
        ("03/04/2026", False, date(2026, 3, 4)),
        ("3.4.26", True, date(2026, 4, 3)),
        ("2026-04-03", False, date(2026, 4, 3)),
        ("2026/04/03 2:30:22 PM GMT+3", True, date(2026, 4, 3)),
        ("2026-04-03T23:59:59Z", True, date(2026, 4, 3)),
        ("٠٣/٠٤/٢٠٢٦", True, date(2026, 4, 3)),
        ("\u200e3/4/2026, 14:05", True, date(2026, 4, 3)),
        ("Apr 3, 2026", True, date(2026, 4, 3)),
        ("3 באפריל 2026", True, date(2026, 4, 3)),
        ("5 ביולי 2026", True, date(2026, 7, 5)),
        ("3 نيسان 2026", True, date(2026, 4, 3)),
        ("3 تشرين الأول 2026", True, date(2026, 10, 3)),
    ],
)
def test_43_days(text: str, day_first: bool, day: date) -> None:
    assert as_day(cell(text), day_first) == day


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("03/25/2026", "not_a_date"),
        ("31/02/2026", "not_a_date"),
        ("29/02/1900", "not_a_date"),
        ("26/04/03", "two_digit_year"),
        ("1.10.2026 - 7.10.2026", "not_a_date"),
        ("אתמול", "not_a_date"),
        (60, "not_a_date"),
        (10_000_000, "not_a_date"),
        (46000.5, "not_a_date"),
        (True, "not_a_date"),
    ],
)
def test_43_what_is_no_day(value: str | float | bool, code: str) -> None:
    assert refusal(as_day, value) == code


def test_43_dates_of_a_workbook_pass_through() -> None:
    assert as_day(cell(datetime.fromisoformat("2026-04-03T22:30"))) == date(2026, 4, 3)
    assert as_day(cell(date(2026, 4, 3))) == date(2026, 4, 3)


@pytest.mark.parametrize(
    ("value", "month"),
    [
        ("2026-10", "2026-10"),
        ("10/2026", "2026-10"),
        ("אוקטובר 2026", "2026-10"),
        ("October 2026", "2026-10"),
        ("أكتوبر 2026", "2026-10"),
        ("31/10/2026", "2026-10"),
        (date(2026, 10, 5), "2026-10"),
        (None, None),
    ],
)
def test_months(value: str | date | None, month: str | None) -> None:
    assert as_month(cell(value)) == month


@pytest.mark.parametrize("value", ["2026-13", "אוקטובר", 202610, "10/26"])
def test_what_is_no_month(value: str | int) -> None:
    assert refusal(as_month, value) == "not_a_month"


def test_text_loses_direction_marks_and_keeps_formula_like_text() -> None:
    assert as_text(cell("\u200fשלום  \u202aעולם\n")) == "שלום עולם"
    assert as_text(cell("=1+1")) == "=1+1"
    assert as_text(cell(5.0)) == "5"


@pytest.mark.parametrize(
    ("value", "code"), [("x" * 32_768, "text_too_long"), ("a\0b", "broken_text"), ("#REF!", "formula_error")]
)
def test_46_broken_text_is_refused_by_cell(value: str, code: str) -> None:
    assert refusal(as_text, value) == code


@pytest.mark.parametrize("convert", [as_text, as_number, as_day, as_month])
def test_42_formula_without_value_is_missing_and_named(convert: Callable[[Cell], object]) -> None:
    with pytest.raises(CellError) as error:
        convert(Cell("C3", None, is_formula_without_value=True))
    assert (error.value.address, error.value.code) == ("C3", "formula_without_value")


@pytest.mark.parametrize(
    ("written", "comma", "count"),
    [("1,234", False, 1234), ("1.234", False, 1234), ("1.234", True, 1234), ("1,234", True, "not_a_count"),
     ("1,234", None, "number_undecided"), ("1.234", None, "number_undecided"), ("12", None, 12)],
)  # fmt: skip
def test_a_count_is_read_as_its_whole_table_writes(written: str, comma: bool | None, count: int | str) -> None:
    try:
        found: int | str | None = as_count(Cell("A1", written), comma)
    except CellError as problem:
        found = problem.code
    assert found == count


def test_a_column_has_the_letters_the_library_gives_it() -> None:
    assert [column_letter(one) for one in range(1, 16_385)] == [get_column_letter(one) for one in range(1, 16_385)]
