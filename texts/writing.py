"""How a language is written: its direction, numbers, figures with their unit, days and months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale

Language = Literal["he", "ar", "en"]
LANGUAGES: tuple[Language, ...] = ("he", "ar", "en")
FormLanguage = Language | Literal["ru"]
FORM_LANGUAGES: tuple[FormLanguage, ...] = (*LANGUAGES, "ru")
"""What residents are asked in; the product itself speaks `LANGUAGES`."""
NAMES: dict[Language, str] = {"he": "עברית", "ar": "العربية", "en": "English"}
Argument = str | int | float | date | datetime
"""What may fill a placeholder."""

_LOCALES: dict[FormLanguage, str] = {"he": "he_IL", "ar": "ar_PS", "en": "en_GB", "ru": "ru_RU"}
"""Arabic as it is written here: the Levantine names of months, and Western digits."""
_LEFT_TO_RIGHT_ISOLATE, _FIRST_STRONG_ISOLATE, _END_ISOLATE = "\u2066", "\u2068", "\u2069"
_DAYS: dict[FormLanguage, str] = {"he": "d.M.y", "ar": "d.M.y", "en": "d MMMM y", "ru": "d.M.y"}
"""In English the month by its name: 6.12.2026 is June there as often as December."""
_MONTH = "LLLL y"


@cache
def locale(language: FormLanguage) -> Locale:
    """Babel's data of the language."""
    from babel import Locale  # loaded with the first text, not with the import of this package

    return Locale.parse(_LOCALES[language])


def direction(language: FormLanguage) -> str:
    """rtl or ltr."""
    return "ltr" if language in ("en", "ru") else "rtl"


def pick(labels: Mapping[str, str], language: Language) -> str:
    """A text of the warehouse in the language; in Hebrew, else English, where it was not translated."""
    return labels.get(language) or labels.get("he") or labels.get("en") or ""


def isolated(text: str, language: FormLanguage) -> str:
    """A number kept whole inside right-to-left text: signs do not flip. Bare digits never flip and stay bare."""
    if direction(language) == "ltr" or not text.strip("0123456789.,"):
        return text
    return f"{_LEFT_TO_RIGHT_ISOLATE}{text}{_END_ISOLATE}"


def quoted(text: str) -> str:
    """A name in the town's own words, kept from turning the direction of the words around it."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_END_ISOLATE}"


def day_text(day: date, language: FormLanguage) -> str:
    """A day as it is written here, day first."""
    from babel.dates import format_date

    return str(format_date(day, _DAYS[language], locale=locale(language)))


def month_name(month: str, language: FormLanguage) -> str:
    """2026-09 as the name of the month and the year."""
    from babel.dates import format_date

    return str(format_date(date.fromisoformat(f"{month}-01"), _MONTH, locale=locale(language)))


def month_alone(number: int, language: FormLanguage) -> str:
    """The name of a month of the year, 1 to 12, as it stands alone."""
    return str(locale(language).months["stand-alone"]["wide"][number])


def written(value: Argument, language: FormLanguage) -> str:
    """A placeholder's value: a number grouped and isolated, a day, a local instant; a string as it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        from babel.dates import format_datetime

        return str(format_datetime(value, f"{_DAYS[language]} HH:mm", locale=locale(language)))
    if isinstance(value, date):
        return day_text(value, language)
    from babel.numbers import format_decimal

    return isolated(format_decimal(value, locale=locale(language)), language)
