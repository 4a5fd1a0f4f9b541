"""The staff workbook as declared in the YAML files beside this module, in typed form.

`sheets.yaml` holds sheets and columns, `words.yaml` the drop-down lists, `indicators.yaml` what figures
may be entered for, `messages.yaml` every text the reader and the sheets show. The generator
(`write`), the reader and the checks are all derived from what this module loads; what the rows mean
afterwards is written in docs/staff_workbook.md. Belongs here: the declaration. Does not: cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from collectors.base import Stream
from collectors.staff_workbook import streams
from collectors.tabular import plain_text

LAYOUT_VERSION = 1
HIDDEN_SHEET = "_kehila"
LANGUAGES = ("he", "ar", "en")

Texts = Mapping[str, str]
"""Language -> text, for each of LANGUAGES."""


ALSO = "also"
"""Stands among the languages of a word for what else people write."""

WHOLE = "*"
"""Stands among the parts counted once for all of them."""


@dataclass(frozen=True)
class Part:
    """One kind, unit or stage under which an indicator's figure may be entered."""

    code: str
    title: Texts
    unit: str = "count"


@dataclass(frozen=True)
class ReportedIndicator:
    """An indicator staff enter figures for; filled by the caller from the catalogue."""

    id: str
    title: Texts
    unit: str = "count"
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Entry:
    """How the workbook takes an indicator: the sheet it is typed on and the topic it is finished with.

    `adds_up` is false where the parts are different measures, so that one must be chosen. `once` are the parts
    (`WHOLE` for all of them) of which two figures of one month cannot be added.
    """

    indicator: ReportedIndicator
    sheet: str
    topic: str
    adds_up: bool = True
    once: frozenset[str] = frozenset()

    def counts_rows_together(self, part: str) -> bool:
        """Whether two rows of one key are two entries that both count."""
        return self.sheet in ("monthly", "investment") and not self.once & {part, WHOLE}


@dataclass(frozen=True)
class Column:
    """A column of a sheet. `fills` is the stream's column, empty when the row's builder reads it itself."""

    id: str
    type: str
    title: Texts
    note: Texts | None = None
    words: str = ""
    required: bool = False
    minimum: float | None = None
    width: int = 16
    fills: str = ""


@dataclass(frozen=True)
class SheetLayout:
    """A sheet: one topic of the workbook. `indicator` is set where all its rows are of one."""

    id: str
    stream: type[Stream]
    title: Texts
    about: Texts
    columns: tuple[Column, ...]
    indicator: str = ""
    prefilled: frozenset[str] = frozenset()
    rows: int = 400

    def column(self, name: str) -> Column:
        """The column of this id; KeyError when there is none."""
        for column in self.columns:
            if column.id == name:
                return column
        raise KeyError(f"{self.id}.{name}")


def _load(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(files(__package__).joinpath(name).read_text(encoding="utf-8"))
    return loaded


def _stream_classes() -> dict[str, type[Stream]]:
    found = (value for value in vars(streams).values() if isinstance(value, type) and issubclass(value, Stream))
    return {stream.name: stream for stream in found if stream is not Stream}


def _column(raw: Mapping[str, Any]) -> Column:
    fills = raw.get("fills", raw["id"]) or ""
    return Column(**{**raw, "fills": fills})


def _sheet(raw: Mapping[str, Any]) -> SheetLayout:
    columns = tuple(_column(column) for column in raw["columns"])
    stream = _stream_classes()[raw["stream"]]
    prefilled = frozenset(raw.get("prefilled", ()))
    return SheetLayout(**{**raw, "columns": columns, "stream": stream, "prefilled": prefilled})


def _parts(raw: Mapping[str, Mapping[str, Any]], unit: str) -> tuple[Part, ...]:
    return tuple(Part(code, {x: t[x] for x in LANGUAGES}, t.get("unit", unit)) for code, t in raw.items())


def _entries() -> dict[str, Entry]:
    loaded = _load("indicators.yaml")
    found = {}
    for name, raw in loaded["indicators"].items():
        unit = raw.get("unit", "count")
        parts = _parts(loaded["parts"][raw["parts"]], unit) if "parts" in raw else ()
        indicator = ReportedIndicator(name, {x: raw[x] for x in LANGUAGES}, unit, parts)
        kinds = loaded["parts"][raw["parts"]] if "parts" in raw else {}
        once = {code for code, one in kinds.items() if one.get("once")} | ({WHOLE} if raw.get("once") else set())
        found[name] = Entry(indicator, raw["sheet"], raw["topic"], raw.get("adds_up", True), frozenset(once))
    return found


_SHEETS_FILE = _load("sheets.yaml")
SHEETS: Mapping[str, SheetLayout] = {raw["id"]: _sheet(raw) for raw in _SHEETS_FILE["sheets"]}
INSTRUCTIONS: Texts = _SHEETS_FILE["instructions"]
RETURNED: Texts = _SHEETS_FILE["returned"]
"""Title of the sheet that a returned workbook opens with; it is not read."""
WORDS: Mapping[str, Mapping[str, Texts]] = _load("words.yaml")
MESSAGES: Mapping[str, Any] = _load("messages.yaml")
ENTRIES: Mapping[str, Entry] = _entries()
REPORTED: tuple[ReportedIndicator, ...] = tuple(entry.indicator for entry in ENTRIES.values())
"""The indicators with the package's own titles: what to pass to the writer without a catalogue."""

TOPICS: Mapping[str, tuple[str, ...]] = {
    column.id: tuple(name for name, entry in ENTRIES.items() if entry.topic == column.id)
    for column in SHEETS["periods"].columns
    if column.type == "yes_no"
}
"""Topic of the sheet of finished months -> the indicators it declares complete."""


def entry_for(indicator: ReportedIndicator) -> Entry:
    """How an indicator of the catalogue is entered; one the package does not know is a plain monthly figure.

    The catalogue may name parts that are computed and never typed: what may be typed is declared
    here, and called as reports call it. What is typed as a number and reported as a share keeps its own title.
    """
    known = ENTRIES.get(indicator.id)
    if known is None:
        return Entry(indicator, "monthly", "", once=frozenset({WHOLE}))  # nobody said that it could be added
    named = {part.code: part for part in indicator.parts}
    parts = tuple(
        replace(part, title=named[part.code].title) if _is_asked_alike(part, named.get(part.code)) else part
        for part in known.indicator.parts
    )
    return replace(known, indicator=replace(indicator, parts=parts))


def _is_asked_alike(part: Part, reported: Part | None) -> bool:
    return reported is not None and (part.unit == "share") == (reported.unit == "share")


def header(column: Column, language: str) -> str:
    """The text of a column's header in a sheet."""
    return column.title[language] + (" *" if column.required else "")


def plain_header(text: object) -> str:
    """A header as it is compared: without the mark of a required column."""
    return plain_text(text).rstrip(" *")


@cache
def codes_of_words(words: str) -> Mapping[str, str]:
    """Every language's word of a drop-down list, and the code itself, to the code."""
    found = {plain_text(code): code for code in WORDS[words]}
    for code, texts in WORDS[words].items():
        found.update((plain_text(text), code) for name, text in texts.items() if name != ALSO)
        found.update((plain_text(text), code) for text in texts.get(ALSO, ()))
    return found


def titles(texts: Texts) -> Iterator[str]:
    """The plain forms of a text in every language."""
    return (plain_text(texts[language]) for language in LANGUAGES if texts.get(language))
