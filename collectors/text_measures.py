"""What is kept of a text: its length, whether it asks, tells of a process or calls on residents, its language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from collectors.question_words import LISTED, plain

_SCRIPTS = {"HEBREW": "he", "ARABIC": "ar", "LATIN": "en", "CYRILLIC": "ru", "ETHIOPIC": "am"}
_CLEARLY = 0.6


@dataclass(frozen=True)
class Measured:
    """The measures of one text; the text itself goes no further."""

    length: int
    is_question: bool
    is_process: bool
    is_call: bool | None
    language: str


def measure(text: str, process_words: Sequence[str] = (), call_words: Sequence[str] = ()) -> Measured:
    """Measure a text by the town's own words for municipal processes and for calls to residents.

    Without words for calls nobody can tell whether it is one.
    """
    seen = plain(text)
    lowered = seen.casefold()
    return Measured(
        length=len(text),
        is_question=LISTED.asked_in(seen),
        is_process=_has(lowered, process_words),
        is_call=_has(lowered, call_words) if call_words else None,
        language=_language(seen),
    )


def _has(lowered: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in lowered for word in words if word.strip())


@cache
def _script(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "mixed")


def _language(text: str) -> str:
    """By script: one that has the clear majority of letters; Hebrew for a text without any, mixed otherwise."""
    letters: Counter[str] = Counter()
    for character, times in Counter(text[:2000]).items():  # a text has few letters, each many times
        if character.isalpha():
            letters[_script(character)] += times
    if not letters:
        return "he"
    language, count = letters.most_common(1)[0]
    return language if count >= _CLEARLY * letters.total() else "mixed"
