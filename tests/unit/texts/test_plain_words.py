"""Sentences a resident would say: how long ago, a figure outside its usual range, none in a month, English days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cli.fresh import ago
from texts import LANGUAGES, Language
from texts.values import days_ago
from texts.verdicts import sentence
from texts.writing import day_text

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "month": "2026-10",
    "value": 14.0,
    "plain": 13.1,
    "centre": 12.0,
    "lower": 10.0,
    "upper": 16.0,
}


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "היום"),
        (1, "לפני יום"),
        (29, "לפני 29 ימים"),
        (30, "לפני חודש"),
        (61, "לפני חודשיים"),
        (130, "לפני 4 חודשים"),
    ],
)
def test_days_are_counted_until_a_month_is_over(days: int, said: str) -> None:
    assert days_ago(days, "he") == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_none_of_a_unit_ago(language: Language) -> None:
    for gone in (timedelta(minutes=3), timedelta(hours=1), timedelta(hours=47), timedelta(days=3), timedelta(days=40)):
        assert "0 " not in ago(AT - gone, AT, language).replace("40 ", "")
    assert not any(letter.isdigit() for letter in ago(AT - timedelta(minutes=3), AT, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_steady_figure_outside_its_range_is_not_called_usual(language: Language) -> None:
    inside = sentence("steady", FIELDS, "count", "month", language)
    outside = sentence("steady", {**FIELDS, "plain": 17.0}, "count", "month", language)
    assert inside != outside and "16" in outside
    words = {
        "he": ("תנודה רגילה", "מחוץ לטווח"),
        "ar": ("تذبذب عادي", "خارج النطاق"),
        "en": ("usual ups", "Outside the usual"),
    }
    usual, beyond = words[language]
    assert usual in inside and beyond not in inside
    assert beyond in outside and usual not in outside


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_none_no_season_is_taken_out(language: Language) -> None:
    assert "13" in sentence("steady", FIELDS, "count", "month", language)
    assert "13" not in sentence("steady", {**FIELDS, "value": 0.0}, "count", "month", language)


def test_an_english_day_names_its_month() -> None:
    assert [day_text(date(2026, 12, 6), language) for language in ("he", "ar", "en", "ru")] == [
        "6.12.2026", "6.12.2026", "6 December 2026", "6.12.2026",
    ]  # fmt: skip
