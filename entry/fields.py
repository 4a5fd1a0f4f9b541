"""A line as the page shows it, and as it comes back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from collectors.staff_workbook.layout import SHEETS, Column, SheetLayout
from entry.book import sheets_in, typed_columns
from entry.checking import Checked, stamp
from entry.lines import SURE, Line, Typed, Values, plain
from entry.town import FormTown
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
    note: str = ""


@dataclass(frozen=True)
class Shown:
    """A line on the page. `fixed` are columns it has of its own, which nobody types."""

    number: int
    line: Line
    fields: tuple[Field, ...]
    fixed: Values = field(default_factory=dict)
    doubt: str = ""
    theirs: str = ""  # what somebody else sent of it meanwhile

    @property
    def was(self) -> str:
        """What tells whether anybody typed in it."""
        return f"{stamp(self.line.values)}{self.line.values.get(SURE, '')}"

    @property
    def sure(self) -> str:
        """What ticking says that is right."""
        return stamp(self.line.values)

    def has_fault(self) -> bool:
        """Whether something of it is wrong."""
        return any(one.fault for one in self.fields)


def titles_of(layout: SheetLayout, values: Values, town: FormTown, words: Words) -> dict[str, str]:
    """What each column of a line says, as the page's lists call it: of a code its title."""
    said = plain(values)
    found: dict[str, str] = {}
    for column in typed_columns(layout):
        if text := said.get(column.id):
            titles = [(title, group) for code, title, group in _options(layout, column, town, words) if code == text]
            # Parts of several indicators share codes; their groups are the indicators.
            own = [title for title, group in titles if group and group == found.get("indicator")]
            found[column.id] = (own or [title for title, _ in titles] or [text])[0]
    return found


def said_of(layout: SheetLayout, values: Values, town: FormTown, words: Words) -> str:
    """What a line says, in a line; '–' for nothing."""
    told = titles_of(layout, values, town, words)
    return " · ".join(f"{words.of(one.title)}: {told[one.id]}" for one in layout.columns if one.id in told) or "–"


def new_line() -> str:
    """The name of a line nobody typed in yet."""
    return f"n-{secrets.token_hex(8)}"


def shown(
    number: int, line: Line, town: FormTown, words: Words, found: Checked | None = None, fixed: Values | None = None
) -> Shown:
    """A line as it is shown. `fixed` are columns it has of its own."""
    layout, own, checked = SHEETS[line.sheet], fixed or {}, found or Checked()
    columns = []
    for column in typed_columns(layout):
        if column.id in own:
            continue
        value = line.values.get(column.id, "")
        options = tuple(_options(layout, column, town, words))
        if options and value and value not in {code for code, _, _ in options}:
            options = ((value, value, ""), *options)  # nothing that was typed is lost
        kind = "day" if column.type == "day" and (not value or _DAY.fullmatch(value)) else column.type
        fault, note = checked.faults.get(column.id), checked.notes.get(column.id)
        columns.append(
            Field(
                f"{number}.{column.id}", column, value, words.fault(layout, column, fault) if fault else "", options,
                kind, words.remark(note) if note else "",
            )
        )  # fmt: skip
    doubt = " ".join(dict.fromkeys(map(words.remark, checked.doubts)))
    theirs = said_of(layout, line.sent or {}, town, words) if line.is_contested else ""
    return Shown(number, line, tuple(columns), own, doubt, theirs)


def _options(layout: SheetLayout, column: Column, town: FormTown, words: Words) -> Iterable[tuple[str, str, str]]:
    entries = town.contents.entries
    match column.type:
        case "words" | "yes_no":
            return [(code, said, "") for code, said in words.options(column.words or "yes_no")]
        case "space":
            return [(code, title, "") for code, title in town.spaces.items()]
        case "indicator":
            return [
                (name, words.of(one.indicator.title), "") for name, one in entries.items() if one.sheet == layout.id
            ]
        case "part":
            return [
                (part.code, words.of(part.title), words.of(one.indicator.title))
                for one in entries.values()
                if one.sheet == layout.id
                for part in one.indicator.parts
            ]
        case "linked":
            return [(name, words.of(one.header.title.model_dump()), "") for name, one in town.store.catalogue.items()]
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
        elif f"{stamp(own)}{own.get(SURE, '')}" != one.get("was"):
            typed.append(Typed(name, layout.id, own, base))
    return typed
