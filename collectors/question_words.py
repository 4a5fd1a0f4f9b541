"""Whether a message asks: one list of words and one rule for every channel, so that channels compare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

QUESTION_WORDS = (
    *("מה", "מי", "מתי", "איפה", "היכן", "למה", "מדוע", "איך", "כיצד", "האם", "כמה", "איזה", "איזו", "אילו", "לאן"),
    *("מאיפה", "ماذا", "متى", "أين", "كيف", "لماذا", "هل", "كم", "أي", "شو", "ليش", "وين", "مين"),
    *("кто", "что", "где", "когда", "почему", "зачем", "как", "сколько", "какой", "какая", "какие", "куда", "откуда"),
    *("who", "what", "when", "where", "why", "how", "which", "whose"),
)
# A question mark of any script; one that goes on with a letter or a digit belongs to an address.
QUESTION_MARK = re.compile(r"\?(?![A-Za-z0-9=&%_])|[؟？⁇⁈⁉❓❔]")


class Questions:
    """The list, with the words a town adds. `forms` are the spellings that count: as listed, Capitalised, UPPER."""

    def __init__(self, more: Iterable[str] = ()) -> None:
        words = [*QUESTION_WORDS, *more]
        self.forms = tuple(dict.fromkeys(form for w in words for form in (w, w.capitalize(), w.upper())))
        longest_first = "|".join(map(re.escape, sorted(self.forms, key=len, reverse=True)))
        self._first = re.compile(rf"(?:{longest_first})(?![^\x00-\x7f]|[A-Za-z0-9_])")

    def asked_in(self, text: str) -> bool:
        """A question mark anywhere, or a question word first. The text comes without direction marks."""
        return QUESTION_MARK.search(text) is not None or self._first.match(text) is not None


LISTED = Questions()
_ASKING = (
    r"\?(?:$|[^A-Za-z0-9=&%_])|[؟？⁇⁈⁉❓❔]"
    rf"|^(?:{'|'.join(map(re.escape, LISTED.forms))})(?:$|[^\x{{80}}-\x{{10FFFF}}A-Za-z0-9_])"
)
"""The same rule as one expression for Arrow, whose engine looks neither ahead nor back."""


class _Seen(dict[int, int | None]):
    """For `str.translate`: what is seen stays, a mark of format goes. Filled as characters are met."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) == "Cf" else code
        return self[code]


_SEEN = _Seen()


def plain(text: str) -> str:
    """The text without direction marks and the blanks around it."""
    return (text if text.isascii() else text.translate(_SEEN)).strip()


def asked_in_each(texts: Sequence[str]) -> pa.Array:
    """Of each text whether it asks, by the list; of one with marks of format, which are not seen here, perhaps not."""
    bare = pc.utf8_trim_whitespace(pa.array(texts, pa.string()))
    return pc.match_substring_regex(bare, _ASKING)


def asks(text: str) -> bool:
    """Whether a text asks by the list alone; direction marks and blanks around it do not count."""
    return LISTED.asked_in(plain(text))
