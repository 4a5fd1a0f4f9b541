"""Characters one does not see, and the single spelling of names and phrases without them.

Belongs here: direction marks and odd spaces of exports. Does not belong here: what a line means.
"""

import re

MARK_CLASS = "\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff"
SPACE_CLASS = " \t\u00a0\u2007\u2009\u202f\u3000"
EDGE = " \t\u00a0\u202f"  # what is trimmed from a body before it is compared with a placeholder

_MARKS = re.compile(f"[{MARK_CLASS}]+")
_ODD_CLASS = "\u00a0\u2007\u2009\u202f\u3000\u2011\x00-\x1f"
_ODD = re.compile(f"[{_ODD_CLASS}]")
_UNCLEAN = re.compile(f"[{MARK_CLASS}{_ODD_CLASS}]")
_NUMBER = re.compile(r"\+?\d[\d -]*\d")
_STRIPPED = "\"'.,:;()-"
_TO_STRIP = re.compile(r"[\"'.,:;()\-]")
LITTLE = 4  # letters; "from the" stands in names too
_CURLY = re.compile("[“”„״«»’‘׳]")
_QUOTES = str.maketrans("“”„״«»’‘׳", '""""""\'\'\'')


def has_mark(text: str) -> bool:
    """Whether any direction mark, zero-width space or byte-order mark occurs."""
    return not text.isascii() and _MARKS.search(text) is not None


def starts_with_mark(text: str) -> bool:
    """Whether the text begins with such a character."""
    return _MARKS.match(text) is not None


def without_marks(text: str) -> str:
    """The text as a reader sees it."""
    return text if text.isascii() else _MARKS.sub("", text)


def _plain_spelling(match: re.Match[str]) -> str:
    """A plain hyphen or space; control characters have no place in a name or a phrase."""
    return "-" if match[0] == "\u2011" else " "


def clean(text: str) -> str:
    """Marks dropped, odd spaces and hyphens made plain, ends trimmed: the one spelling of a name."""
    if _UNCLEAN.search(text):
        text = _ODD.sub(_plain_spelling, without_marks(text))
    return text.strip()


def comparable(cleaned: str) -> str:
    """For matching only: curly, angled and Hebrew quotes made plain, one character for one, so offsets stay."""
    return cleaned.translate(_QUOTES) if _CURLY.search(cleaned) else cleaned


def words(text: str) -> list[str]:
    """The words of a text for comparing, in small letters; a telephone number is one."""
    found = _NUMBER.sub("0", comparable(text)).casefold()
    bare = [word.strip(_STRIPPED) for word in found.split()] if _TO_STRIP.search(found) else found.split()
    return [word for word in bare if word] if "" in bare else bare


def reads_like_notice(text: str, vocabulary: frozenset[str]) -> bool:
    """Whether at least two words of a text, and half of them, are words of notices, and not little ones alone."""
    found = words(text)
    hits = [word for word in found if word in vocabulary]
    return len(hits) > 1 and 2 * len(hits) >= len(found) and len(max(hits, key=len)) > LITTLE
