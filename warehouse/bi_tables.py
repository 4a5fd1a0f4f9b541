"""What BI reads beside the values: the calendar's months, codes in words, headlines in sentences, the dictionary.

All of it is made from what stands elsewhere and is made again where that changed; nothing here is anybody's first word.
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 (a column is called date)
from datetime import datetime
from typing import Any

from sqlalchemy import Date, DateTime
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel


class FirstDay(TypeDecorator[Day]):
    """The first day of a month: a date, and on SQLite midnight of it.

    Tools compare what SQLite calls a date with instants as text, and '2026-10-01' is less than '2026-10-01 00:00:00':
    the first month of every stretch would be missing.
    """

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(DateTime() if dialect.name == "sqlite" else Date())

    def process_result_value(self, value: Any, dialect: Any) -> Day | None:
        return value.date() if isinstance(value, datetime) else value


class DimMonth(SQLModel, table=True):
    """A month of the calendar, from the January before the first figure to the December after the last."""

    __tablename__ = "dim_month"
    month: str = Field(primary_key=True, max_length=7, description="Month, YYYY-MM")
    date: Day = Field(sa_type=FirstDay, description="Its first day")
    last_day: Day = Field(description="Its last day")
    year: int = Field(description="Year")
    quarter: int = Field(description="Quarter of the year, 1 to 4")
    month_of_year: int = Field(description="1 January to 12 December")
    number: int = Field(description="Months counted on, so that differences are months")
    year_before: str = Field(max_length=7, description="The same month a year before, YYYY-MM")
    name_he: str = Field(description="Name with the year, Hebrew")
    name_ar: str = Field(description="Name with the year, Arabic")
    name_en: str = Field(description="Name with the year, English")
    feast_share: float = Field(description="Share of its days in Tishrei's feasts and Pesach, 0 to 1")
    ramadan_share: float = Field(description="Share of its days in Ramadan, 0 to 1")


class DimTownMonth(SQLModel, table=True):
    """What a month was in a town, by the calendar its staff keep."""

    __tablename__ = "dim_town_month"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    month: str = Field(primary_key=True, max_length=7, description="Month, YYYY-MM")
    has_holiday: bool = Field(description="Whether a holiday of the town's calendar lies in it")
    has_emergency: bool = Field(description="Whether an emergency of the town's calendar touches it")


class DimCode(SQLModel, table=True):
    """A code in words, in three languages: those alike everywhere, and those that speak of a town's own places."""

    __tablename__ = "dim_code"
    # First, so that no database looks a code up by town and kind alone; and short, for flags of a value can be many.
    key: str = Field(primary_key=True, max_length=16, description="Digest of the code")
    authority: str = Field(
        primary_key=True, max_length=8, description="Town whose words these are; '' alike everywhere"
    )
    kind: str = Field(
        primary_key=True,
        max_length=20,
        description="status, unit, verdict, better, method, aspect, outcome, family, owner, source, state; of a town "
        "reason, quality (all flags of a value together) and cut",
    )
    code: str = Field(description="The code, as it stands in the tables")
    name_he: str = Field(description="In words, Hebrew")
    name_ar: str = Field(description="In words, Arabic")
    name_en: str = Field(description="In words, English")


class DimColumn(SQLModel, table=True):
    """The data dictionary: every column of every table and view for BI, with its name in three languages."""

    __tablename__ = "dim_column"
    relation: str = Field(primary_key=True, max_length=63, description="Table or view")
    column_name: str = Field(primary_key=True, max_length=63, description="Column, by the name it has there")
    place: int = Field(description="Place among the columns, from 1")
    name_he: str = Field(default="", description="What it is called, Hebrew")
    name_ar: str = Field(default="", description="What it is called, Arabic")
    name_en: str = Field(default="", description="What it is called, English")
    description: str = Field(default="", description="What it holds, English")
    relation_description: str = Field(default="", description="What the table or view holds, English")


class Headline(SQLModel, table=True):
    """The figure that speaks for an indicator in a month: where it stands, how it compares, its verdict's sentence.

    One row an authority, indicator and month. The figure itself is the cell of `indicator_value` with this part.
    """

    __tablename__ = "headline"
    authority: str = Field(primary_key=True, max_length=8, description="Code of the authority")
    indicator: str = Field(primary_key=True, max_length=60, description="Indicator")
    month: str = Field(primary_key=True, max_length=7, index=True, description="Month, YYYY-MM")
    date: Day = Field(sa_type=FirstDay, description="First day of the month")
    part: str = Field(default="", max_length=60, description="The part that speaks; '' the whole")
    year_before: str = Field(max_length=7, description="The same month a year before, YYYY-MM")
    change: float | None = Field(
        default=None, description="Against the same month a year before; null across a break of the series"
    )
    change_share: float | None = Field(default=None, description="The same, as a share of what it was")
    sentence_he: str = Field(default="", description="Why the verdict is what it is, Hebrew; '' where there is none")
    sentence_ar: str = Field(default="", description="Why the verdict is what it is, Arabic; '' where there is none")
    sentence_en: str = Field(default="", description="Why the verdict is what it is, English; '' where there is none")
    spoken_of: str = Field(
        default="", max_length=80, description="Digest of the verdict and of the texts it is said in"
    )
