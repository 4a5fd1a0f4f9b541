"""What is kept of a text: its length, whether it asks, tells of a process or calls on residents, its language."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from collectors.question_words import LISTED, asked_in_each, plain

_SCRIPTS = {"HEBREW": "he", "ARABIC": "ar", "LATIN": "en", "CYRILLIC": "ru", "ETHIOPIC": "am"}
_CLEARLY = 0.6
_TOLD_BY = 2000
"""Characters of a text by which its language is told."""
_AT_ONCE = 4096
"""Texts that are put together: of each character some thirty bytes are needed for a moment."""
_LANGUAGES = (*_SCRIPTS.values(), "mixed")
_UNMET, _FORMAT, _OTHER = 253, 254, 255


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


def measured(texts: Sequence[str]) -> Mapping[str, pa.Array]:
    """The measures of many texts at once that need no words of the town: `length`, `is_question`, `language`.

    What is put together here over all characters is what `measure` gives of each text. One with marks of format, or too
    long for its language to be told by all of it, is measured by itself.
    """
    parts = [_measured(texts[start : start + _AT_ONCE]) for start in range(0, max(len(texts), 1), _AT_ONCE)]
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in parts[0]}


def _measured(texts: Sequence[str]) -> Mapping[str, pa.Array]:
    count = len(texts)
    codes = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32)
    lengths = np.fromiter(map(len, texts), np.int64, count)
    owners = np.repeat(np.arange(count), lengths)
    kinds = _kinds_of(codes)
    is_letter = kinds < len(_LANGUAGES)
    letters = np.bincount(owners[is_letter] * len(_LANGUAGES) + kinds[is_letter], minlength=count * len(_LANGUAGES))
    letters = letters.reshape(count, len(_LANGUAGES))
    most, total = letters.max(1, initial=0), letters.sum(1)
    language = np.where(most >= _CLEARLY * total, letters.argmax(1), _LANGUAGES.index("mixed"))
    asks = np.array(asked_in_each(texts), bool)
    for at in {*owners[kinds == _FORMAT].tolist(), *np.flatnonzero(lengths > _TOLD_BY).tolist()}:
        one = measure(texts[at])
        asks[at], language[at] = one.is_question, _LANGUAGES.index(one.language)
    names = pa.array(_LANGUAGES).take(pa.array(language))
    return {"length": pa.array(lengths), "is_question": pa.array(asks), "language": names}


_KINDS = np.full(sys.maxunicode + 1, _UNMET, np.uint8)
"""Code point -> the language its script stands for, _FORMAT for a mark of format, _OTHER for what is no letter; filled
as characters are met."""


def _kinds_of(codes: np.ndarray[Any, np.dtype[np.uint32]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    kinds: np.ndarray[Any, np.dtype[np.uint8]] = _KINDS[codes]
    if (unmet := np.unique(codes[kinds == _UNMET])).size:
        _KINDS[unmet] = [_kind_of(chr(code)) for code in unmet.tolist()]
        kinds = _KINDS[codes]
    return kinds


def _kind_of(character: str) -> int:
    if character.isalpha():
        return _LANGUAGES.index(_script(character))
    return _FORMAT if unicodedata.category(character) == "Cf" else _OTHER


def _has(lowered: str, words: Sequence[str]) -> bool:
    return any(word.casefold() in lowered for word in words if word.strip())


@cache
def _script(letter: str) -> str:
    return _SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "mixed")


def _language(text: str) -> str:
    """By script: one that has the clear majority of letters; Hebrew for a text without any, mixed otherwise."""
    letters: Counter[str] = Counter()
    for character, times in Counter(text[:_TOLD_BY]).items():  # a text has few letters, each many times
        if character.isalpha():
            letters[_script(character)] += times
    if not letters:
        return "he"
    language, count = letters.most_common(1)[0]
    return language if count >= _CLEARLY * letters.total() else "mixed"
