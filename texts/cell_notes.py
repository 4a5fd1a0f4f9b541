"""What is said at one cell of a file: what is wrong or unlikely, what to do, what was meant, what may stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from texts.catalogue import text
from texts.errors import error
from texts.values import comma
from texts.writing import Argument, Language, quoted

MAX_CHOICES = 12
"""Of a longer list the first are named, and that there are more."""


class Said(Protocol):
    """A code and what fills it."""

    @property
    def code(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Argument]: ...


class Note(Protocol):
    """A note on a cell, see `collectors.base.CellNote`."""

    @property
    def sheet(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def what(self) -> Said: ...
    @property
    def is_refused(self) -> bool: ...
    @property
    def meant(self) -> Sequence[str]: ...
    @property
    def choices(self) -> Sequence[str]: ...


def cell_lines(note: Note, language: Language) -> list[str]:
    """A note in lines: the sentence, then what was probably meant, or where nothing is near what the list holds."""
    if not note.is_refused:
        return [text(f"remarks.{note.what.code}", language, **note.what.arguments)]
    lines = [error(note.what.code, language, **note.what.arguments)]
    if note.meant:
        lines.append(text("returned.meant", language, words=comma(map(quoted, note.meant), language)))
    elif note.choices:
        named = comma(map(quoted, note.choices[:MAX_CHOICES]), language)
        key = "returned.choices" if len(note.choices) <= MAX_CHOICES else "returned.some_choices"
        lines.append(text(key, language, words=named))
    return lines
