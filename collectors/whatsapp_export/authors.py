"""Whose name stands before a colon, decided for a file as a whole and never line by line.

Belongs here: telling the name of a person from the first half of a notice nobody knows the wording of, and
names that hold a colon themselves ("Vaad: Dana Levi"). What a file says of its authors is gathered by `census`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from collectors.whatsapp_export.marks import LITTLE, comparable, reads_like_notice, words

_JOINT = ": "
_PLAIN_JOINT = ":\ue000"  # how the colon inside a name is written while a line is read: no phrase or header holds it
_GERSHAYIM = re.compile('(?<=[א-ת])"(?=[א-ת]{1,4}(?![א-ת]))')  # part of a word (ד"ר, עו"ד), no quote
_NO_NAME = re.compile(r'[.?!,;()/"<>@=…]|https?')
_NUMBER = re.compile(r"\+?\d[\d -]*\d")
_LOOKS_ODD = re.compile(r'[\d"“”„״«»’‘׳]')
_LETTER = re.compile(r"[^\W\d_]")
LONG_NAME = 6  # words; few contacts are called with more
SHORT_NAME = 3
FEW_LINES = 3  # so often a notice of one wording and one person comes up
MAX_NAME_CHARS = 30
NOTICE, PERSON = "notice", "person"


@dataclass
class Author:
    """What a file says of one name before a colon."""

    name: str
    is_open: bool = True  # it may be doubtful; of another only `lines`, `parts` and `whole` are known
    lines: int = 0
    wrote: bool = False  # a line of it is what only a person writes: a file, a poll, an edited or deleted message
    spoke: bool = False  # a line of it goes on below
    closes_quote: bool = True  # so far every line of it holds a quote after the colon
    parts: dict[str, int] = field(default_factory=dict)  # what stands before a second colon, and how often
    whole: list[str] = field(default_factory=list)  # lines without a second colon, a few


@dataclass(frozen=True)
class Authors:
    """The decision: names that are doubtful, those of them that may yet be a person's, and names that hold a colon."""

    doubtful: frozenset[str] = frozenset()
    may_be_people: frozenset[str] = frozenset()
    with_colon: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ordered = sorted(self.with_colon, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, ordered))) if ordered else None
        object.__setattr__(self, "_pattern", pattern)
        object.__setattr__(self, "_heads", tuple({name.partition(_JOINT)[0] for name in ordered}))

    def needs_care(self, name: str) -> bool:
        """Whether what stands before the first colon is doubtful, or may end inside a name."""
        heads: tuple[str, ...] = self._heads  # type: ignore[attr-defined]
        return name in self.doubtful or (bool(heads) and name.endswith(heads))

    def unified(self, line: str) -> str:
        """A line with the colons inside names taken out of the way of reading."""
        pattern: re.Pattern[str] | None = self._pattern  # type: ignore[attr-defined]
        return line if pattern is None else pattern.sub(lambda found: found[0].replace(_JOINT, _PLAIN_JOINT), line)


def restored(text: str) -> str:
    """A text with the colons inside names put back."""
    return text.replace(_PLAIN_JOINT, _JOINT) if _PLAIN_JOINT in text else text


def may_be_doubtful(name: str, vocabulary: frozenset[str]) -> bool:
    """Whether anything a file says can make a name doubtful: not that of a number, or of two words no notice holds.

    It follows from the rules of `_Doubt`; here it is said once for names that need no second look.
    """
    bare = name.removeprefix("~ ")
    if _NUMBER.fullmatch(bare):
        return len(bare.split()) > SHORT_NAME - 1
    if _LOOKS_ODD.search(bare):
        return True
    return len(bare.split()) > SHORT_NAME - 1 or not vocabulary.isdisjoint(words(bare))


def decide(found: Iterable[Author], names: Iterable[str], people: Iterable[str], notices: Iterable[str],
           vocabulary: frozenset[str], verbs: frozenset[str], is_told: bool) -> Authors:  # fmt: skip
    """The decision on the authors of a file.

    `found` are those of its authors of whom it says more than a name, `names` all of them, `people` the names
    recognised notices speak of, `notices` the lines without an author, `vocabulary` the words of known phrases,
    `verbs` those that follow a name in them. Where events are told by their marks (`is_told`), no author is doubtful.
    """
    authors = {author.name: author for author in found}
    known = set(people)
    with_colon = [name for author in authors.values() if author.name not in known for name in _names_of(author)]
    if is_told:
        return Authors(with_colon=tuple(with_colon))
    heads = {name.partition(_JOINT)[0] for name in with_colon}
    listed = set(names)
    spoken = vocabulary | _words_of(notices, known | {name for name in listed if _count(name) <= SHORT_NAME})
    doubt = _Doubt({*known, *listed}, spoken, verbs)
    doubts = {name: doubt.of(one) for name, one in authors.items() if one.is_open and name not in known | heads}
    doubtful = frozenset(name for name, why in doubts.items() if why)
    return Authors(doubtful, frozenset(name for name, why in doubts.items() if why == PERSON), tuple(with_colon))


def _names_of(author: Author) -> list[str]:
    """The names a head stands for: every line goes on with one of a few names and another colon."""
    parts = {part: count for part, count in author.parts.items() if _is_name(part)}
    again = [part for part, count in parts.items() if count > 1]
    others = author.lines - sum(parts.values())
    told = [line for line in author.whole if line.startswith(tuple(parts))]  # "Vaad: Dana Levi left"
    # Of a single name it does not matter where it ends. A single word may be a label ("Update: ...").
    are_full = all(" " in part for part in parts)
    enough = len(parts) > 1 and len(again) > (0 if are_full else 1)
    if not enough or others > (len(told) if are_full else 0):
        return []
    return [author.name + _JOINT + part for part in parts]


def _is_name(part: str) -> bool:
    return (
        len(part) <= MAX_NAME_CHARS and len(part.split()) <= SHORT_NAME + 1
        and _LETTER.search(part) is not None and _NO_NAME.search(part) is None
    )  # fmt: skip


def _count(name: str) -> int:
    return len(words(name.removeprefix("~ ")))


def _words_of(notices: Iterable[str], names: set[str]) -> frozenset[str]:
    """The words of the notices of a file, but for those of names."""
    return frozenset({w for line in notices for w in words(line)} - {w for name in names for w in words(name)})


class _Doubt:
    """Whether a name may be the first half of a notice."""

    def __init__(self, names: set[str], vocabulary: frozenset[str], verbs: frozenset[str]) -> None:
        self._names = names
        self._verbs = verbs
        self._leads = {name.removeprefix("~ ") for name in names}
        self._vocabulary = vocabulary
        self._longer: dict[str, list[str]] = {}  # names of two words and more, by what stands before their first blank
        for name in self._leads:
            start, blank, _ = name.partition(" ")
            if blank:
                self._longer.setdefault(start, []).append(name)
        self._endings: dict[str, set[str]] = {}  # what follows a name, and after which names it does
        for name in names:
            lead, rest = self._parted(name)
            if lead:
                self._endings.setdefault(rest, set()).add(lead)

    def _parted(self, name: str) -> tuple[str, str]:
        """The longest other name that a name begins with, and what follows it."""
        name = name.removeprefix("~ ")
        at = name.rfind(" ")
        while at > 0:
            if name[:at] in self._leads:
                return name[:at], name[at + 1 :]
            at = name.rfind(" ", 0, at)
        return "", name

    def _speaks_of_somebody(self, text: str) -> bool:
        """Whether somebody's name of two words stands inside of what reads like a notice."""
        for start in {*text.split(" ")[1:]}:
            for name in self._longer.get(start, ()):
                before, found, after = text.partition(f" {name}")
                if found and not after[:1].isalnum():
                    rest = before + after
                    if _count(rest) >= SHORT_NAME and reads_like_notice(rest, self._vocabulary):
                        return True
        return False

    def of(self, author: Author) -> str:
        """Why it is doubtful: it is as good as surely a NOTICE, or may yet be a PERSON's name; '' for no doubt."""
        if author.wrote:
            return ""
        if author.closes_quote and _has_open_quote(author.name):
            return NOTICE
        lead, rest = self._parted(author.name)
        hits = [word for word in words(rest) if word in self._vocabulary]
        count, is_sentence = _count(rest), reads_like_notice(rest, self._vocabulary)
        if lead and count >= SHORT_NAME and (is_sentence or len(self._endings[rest]) > 1):
            return NOTICE  # one wording, whoever's name it begins with
        if not lead and self._speaks_of_somebody(author.name):
            return NOTICE  # "... by Dana"
        if author.spoke or author.lines > FEW_LINES:
            return ""
        if hits and count > 1 and author.whole and self._names.issuperset(author.whole):
            return NOTICE  # "Group creator: Dana"
        if lead and count > 1 and words(rest)[0] in self._verbs and len(words(rest)[0]) > LITTLE:
            return NOTICE  # "Dana created event"
        if lead and count > LONG_NAME:
            return NOTICE  # a whole sentence after somebody's name
        if lead and count >= SHORT_NAME:
            return PERSON if count >= LONG_NAME - 1 or any(len(word) > LITTLE for word in hits) else ""
        is_notice = is_sentence and (count > SHORT_NAME or len(hits) == count >= SHORT_NAME - bool(lead))
        return PERSON if count >= LONG_NAME or is_notice else ""


def _has_open_quote(name: str) -> bool:
    """Whether a quote is opened in a name and not closed in it."""
    plain = _GERSHAYIM.sub("", comparable(name))
    return plain.count('"') % 2 == 1


QUOTES = frozenset('"“”„״»')
