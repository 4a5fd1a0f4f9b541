"""The hidden sheet `_kehila`: what a workbook knows of itself, written by the generator and read back.

Columns A to F hold records: kind, code, Hebrew, Arabic, English, unit. From column H on stand the
drop-down lists, which only Excel reads. The texts of the indicators are kept here because the
catalogue may word them differently by the time the workbook comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collectors.staff_workbook.layout import (
    ENTRIES,
    HIDDEN_SHEET,
    LANGUAGES,
    LAYOUT_VERSION,
    Entry,
    Part,
    ReportedIndicator,
    Texts,
    entry_for,
    titles,
)
from collectors.tabular import CellError, Sheet, as_text, plain_text

Record = tuple[str, ...]
FIRST_LIST_COLUMN = 7


@dataclass
class Contents:
    """What the hidden sheet says: who the workbook is for, in which words, about which places."""

    authority: str = ""
    language: str = "he"
    version: int = LAYOUT_VERSION
    months: list[str] = field(default_factory=list)
    spaces: dict[str, str] = field(default_factory=dict)  # code -> title
    entries: dict[str, Entry] = field(default_factory=lambda: dict(ENTRIES))
    linked: dict[str, str] = field(default_factory=dict)  # plain title of any indicator -> its id
    linked_units: dict[str, str] = field(default_factory=dict)  # id of any indicator -> the unit of its headline
    linked_titles: list[Texts] = field(default_factory=list)
    reported: Mapping[tuple[str, str], Texts] = field(default_factory=dict)
    """(indicator, part or '') -> what reports call it now, whatever the workbook calls it."""

    def indicators_of(self, sheet: str) -> Mapping[str, str]:
        """Plain title or id -> id, of the indicators entered on a sheet."""
        found: dict[str, str] = {}
        for name, entry in self.entries.items():
            if entry.sheet == sheet:
                # The package's own titles, and those of reports, stay readable beside the workbook's.
                own = ENTRIES[name].indicator.title if name in ENTRIES else {}
                now = self.reported.get((name, ""), {})
                for title in (*titles(entry.indicator.title), *titles(own), *titles(now)):
                    found.setdefault(title, name)
        found.update({plain_text(name): name for name, entry in self.entries.items() if entry.sheet == sheet})
        return found

    def parts_of(self, indicator: str) -> Mapping[str, str]:
        """Plain title or code -> code, of the parts of an indicator."""
        found: dict[str, str] = {}
        own = ENTRIES[indicator].indicator.parts if indicator in ENTRIES else ()
        for part in (*own, *self.entries[indicator].indicator.parts):
            found.update(dict.fromkeys((*titles(part.title), plain_text(part.code)), part.code))
        for part in self.entries[indicator].indicator.parts:
            for title in titles(self.reported.get((indicator, part.code), {})):
                found.setdefault(title, part.code)
        return found


def records(
    authority: str,
    language: str,
    months: Sequence[str],
    entries: Sequence[Entry],
    linked: Sequence[ReportedIndicator],
    spaces: Mapping[str, str],
) -> Iterator[Record]:
    """The records of the hidden sheet, first the ones that tell what it is."""
    yield ("record", "code", *LANGUAGES, "unit")
    yield ("layout", str(LAYOUT_VERSION))
    yield ("authority", authority)
    yield ("language", language)
    for month in months:
        yield ("month", month)
    for code, title in spaces.items():
        yield ("space", code, title)
    for entry in entries:
        yield ("indicator", entry.indicator.id, *_texts(entry.indicator.title), entry.indicator.unit)
        for part in entry.indicator.parts:
            yield ("part", f"{entry.indicator.id}/{part.code}", *_texts(part.title), part.unit)
    for indicator in linked:
        yield ("linked", indicator.id, *_texts(indicator.title), indicator.unit)


def _texts(title: Mapping[str, str]) -> Iterator[str]:
    return (title.get(language, "") for language in LANGUAGES)


def contents_of(sheets: Sequence[Sheet]) -> Contents:
    """What the hidden sheet among these says; a record that makes no sense is passed over."""
    found = Contents()
    parts: dict[str, list[Part]] = {}
    indicators: dict[str, ReportedIndicator] = {}
    for sheet in sheets:
        if sheet.name != HIDDEN_SHEET:
            continue
        for row in sheet.rows:
            try:
                kind, code, *texts = ((as_text(row.cell(place)) or "") for place in range(6))
            except CellError:
                continue
            title = {language: text for language, text in zip(LANGUAGES, texts, strict=False) if text}
            match kind:
                case "layout":
                    found.version = int(code) if code.isascii() and code.isdigit() else found.version
                case "authority":
                    found.authority = code
                case "language" if code in LANGUAGES:
                    found.language = code
                case "month":
                    found.months.append(code)
                case "space":
                    found.spaces[code] = texts[0]
                case "indicator" if len(title) == len(LANGUAGES):
                    indicators[code] = ReportedIndicator(code, title, texts[3])
                case "part" if len(title) == len(LANGUAGES):
                    name, _, part = code.partition("/")
                    parts.setdefault(name, []).append(Part(part, title, texts[3]))
                case "linked":
                    found.linked.update(dict.fromkeys(titles(title), code))
                    found.linked_units[code] = texts[3]
                    found.linked_titles.append(title)
    for name, indicator in indicators.items():
        whole = ReportedIndicator(name, indicator.title, indicator.unit, tuple(parts.get(name, ())))
        found.entries[name] = entry_for(whole)
    return found
