"""A line as the page shows it, and as it comes back."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collectors.staff_workbook.layout import ENTRIES, SHEETS, Column, SheetLayout
from collectors.tabular import CellError
from entry.book import sheets_in, typed_columns
from entry.lines import SURE, Line, Typed, Values, plain
from entry.words import Words

_LINE = re.compile(r"[\w./:-]{1,120}", re.ASCII)
_FIELD = re.compile(r"(\d{1,5})([.:])(\w{1,40})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Field:
    """A column of a line on the page."""

    name: str
    column: Column
    value: str
    fault: str = ""
    options: tuple[tuple[str, str, str], ...] = ()  # code, word, group
    kind: str = "text"


@dataclass(frozen=True)
class Shown:
    """A line on the page. `fixed` are columns it has of its own, which nobody types."""

    number: int
    line: Line
    layout: SheetLayout
    fields: tuple[Field, ...]
    fixed: Values = field(default_factory=dict)
    doubt: str = ""

    @property
    def was(self) -> str:
        """What tells whether anybody typed in it."""
        return stamp(self.line.values)

    def theirs(self, words: Words) -> str:
        """What somebody else sent of it, in words."""
        return said_of(self.layout, self.line.sent or {}, words)

    @property
    def has_fault(self) -> bool:
        """Whether something of it is wrong."""
        return any(one.fault for one in self.fields)


def stamp(values: Values) -> str:
    """A digest of what a line says, for the form to carry."""
    kept = {**plain(values), SURE: values.get(SURE, "")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def said_of(layout: SheetLayout, values: Values, words: Words) -> str:
    """What a line says, in a line; '–' for nothing."""
    said = plain(values)
    found = []
    for column in typed_columns(layout):
        if text := said.get(column.id):
            options = dict(words.options(column.words or "yes_no")) if column.type in ("words", "yes_no") else {}
            found.append(f"{words.of(column.title)}: {options.get(text, text)}")
    return " · ".join(found) or "–"


def new_line() -> str:
    """The name of a line nobody typed in yet."""
    return f"n-{secrets.token_hex(8)}"


def shown(
    number: int, line: Line, spaces: Mapping[str, str], words: Words, faults: Mapping[str, CellError],
    fixed: Values | None = None, doubt: str = "",
) -> Shown:  # fmt: skip
    """A line as it is shown."""
    layout = SHEETS[line.sheet]
    own = fixed or {}
    found = []
    for column in typed_columns(layout):
        if column.id in own:
            continue
        value = line.values.get(column.id, "")
        options = tuple(_options(layout, column, spaces, words))
        if options and value and value not in {code for code, _, _ in options}:
            options = ((value, value, ""), *options)  # nothing that was typed is lost
        kind = "day" if column.type == "day" and (not value or _DAY.fullmatch(value)) else column.type
        said = words.fault(layout, column, faults[column.id]) if column.id in faults else ""
        found.append(Field(f"{number}.{column.id}", column, value, said, options, kind))
    return Shown(number, line, layout, tuple(found), own, doubt)


def _options(
    layout: SheetLayout, column: Column, spaces: Mapping[str, str], words: Words
) -> Iterable[tuple[str, str, str]]:
    match column.type:
        case "words" | "yes_no":
            return [(code, said, "") for code, said in words.options(column.words or "yes_no")]
        case "space":
            return [(code, title, "") for code, title in spaces.items()]
        case "indicator":
            return [
                (name, words.of(one.indicator.title), "") for name, one in ENTRIES.items() if one.sheet == layout.id
            ]
        case "part":
            return [
                (part.code, words.of(part.title), words.of(one.indicator.title))
                for one in ENTRIES.values()
                if one.sheet == layout.id
                for part in one.indicator.parts
            ]
        case "linked":
            return [(name, words.of(one.indicator.title), "") for name, one in ENTRIES.items()]
    return []


def typed_in(found: Mapping[str, str], book: str) -> list[Typed]:
    """The lines of a book that somebody typed in, of the fields of a form; what is no field of ours is passed over."""
    about: dict[int, dict[str, str]] = {}
    values: dict[int, dict[str, str]] = {}
    for name, text in found.items():
        if match := _FIELD.fullmatch(name):
            into = about if match[2] == ":" else values
            into.setdefault(int(match[1]), {})[match[3]] = text
    layouts = {one.id: one for one in sheets_in(book)}
    typed = []
    for number, one in sorted(about.items()):
        layout = layouts.get(one.get("sheet", ""))
        name = one.get("line", "")
        if layout is None or not _LINE.fullmatch(name):
            continue
        columns = {column.id for column in typed_columns(layout)}
        own = {column: text for column, text in values.get(number, {}).items() if column in columns and text.strip()}
        fixed = set(one.get("fixed", "").split())
        if not set(own) - fixed:
            own = {}
        if sure := one.get("sure", ""):
            own[SURE] = sure
        revision = one.get("base", "0")
        base = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0
        if one.get("out"):
            typed.append(Typed(name, layout.id, None, base))
        elif stamp(own) != one.get("was"):
            typed.append(Typed(name, layout.id, own, base))
    return typed
