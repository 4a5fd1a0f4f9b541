"""The phrases clients write, and finding the one that fits a whole line.

Belongs here: loading the phrase files, the index over them, captures. Does not belong here: how a
captured list of members is split (`members`).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from collectors.whatsapp_export.marks import comparable, reads_like_notice, words

LANGUAGES = ("he", "ar", "ru", "en", "uk", "fr", "es", "other")
QUOTED = frozenset({"group", "old", "community"})  # placeholders that stand between quotes and may hold anything
PEOPLE = frozenset({"actor", "member", "members", "target", "targets", "admin", "old_number", "new_number"})
BODIES = (
    "deleted",
    "media_omitted",
    "contact_omitted",
    "waiting_for_message",
)
"""What a client writes in a message's place."""
MAX_EVENT_CHARS = 20_000  # a list of every member of the largest group fits
_KEPT, _KEPT_CHARS = 20_000, 200  # lines and names remembered: notices are read twice, and name the same people

_ENDING = 4
_DIGIT = re.compile(r"\d")

# Invitations to tap that clients put after a notice, or leave out: first words of such a sentence.
_TAILS = (
    " Tap to ", " Tap for ", " Learn more", " Click to ", " הקש/י ", " יש להקיש ", " לחצו ", " יש ללחוץ ",
    " انقر ", " Нажмите", " Узнать больше", " Подробнее", " Торкніться", " Натисніть", " Дізнатися більше",
    " Докладніше", " Appuyez", " Cliquez", " En savoir plus", " Pulsa ", " Toca ", " Haz clic", " Más información",
)  # fmt: skip


@dataclass(frozen=True)
class Template:
    """One phrase: literal parts around placeholders. `literals` has one part more than `names`."""

    event: str
    literals: tuple[str, ...]
    names: tuple[str, ...]
    weight: int
    spans_colon: bool  # may hold ": ": a name in quotes, or a colon of its own
    opening: str  # for those: the literal that comes before the colon
    rarest_literal: str
    middle: tuple[tuple[str, str], ...]  # every placeholder but the last, with the literal after it

    def captures(self, text: str, original: str) -> dict[str, str] | None:
        """What the placeholders stand for if the phrase fits all of `text`, cut out of `original`."""
        literals = self.literals
        if len(literals) == 1:
            return {} if text.rstrip(".") == literals[0] else None
        first, last = literals[0], literals[-1]
        if first and not text.startswith(first):
            return None
        end = len(text)
        if last:
            trimmed = text if text.endswith(last) else text.rstrip(".")
            if not trimmed.endswith(last):
                return None
            end = len(trimmed) - len(last)
        position = len(first)
        values: dict[str, str] = {}
        for name, literal in self.middle:
            at = text.find(literal, position + (name != "rest"))
            if at < 0:
                return None
            values[name] = original[position:at]
            position = at + len(literal)
        name = self.names[-1]
        if position > end or (position == end and name != "rest"):
            return None
        values[name] = original[position:end]
        return values


class Found(NamedTuple):
    """A phrase that fitted, with its captures by placeholder."""

    event: str
    values: Mapping[str, str]


def _without_tail(text: str) -> str:
    """The text without a final invitation to tap; the text itself when there is none."""
    if len(text) > 4_096:
        return text
    at = max(text.rfind(tail) for tail in _TAILS)
    if at <= 0:
        return text
    sentence = text[at + 1 :].rstrip(".")
    return text if "." in sentence else text[:at]


def compile_template(event: str, phrase: str) -> Template:
    """A phrase of the files or of the settings, made ready for matching."""
    parts = re.split(r"\{(\w+)\}", phrase)
    literals = [comparable(part.replace("\u00a0", " ")) for part in parts[::2]]
    names = tuple(parts[1::2])
    text = literals[-1]
    if names:
        shorter = _without_tail("x" + text)[1:]
        text = shorter.rstrip(".") or shorter
    else:
        text = _without_tail(text).rstrip(".")
    literals[-1] = text
    opening, spans = "", False
    for literal, name in zip(literals, (*names, ""), strict=True):
        if ": " in literal:
            spans, opening = True, literal[: literal.index(": ")]
            break
        if name in QUOTED:
            spans, opening = True, literal
            break
    longest = max(literals, key=len)
    middle = tuple(zip(names[:-1], literals[1:-1], strict=True))
    return Template(event, tuple(literals), names, sum(map(len, literals)), spans, opening.strip(), longest, middle)


def _weight(template: Template) -> int:
    return -template.weight


class PhraseTable:
    """All templates of all languages, found by their rarest word, the most specific first."""

    def __init__(self, extra: Mapping[str, Iterable[str]] | None = None) -> None:
        self.events: set[str] = {"unknown"}
        templates: dict[tuple[str, ...], Template] = {}
        self.bodies: dict[str, list[str]] = {}
        for language in LANGUAGES:
            content = _phrase_file(language)
            for event, phrases in content["events"].items():
                self.events.add(event)
                for phrase in phrases:
                    made = compile_template(event, phrase)
                    templates.setdefault((*made.literals, "|", *made.names), made)
            for kind, phrases in content["bodies"].items():
                self.bodies.setdefault(kind, []).extend(phrases)
        for event, phrases in (extra or {}).items():
            if event in {*BODIES, "media_attached", "edited_suffix", "poll", "poll_option"}:
                self.bodies.setdefault(event, []).extend(phrases)
                continue
            self.events.add(event)
            for phrase in phrases:
                made = compile_template(event, phrase)
                templates[(*made.literals, "|", *made.names)] = made
        self._index: dict[str, list[Template]] = {}
        self._anywhere: list[Template] = []
        self._fill(list(templates.values()))
        self.openings = tuple({t.opening for t in templates.values() if t.spans_colon and t.opening})
        self._unquoted = frozenset(opening for opening in self.openings if '"' not in opening)
        self.words = frozenset(
            word for template in templates.values() for word in words(" ".join(self._whole_words(template)))
        )
        self.verbs = frozenset(
            found[0] for one in templates.values() if not one.literals[0] and (found := words(one.literals[1]))
        )
        """What somebody did, by the word that follows her name in a notice."""
        said = [comparable(phrase) for kind in BODIES for phrase in self.bodies.get(kind, [])]
        self._body_words = frozenset(word for phrase in said for word in words(phrase))
        self._known_words = self.words | self._body_words
        self._only_bodies = self._body_words - {
            word for template in templates.values() for literal in template.literals for word in words(literal)
        }
        self.calls = frozenset(t.literals[0] for t in templates.values() if t.event == "missed_call")
        self.call_openings = frozenset(call.partition(" ")[0] for call in self.calls)
        self._found: dict[str, Found | None] = {}
        self._no_names: dict[str, bool] = {}

    def _fill(self, templates: list[Template]) -> None:
        keys = {id(t): self._whole_words(t) for t in templates}
        counts: dict[str, int] = {}
        for found in keys.values():
            for word in found:
                counts[word] = counts.get(word, 0) + 1
        for template in sorted(templates, key=_weight):
            whole = keys[id(template)]
            if whole:
                self._index.setdefault(min(whole, key=lambda w: (counts[w], w)), []).append(template)
            else:
                self._anywhere.append(template)

    @staticmethod
    def _whole_words(template: Template) -> set[str]:
        whole: set[str] = set()
        last = len(template.literals) - 1
        for number, literal in enumerate(template.literals):
            pieces = literal.split(" ")
            inner = pieces[(0 if number == 0 else 1) : (None if number == last else -1)]
            whole.update(inner)
        return {word for word in whole if word}

    def find(self, text: str) -> Found | None:
        """The most specific phrase that fits the whole of a cleaned line, with captures."""
        if len(text) > MAX_EVENT_CHARS:
            return None
        if text in self._found:
            return self._found[text]
        normal = comparable(text)
        found = self._find(text, normal)
        if found is None:
            shorter = _without_tail(normal)
            if len(shorter) < len(normal):
                found = self._find(text, shorter)
        _keep(self._found, text, found)
        return found

    def _candidates(self, normal: str) -> list[Template]:
        """Templates that share their rarest word with the line, the most specific first."""
        hits: list[Template] = []
        lists = 0
        index = self._index
        for word in normal.rstrip(".").split(" "):
            if word in index:
                hits += index[word]
                lists += 1
        for template in self._anywhere:
            if template.rarest_literal in normal:
                hits.append(template)
                lists += 1
        if lists > 1:
            hits.sort(key=_weight)
        return hits

    def _find(self, text: str, normal: str) -> Found | None:
        has_colon = ": " in normal
        for template in self._candidates(normal):
            if has_colon and not template.spans_colon and "rest" not in template.names:
                continue
            values = template.captures(normal, text)
            if values is None:
                continue
            if any(self._is_no_name(value) for name, value in values.items() if name in PEOPLE):
                continue
            return Found(template.event, values)
        return None

    def resembles_call(self, text: str) -> bool:
        """Whether a line is a notice of a call but for a word: made of their words, or other than one in one word."""
        if text.partition(" ")[0] not in self.call_openings or text in self.calls:
            return False
        return any(_but_for_a_word(text.split(), call.split()) for call in self.calls)

    def _is_no_name(self, value: str) -> bool:
        """Whether what stands in a name's place is none: "{actor} added {targets}" fits much that adds nobody."""
        known = self._no_names.get(value)
        if known is None:
            known = self._reads_as_no_name(value)
            _keep(self._no_names, value, known)
        return known

    def _reads_as_no_name(self, value: str) -> bool:
        plain = comparable(value)
        inside = set(words(plain))
        if inside.isdisjoint(self._known_words):
            return ": " in value
        if inside and inside <= self._body_words and not inside.isdisjoint(self._only_bodies):
            return True  # "You removed this message"
        before, quote, _ = plain.partition(' "')
        known = [word in self.words for word in words(before)]
        if plain[:1].islower() and (any(known) if quote else all(known)):
            return True  # "You added a group", "You added the groups "Vine" & "Fig"": what is no name begins small
        return ": " in value or (not _DIGIT.search(value) and reads_like_notice(value, self.words))

    def may_span_colon(self, author: str) -> bool:
        """Whether what looks like an author may be the first half of an event phrase that holds a colon."""
        normal = comparable(author)
        return any(opening in normal for opening in (self.openings if '"' in normal else self._unquoted))


def _keep(found: dict[str, Any], text: str, what: Any) -> None:
    if len(text) <= _KEPT_CHARS and len(found) < _KEPT:
        found[text] = what


def _but_for_a_word(text: list[str], call: list[str]) -> bool:
    """Whether two lines begin alike and one has a word more, or another word in one place.

    Of two words the second must end alike ("videohovor", "hovor").
    """
    if text[:1] != call[:1] or len(text) < 2 or abs(len(text) - len(call)) > 1:
        return False
    if len(text) != len(call):
        shorter, longer = sorted((text, call), key=len)
        return len(shorter) > 2 and any(longer[:at] + longer[at + 1 :] == shorter for at in range(1, len(longer)))
    other = [(one, two) for one, two in zip(text, call, strict=True) if one != two]
    return len(other) == 1 and (len(text) > 2 or other[0][0][-_ENDING:] == other[0][1][-_ENDING:])


@lru_cache(maxsize=16)
def _phrase_file(language: str) -> Any:
    """The phrases of a language by part and kind; those nobody could verify are matched like the others."""
    text = (files("collectors.whatsapp_export") / "phrasebook" / f"{language}.yaml").read_text("utf-8")
    content = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 both are safe loaders
    for part, kinds in content.get("unverified", {}).items():
        for kind, phrases in kinds.items():
            content[part].setdefault(kind, []).extend(phrases)
    return content
