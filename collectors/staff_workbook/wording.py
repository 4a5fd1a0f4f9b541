"""What somebody meant who typed a word of a list: as it stands there, spelled in another way, or in short.

A form over the same sheets asks here too. Belongs here: typed words against lists. Does not: which list is whose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from collectors.tabular import plain_text, word_key

MAX_SUGGESTED = 3
_LIKENESS = 0.6
_MIN_SHORT = 3
"""Letters of the shortest text that is taken for the beginning or end of a title."""
_ONE_SPELLING = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": ""})
_TWICE = re.compile("(ו)ו|(י)י")
_THE = ("ה", "ال")
_BEFORE_WORDS = (*"שהובלמכ", "ال", *"وفبكل")
"""What Hebrew and Arabic write together with the word after it."""
_MIN_WORD = 2
"""Letters that are left of a word without what is written together with it."""
_NOT = frozenset(
    {"לא", "אין", "ללא", "בלי", "אינו", "אינה", "not", "no", "without", "לפני", "لا", "ليس", "ليست", "غير", "دون", "لم"}
)
"""Words without which a title says the opposite."""


@dataclass(frozen=True)
class Meant:
    """The code a typed word stands for; `is_short` where it is only the beginning or the end of the title."""

    code: str
    is_short: bool = False


def folded(text: str) -> str:
    """A text without what people spell now one way and now another: marks, quotes, hyphens, a doubled vav or yod."""
    plain = unicodedata.normalize("NFD", plain_text(text).translate(_ONE_SPELLING))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn" and c not in "\"'׳״`")
    return word_key(_TWICE.sub(lambda found: found[1] or found[2], plain).translate(_ONE_SPELLING))


def meant_by(text: str, known: Mapping[str, str]) -> Meant | None:
    """What a word stands for; `known` are plain titles and codes -> code. None where none, or more than one, fits.

    A short form is whole words at the beginning or the end of titles of one code alone, none of the words left out
    being a "not", and no word of it in a title of another code, with or without what is written together with it.
    """
    if (code := known.get(plain_text(text))) is not None:
        return Meant(code)
    typed = folded(text)
    if not typed:
        return None
    # With or without the article before its first word.
    forms = {typed, *(f"{the}{typed}" for the in _THE), *(typed.removeprefix(the) for the in _THE)}
    same = {code for title, code in known.items() if folded(title) in forms}
    if len(same) == 1:
        return Meant(same.pop())
    if same or len(typed) < _MIN_SHORT:
        return None
    titles = [(folded(title), code) for title, code in known.items()]
    short = {code for title, code in titles if _is_short_for(typed, title)}
    if len(short) != 1:
        return None
    words = _bare(typed)
    if any(words & _bare(title) for title, code in titles if code not in short):
        return None
    return Meant(short.pop(), is_short=True)


def _is_short_for(typed: str, title: str) -> bool:
    if title.startswith(f"{typed} "):
        left_out = title[len(typed) :]
    elif title.endswith(f" {typed}"):
        left_out = title[: -len(typed)]
    else:
        return False
    return not _NOT & set(left_out.split())


def _bare(text: str) -> set[str]:
    """The words of a folded text, each also without what may be written together with it."""
    found, more = set[str](), set(text.split())
    while more:
        found |= more
        more = {
            word.removeprefix(before)
            for word in more
            for before in _BEFORE_WORDS
            if word.startswith(before) and len(word) >= len(before) + _MIN_WORD
        } - found
    return found


def suggested(text: str, titles: Iterable[str]) -> tuple[str, ...]:
    """The titles of a list that are nearest to what was typed, nearest first; those that hold its words among them."""
    by_form = {folded(title): title for title in titles}
    typed = folded(text)
    words = set(typed.split())
    holding = [
        form
        for form in by_form
        if words and (words <= set(form.split()) or (len(typed) >= _MIN_SHORT and typed in form))
    ]
    near = get_close_matches(typed, by_form, n=MAX_SUGGESTED, cutoff=_LIKENESS)
    return tuple(by_form[form] for form in dict.fromkeys([*near, *holding]))[:MAX_SUGGESTED]
