"""Words for codes and shapes for numbers, in Hebrew, Arabic and English. The texts stand in two YAML files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Language = Literal["he", "ar", "en"]
LANGUAGES: tuple[Language, ...] = ("he", "ar", "en")
NAMES: dict[Language, str] = {"he": "עברית", "ar": "العربية", "en": "English"}

FOLDER = Path(__file__).parent
LEFT_TO_RIGHT_ISOLATE, FIRST_STRONG_ISOLATE, END_ISOLATE = "\u2066", "\u2068", "\u2069"

DECIMALS = {"share": 1, "minutes": 1, "seconds": 0, "hours": 1, "score_1_5": 2, "ils": 0, "per_1000": 1}


@cache
def texts(file: str) -> dict[str, Any]:
    """The content of one of the YAML files beside this module."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / file).read_text(encoding="utf-8"))
    return loaded


def direction(language: Language) -> str:
    """rtl or ltr."""
    return "ltr" if language == "en" else "rtl"


def pick(labels: Mapping[str, str], language: Language) -> str:
    """A text of the warehouse in the language; in Hebrew, else English, where it was not translated."""
    return labels.get(language) or labels.get("he") or labels.get("en") or ""


def word(kind: str, code: str, language: Language) -> str:
    """The word for a code. An unknown code is shown as it is: a new code must not stop a publication."""
    found = texts("words.yaml")[kind].get(code)
    return pick(found, language) if found else code


def say(key: str, language: Language, **values: object) -> str:
    """A sentence of the page or workbook with its values filled in."""
    return pick(texts("interface.yaml")[key], language).format(**values)


def reason(text: str, language: Language) -> str:
    """`code:subject` as a clause a community worker understands; '' says the indicator was not computed."""
    if not text:
        return pick(texts("words.yaml")["no_row"], language)
    code, _, subject = text.partition(":")
    named = word("families", subject or "any", language)
    if named == subject or not subject:
        named = word("subjects", subject or "any", language)
    return word("reasons", code, language).replace("{subject}", named)


def month_name(month: str, language: Language) -> str:
    """2026-09 as the name of the month and the year."""
    return f"{word('months', month[5:], language)} {month[:4]}"


def day_text(day: date) -> str:
    """A day as it is written here, day first."""
    return f"{day.day}.{day.month}.{day.year}"


def number(value: float, unit: str) -> str:
    """The bare number by its unit: shares as percent with one decimal, money with the shekel sign."""
    if unit == "share":
        return f"{value * 100:,.1f}%"
    places = DECIMALS.get(unit, 0 if float(value).is_integer() else 1)
    text = f"{value:,.{places}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    if unit == "ils":
        return f"-₪{text[1:]}" if text.startswith("-") else f"₪{text}"
    return text


def isolated(text: str) -> str:
    """A number kept whole inside right-to-left text: signs do not flip. Bare digits never flip and stay bare."""
    if not text.strip("0123456789.,"):
        return text
    return f"{LEFT_TO_RIGHT_ISOLATE}{text}{END_ISOLATE}"


def quoted(text: str) -> str:
    """A name in the town's own words, kept from turning the direction of the words around it."""
    return f"{FIRST_STRONG_ISOLATE}{text}{END_ISOLATE}"


def figure(value: float, unit: str, language: Language) -> str:
    """A value with its unit, for running text: the number isolated where the language runs right to left."""
    text = number(value, unit)
    shown = isolated(text) if direction(language) == "rtl" else text
    return word("figures", unit, language).replace("{x}", shown)
