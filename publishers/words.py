"""What BI reads in words: codes, months, sentences of verdicts, as reports say them. Rows, written elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import texts
from texts import LANGUAGES, Language, group, text, word
from texts.cuts import cut_name
from texts.values import flags, reason
from texts.verdicts import sentence
from texts.writing import month_name

KINDS = {
    "status": "statuses", "unit": "units", "verdict": "verdicts", "better": "better", "method": "methods",
    "aspect": "aspects", "outcome": "outcomes", "family": "families", "owner": "owners", "source": "sources",
    "state": "states",
}  # fmt: skip
"""Kind of code -> the group of texts that says it."""
REASON, QUALITY, CUT = "reason", "quality", "cut"


@cache
def digest() -> str:
    """Of all texts and how they are put together: another one, and everything said is to be said again."""
    found = hashlib.sha256()
    for path in sorted(Path(texts.__file__).parent.glob("*.[yp]*")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def names(said: Callable[[Language], str], name: str = "name") -> dict[str, str]:
    """Column -> text: what is `said` in each language, in `name_he`, `name_ar`, `name_en` or as `name` has it."""
    return {f"{name}_{language}": said(language) for language in LANGUAGES}


def codes() -> Iterator[dict[str, str]]:
    """Rows (column -> value) of the codes that mean the same everywhere."""
    for kind, texts_of_it in KINDS.items():
        for code in group(f"codes.{texts_of_it}"):
            yield {**_key("", kind, code), **_names_of(texts_of_it, code)}


def _key(authority: str, kind: str, code: str) -> dict[str, str]:
    key = hashlib.sha256(code.encode()).hexdigest()[:16]
    return {"key": key, "authority": authority, "kind": kind, "code": code}


def _names_of(room: str, code: str) -> dict[str, str]:
    return names(lambda language: word(f"codes.{room}", code, language))


def town_code(authority: str, kind: str, code: str, spaces: Mapping[str, str]) -> dict[str, str]:
    """The row (column -> value) of a reason, of all flags of a value, or of a group of people.

    `spaces` are the titles of places by their codes.
    """

    def said(language: Language) -> str:
        if kind == QUALITY:
            return text("month.semicolon", language).join(flags(code.split(), language, spaces))
        return reason(code, language) if kind == REASON else cut_name(code, language)

    return {**_key(authority, kind, code), **names(said)}


def month(code: str) -> dict[str, str]:
    """Column -> a month's name with its year."""
    return names(lambda language: month_name(code, language))


def verdict(said: str, fields: Mapping[str, Any], unit: str, pace: str) -> dict[str, str]:
    """Column -> a verdict's sentence; the arguments are those of `texts.verdicts.sentence`."""
    return names(lambda language: sentence(said, fields, unit, pace, language), "sentence")
