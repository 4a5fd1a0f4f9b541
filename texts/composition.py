"""What a headline is made of, in words: how it is known, how it was calculated, of what it is the total."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Protocol

from texts.catalogue import text, word
from texts.values import comma, formula, not_used, register, ways
from texts.writing import Language

KINDS = ("method", "formula", "part", "space", "unused", "register", "like_for_like")
"""The kinds of what a headline is made of, in the order they are said."""
BRIEF = ("method", "formula", "space", "unused")
"""Those that a reader asks for who wants to know where a figure comes from."""


class Piece(Protocol):
    """A piece of a headline, as the warehouse holds it."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def amount(self) -> float | None: ...
    @property
    def base(self) -> float | None: ...
    @property
    def detail(self) -> str: ...


def composition(pieces: Iterable[Piece], language: Language, parts: Mapping[str, str]) -> list[str]:
    """What a value is the total of, what was known and not used, and what it is compared with; a line a kind.

    `parts` are the titles of the indicator's parts.
    """
    lines, found = [], list(pieces)
    for kind in KINDS:
        mine = [one for one in found if one.kind == kind]
        places = sum(_is_place(one) for one in mine)
        said = [piece(one, language, parts) for one in mine if not _is_place(one)]
        said += [text("show.places", language, count=places)] if places else []
        lines += [word("show.made_of", kind, language, pieces=comma(said, language))] if said else []
    return lines


def in_brief(
    pieces: Iterable[Piece], language: Language, parts: Mapping[str, str], assets: Mapping[str, str]
) -> list[str]:
    """The same without figures: how it is known, how calculated, of how many places, what was known and not used.

    `assets` gives of each place the digital asset it belongs to.
    """
    lines, found = [], list(pieces)
    for kind in BRIEF:
        mine = [one for one in found if one.kind == kind]
        said = dict.fromkeys(name_of(kind, one.name, language, parts) for one in mine)
        if kind == "space":
            of = Counter(assets.get(name, "") for name in {one.name for one in mine})
            said = dict.fromkeys(
                f"{word('codes.families', asset, language)} ({text('show.places', language, count=count)})"
                for asset, count in sorted(of.items())
            )
        lines += [word("show.made_of", kind, language, pieces=comma(said, language))] if said else []
    return lines


def piece(one: Piece, language: Language, parts: Mapping[str, str]) -> str:
    """A piece: its name and its figure, of a ratio with what it is divided by; like for like, both months."""
    amount, base = (None if each is None else format(each, ",.10g") for each in (one.amount, one.base))
    if one.kind == "like_for_like":
        return text("show.both_months", language, now=str(amount), before=str(base), month=one.name)
    shown = "" if amount is None else f" {amount}" + (f" / {base}" if base is not None else "")
    detail = f" ({ways(one.detail, language)})" if one.detail and one.kind != "register" else ""
    return f"{name_of(one.kind, one.name, language, parts)}{shown}{detail}"


def name_of(kind: str, name: str, language: Language, parts: Mapping[str, str]) -> str:
    """What a piece of the kind is called; `parts` are the titles of the indicator's parts."""
    if kind == "method":
        return ways(name, language)
    if kind == "formula":
        return formula(name, language, parts)
    if kind == "unused":
        return not_used(name, language, parts)
    return register(name, language) if kind == "register" else parts.get(name, name) if kind == "part" else name


def _is_place(one: Piece) -> bool:
    return one.kind == "register" and one.name.startswith("space:")
