"""What a message is, measured without keeping a letter of it.

Belongs here: placeholders of media, deleted and edited messages, polls, locations, contacts; length,
question, topic class. Does not belong here: authors and events (`entries`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from collectors.question_words import Questions
from collectors.whatsapp_export.marks import EDGE, has_mark, without_marks

KINDS = ("text", "media", "poll", "location", "contact", "deleted")
TEXT, MEDIA, POLL, LOCATION, CONTACT, DELETED = range(6)
NO_MEDIA, OMITTED, ATTACHED = range(3)

PREFIXES = "ובהלמשכ"  # the Hebrew letters that are written together with the word after them

_MAPS = re.compile(r"^[^:\n]{1,40}: https?://(?:www\.)?(?:maps\.google\.|maps\.apple\.|goo\.gl/maps)\S*$")
_MEDIA_FILE = re.compile(r"^(?:IMG|VID|PTT|AUD|STK|DOC|GIF)-\d{8}-WA\d+\.\w{2,5} \([^()]{2,40}\)$")
_BRACKETED = re.compile(r"^<[^\W\d_]+(?: [^\W\d_]+){1,4}>$")


class Body(NamedTuple):
    """The measures of one message."""

    kind: int
    media: int
    is_edited: bool
    is_question: bool
    length: int
    topic: int  # index of the class, -1 for none


class TopicList:
    """The town's keywords: a class matches when a word begins with one of its keywords.

    Up to three of the Hebrew letters that are written together with a word (ו ה ב ל מ ש כ) may stand before
    it. When several classes match, the first in the town's own order wins.
    """

    def __init__(self, classes: Mapping[str, Iterable[str]] | None) -> None:
        listed = {name: [word for word in words if word.strip()] for name, words in (classes or {}).items()}
        self.names = [name for name, words in listed.items() if words]
        self.words = [listed[name] for name in self.names]
        self.pattern: re.Pattern[str] | None = None
        if self.names:
            groups = "|".join(
                "(" + "|".join(re.escape(word) for word in sorted(listed[name], key=len, reverse=True)) + ")"
                for name in self.names
            )
            self.pattern = re.compile(rf"(?<!\w)[{PREFIXES}]{{0,3}}?(?:{groups})", re.IGNORECASE)

    def of(self, body: str) -> int:
        """The index of the class of a body, or -1."""
        if self.pattern is None:
            return -1
        return min((match.lastindex - 1 for match in self.pattern.finditer(body) if match.lastindex), default=-1)


class BodyReader:
    """Classifies bodies by the phrases of all languages."""

    def __init__(
        self, phrases: Mapping[str, Sequence[str]], topics: TopicList, question_words: Iterable[str] = ()
    ) -> None:
        self.topics = topics
        self._exact: dict[str, int] = {"null": MEDIA}
        self._deleted_by: list[tuple[str, str]] = []
        for kind, omitted in (("media_omitted", MEDIA), ("contact_omitted", CONTACT)):
            for phrase in phrases.get(kind, ()):
                self._put(phrase, omitted)
        for phrase in phrases.get("deleted", ()):
            before, name, after = phrase.partition("{admin}")
            if name:
                self._deleted_by.append((before, after.rstrip(".")))
            else:
                self._put(phrase, DELETED)
        self._deleted_starts = tuple({before for before, _ in self._deleted_by})
        for phrase in phrases.get("waiting_for_message", ()):
            self._put(phrase, TEXT)
        self._place_words: list[str] = []
        for phrase in phrases.get("location", ()):
            word, url, _ = phrase.partition(": {url}")
            if url:
                self._place_words += [f"{form}: http" for form in (word, word.capitalize())]
            else:
                self._put(phrase, LOCATION)
        self._attached = tuple(phrases.get("media_attached", ()))
        self._attached_ends = tuple(f" ({word})" for word in self._attached)
        self._edited = tuple(phrases.get("edited_suffix", ()))
        self._polls = frozenset(f"{word}:" for word in phrases.get("poll", ()))
        self._options = tuple(f"{word}:" for word in phrases.get("poll_option", ()))
        self.questions = Questions(question_words)

    def _put(self, phrase: str, kind: int) -> None:
        bare = phrase.rstrip(".")
        for form in (bare, bare[:1].upper() + bare[1:], bare[:1].lower() + bare[1:]):
            self._exact.setdefault(form, kind)

    def is_fixed(self, text: str) -> bool:
        """Whether a line is, letter for letter, a placeholder or the notice of a deletion."""
        bare = text.rstrip(".")
        return bare in self._exact or self._is_deleted_by(bare)

    def _is_deleted_by(self, bare: str) -> bool:
        return bare.startswith(self._deleted_starts) and any(
            bare.startswith(a) and bare.endswith(b) and len(bare) > len(a) + len(b) for a, b in self._deleted_by
        )

    def openings(self) -> list[str]:
        """First letters of every body that is more than plain text (besides `<` and marks): for the fast path."""
        return [*self._exact, *self._place_words, *self._polls, *(before for before, _ in self._deleted_by)]

    def read(self, body: str, attachment: bool = False) -> Body:
        """The measures of a body. `attachment`: the line is marked as one, whatever its language."""
        text = without_marks(body) if has_mark(body) else body
        is_edited = False
        if ">" in text[-3:]:
            shorter = text.rstrip(EDGE)
            for notice in self._edited:
                if shorter.endswith(notice):
                    is_edited = True
                    text = shorter[: -len(notice)].rstrip(EDGE)
                    break
        first, newline, more = text.partition("\n")
        first = first.strip(EDGE)
        kind, media, rest = self._placeholder(first, more, attachment)
        if kind == TEXT and media == NO_MEDIA and rest is None:
            rest = text
        elif rest is None:
            rest = more if newline else ""
        if kind == DELETED or not rest:
            return Body(kind, media, is_edited, False, 0, -1)
        source = body if rest == text and not is_edited else rest
        return Body(kind, media, is_edited, self.questions.asked_in(source), len(rest), self.topics.of(source))

    def _placeholder(self, first: str, more: str, attachment: bool) -> tuple[int, int, str | None]:
        """Kind, kind of media, and what remains to be measured (None: all, or all further lines)."""
        bare = first.rstrip(".")
        exact = self._exact.get(bare)
        if exact is not None:
            if exact == DELETED:
                return (TEXT, NO_MEDIA, None) if more.strip() else (DELETED, NO_MEDIA, "")
            if exact == TEXT:
                return TEXT, NO_MEDIA, ""
            return exact, (OMITTED if exact in (MEDIA, CONTACT) and bare != "null" else NO_MEDIA), None
        if first.endswith((")", ">")):
            kind = self._attachment(first, more)
            if kind is not None:
                return kind
        if first in self._polls:
            lines = [line.strip(EDGE) for line in more.split("\n")]
            if any(line.startswith(self._options) for line in lines):
                return POLL, NO_MEDIA, lines[0]
        if first.startswith(tuple(self._place_words)) or _MAPS.match(first[:400]):
            return LOCATION, NO_MEDIA, None
        if self._is_deleted_by(bare):
            return (DELETED, NO_MEDIA, "") if not more.strip() else (TEXT, NO_MEDIA, None)
        if attachment:
            return MEDIA, OMITTED, None
        return TEXT, NO_MEDIA, None

    def _attachment(self, first: str, more: str) -> tuple[int, int, str | None] | None:
        if first.endswith(">"):
            if _BRACKETED.match(first[:80]):
                word = first[1:-1]
                if word not in self._attached:
                    return MEDIA, OMITTED, None
            at = first.rfind("<")
            word, _, file = first[at + 1 : -1].partition(":") if at >= 0 else ("", "", "")
            if word.strip(EDGE) not in self._attached:  # "< pièce jointe : photo.jpg >"
                return None
            caption = first[:at].strip(EDGE)
            file = file.strip(EDGE) or caption
            if "•" in caption or file.endswith(caption):
                caption = ""
            kind = CONTACT if file.endswith(".vcf") else MEDIA
            return kind, ATTACHED, "\n".join(part for part in (caption, more) if part)
        if first.endswith(self._attached_ends) or _MEDIA_FILE.match(first[:300]):
            return (CONTACT if ".vcf (" in first[-60:] else MEDIA), ATTACHED, None
        return None
