"""A sentence found again by its English words, where whoever says it knows no language and no code."""

from __future__ import annotations

import re
from functools import cache

from texts.catalogue import text, texts_of
from texts.writing import Language


def in_language(sentence: str, room: str, language: Language) -> str:
    """The sentence in the language, by the text of the room that says it in English; one that none says, as it is.

    What fills a text's placeholders may be such a sentence, too.
    """
    if language == "en" or not sentence:
        return sentence
    for name, pattern in _patterns(room):
        if (found := pattern.fullmatch(sentence)) is not None:
            said = {key: in_language(value, room, language) for key, value in found.groupdict().items()}
            return text(f"{room}.{name}", language, **said)
    return sentence


@cache
def _patterns(room: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Names of the room's texts with the pattern of their English; what says more of its own words comes first."""
    found = []
    for name, one in texts_of(room).items():
        pieces = re.split(r"\{(\w+)\}", one.forms["en"]["other"])
        pattern = "".join(f"(?P<{piece}>.+)" if place % 2 else re.escape(piece) for place, piece in enumerate(pieces))
        found.append((sum(map(len, pieces[::2])), name, re.compile(pattern, re.DOTALL)))
    return tuple((name, pattern) for _, name, pattern in sorted(found, key=lambda one: -one[0]))
