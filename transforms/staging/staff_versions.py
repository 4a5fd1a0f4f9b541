"""What stands of all staff workbooks that were imported: each is a version of an earlier one, or speaks for itself.

A workbook says of a key (month, indicator, part, subject, place) all it has to say, in one row or in several; what an
earlier one said of the key is replaced. It is a newer version of the workbook it has most keys in common with. Then

    moved      a key it says no more and a row it newly says, equal but for one column: one entry, corrected
    vanished   a key it says no more: it stands until somebody withdraws it, by importing with that wish
    withdrawn  missing again, never zero; only on sheets that were read whole

What was sent in the web form says of which part of the form it is (`book`), and is a version of what was sent of that
part before, never of a file: what it holds no more was taken out there, and is withdrawn.

A file imported again on request brings back what stood after it was imported before. Kept is nothing but what
landed: all of it is found anew from the landed rows, whatever their order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

import pyarrow as pa

from transforms.staging.records import Row, landed_rows
from transforms.staging.staff_moves import NO_CONTENT, content, month_said, moves

KEYS: Mapping[str, tuple[str, ...]] = {
    "staff_space": ("space",),
    "staff_member": ("chat_name", "phone", "email", "from_day"),
    "staff_report": ("month", "indicator", "part", "subject", "space", "occurrence"),
    "staff_follow_up": ("month", "indicator"),
    "staff_publication": ("publication",),
    "staff_membership": ("month", "space"),
    "staff_event": ("event",),
    "staff_asset": ("asset",),
    "staff_period": ("month", "topic"),
    "staff_version": ("fingerprint",),
}
VERSION = "staff_version"
ENTRIES = ("staff_report", "staff_follow_up", "staff_publication", "staff_membership")
"""Streams by whose keys a newer version is known: lists of places and people are the same in every copy."""

SHEETS: Mapping[str, str] = {
    "staff_space": "spaces", "staff_member": "staff", "staff_follow_up": "follow_up",
    "staff_publication": "publications",
    "staff_membership": "members", "staff_event": "events", "staff_asset": "assets", "staff_period": "periods",
}  # fmt: skip
"""Stream -> its sheet, where it has only one."""

Place = tuple[Any, ...]
"""A stream, and the values of its key: what rows are about."""


@dataclass
class Changes:
    """What a workbook changed of what stood: rows added, changed and moved; those that vanished or were withdrawn."""

    added: int = 0
    changed: int = 0
    moved: list[tuple[Row, Row]] = field(default_factory=list)
    vanished: list[tuple[str, Row]] = field(default_factory=list)  # stream and row
    withdrawn: list[tuple[str, Row]] = field(default_factory=list)


@dataclass(frozen=True)
class _Said:
    """The rows of a place, and the number of the version that said them."""

    rows: tuple[Row, ...]
    version: int


@dataclass
class _Version:
    batch: str
    number: int
    places: dict[Place, tuple[Row, ...]]
    fingerprint: str = ""
    is_again: bool = False
    is_withdrawing: bool = False
    sheets: frozenset[str] = frozenset()
    book: str = ""

    def entries(self) -> set[Place]:
        """What it is known by."""
        return {place for place in self.places if place[0] in ENTRIES} or set(self.places)


@dataclass
class _Line:
    """A workbook through its versions: the last one, and what stands of all of them."""

    last: _Version
    standing: dict[Place, _Said] = field(default_factory=dict)
    book: str = ""


@dataclass(frozen=True)
class _Kept:
    """A workbook as it was after one of its versions."""

    version: _Version
    line: _Line
    standing: dict[Place, _Said]
    last: _Version


@dataclass
class Workbooks:
    """All versions put together: `standing` rows by stream, and the changes of each import by its run."""

    standing: dict[str, list[Row]]
    changes: dict[str, Changes]
    versions: list[tuple[str, int, frozenset[str]]]  # of each version of a file in order: run, workbook, sheets


def workbooks(landed: Mapping[str, pa.Table]) -> Workbooks:
    """What stands, and how each import changed it."""
    lines: list[_Line] = []
    kept: list[_Kept] = []
    changes: dict[str, Changes] = {}
    for version in _versions(landed):
        before = _same(version, kept) if version.is_again else None
        line = before.line if before else _line_of(version, lines)
        changes[version.batch] = _take(version, line, before)
        if not any(line is one for one in lines):
            lines.append(line)
        kept.append(_Kept(version, line, dict(line.standing), line.last))
    latest: dict[Place, _Said] = {}
    for line in lines:
        for place, said in line.standing.items():
            if place not in latest or said.version > latest[place].version:
                latest[place] = said
    standing: dict[str, list[Row]] = {stream: [] for stream in KEYS}
    for place, said in sorted(latest.items(), key=lambda item: _sortable(item[0])):
        standing[place[0]].append(_together(said.rows))
    numbers = {id(line): number for number, line in enumerate(lines)}
    files = [one for one in kept if not one.line.book]
    versions = [(one.version.batch, numbers[id(one.line)], _sheets_read(one.version)) for one in files]
    return Workbooks(standing, changes, versions)


def _sheets_read(version: _Version) -> frozenset[str]:
    """The sheets read whole, and those of which a row at least was."""
    return version.sheets | {sheet_of(place[0], rows[-1]) for place, rows in version.places.items()}


def sheet_of(stream: str, row: Row) -> str:
    """The sheet a row stood on; rows landed before sheets were told are of the monthly one."""
    return SHEETS.get(stream) or row.get("sheet") or "monthly"


def _versions(landed: Mapping[str, pa.Table]) -> Iterator[_Version]:
    """The imports in their order. A file that was only read again, from quarantine, takes the place it had."""
    batches: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    earlier: dict[str, set[str]] = {}
    for stream in KEYS:
        orders: dict[str, int] = {}
        for row in landed_rows(landed, stream):
            batch = row.get("batch") or row["segment"]
            batches[batch][stream].append(row)
            orders[batch] = max(row["landed_order"], orders.get(batch, 0))
        before = ""
        for batch in sorted(orders, key=lambda one: (orders[one], one)):
            earlier.setdefault(batch, set()).update({before} - {""})
            before = batch
    order = TopologicalSorter({batch: sorted(earlier[batch]) for batch in sorted(earlier)}).static_order()
    found: list[_Version] = []
    for number, batch in enumerate(order):
        own = _version(batch, number, batches[batch])
        replayed = next((one for one in found if own.fingerprint and one.fingerprint == own.fingerprint), None)
        if replayed is not None and not own.is_again:
            replayed.places, replayed.sheets, replayed.batch = own.places, own.sheets, own.batch
        else:
            found.append(own)
    yield from found


def _version(batch: str, number: int, streams: Mapping[str, list[Row]]) -> _Version:
    rows: dict[Place, dict[int, Row]] = defaultdict(dict)
    for stream, found in streams.items():
        names = [name for name in KEYS[stream] if name != "occurrence"]
        for row in () if stream == VERSION else found:
            same = rows[(stream, *(row[name] for name in names))]
            place = row.get("occurrence") or 1
            if place not in same or _later(row) > _later(same[place]):
                same[place] = row
    places = {place: tuple(same[one] for one in sorted(same)) for place, same in rows.items()}
    version = _Version(batch, number, places)
    for row in streams.get(VERSION, []):
        version.fingerprint, version.sheets = row["fingerprint"] or "", frozenset(row["sheets"] or ())
        version.is_again, version.is_withdrawing = bool(row["is_again"]), bool(row["is_withdrawing"])
        version.book = row.get("book") or ""  # rows landed before there was a form do not say
    return version


def _later(row: Row) -> tuple[Any, ...]:
    return row["landed_order"], row["segment"], repr(sorted(row.items(), key=lambda item: item[0]))


def _same(version: _Version, kept: list[_Kept]) -> _Kept | None:
    """The last import of the same file; of files landed before versions were told, the one with the same rows."""
    for one in reversed(kept):
        known = one.version.fingerprint
        if known == version.fingerprint if known else _contents(one.version) == _contents(version):
            return one
    return None


def _contents(version: _Version) -> dict[Place, list[Any]]:
    return {place: [content(row) for row in rows] for place, rows in version.places.items()}


def _line_of(version: _Version, lines: list[_Line]) -> _Line:
    """The workbook this is a version of: the one it has most keys in common with, else one of its own.

    One without any entry may be any that shares a place or person of its lists, or any at all where it has none left:
    it is a version of it where there is but one such.
    """
    if version.book:
        new = _Line(_Version("", -1, {}), book=version.book)
        return next((line for line in lines if line.book == version.book), new)
    lines = [line for line in lines if not line.book]
    own = version.entries()
    if not any(place[0] in ENTRIES for place in own):
        alike = [line for line in lines if own & set(line.last.places) or not own]
        bare = [line for line in alike if not any(place[0] in ENTRIES for place in line.standing)]
        if len(alike) == 1 or len(bare) == 1:
            return (bare or alike)[0]
    shared = [(len(own & line.last.entries()), line.last.number, line) for line in lines]
    count, _, line = max(shared, key=lambda one: one[:2], default=(0, 0, None))
    return line if count and line is not None else _Line(_Version("", -1, {}))


def _take(version: _Version, line: _Line, restored: _Kept | None) -> Changes:
    """Let a version say what it says, from where it stood when the same file was imported before (`restored`)."""
    done = Changes()
    before = dict(line.standing)
    if restored is not None:
        line.standing, line.last = dict(restored.standing), restored.last
        gone = [place for place in before if place not in restored.standing]
        done.withdrawn = [(place[0], row) for place in gone for row in before[place].rows]
    new: list[tuple[Place, Row]] = []
    lost: set[Place] = set()
    for place, rows in version.places.items():
        fresh, has_lost = _differing(rows, before[place].rows if place in before else ())
        if has_lost:
            lost.add(place)
        new += [(place, row) for row in fresh]
        line.standing[place] = _Said(rows, version.number)
    is_newer = bool(version.book) or _continues(version, line.last)
    corrected = _move(version, line, new, done) if restored is None and is_newer and not version.book else set()
    done.added = sum(place not in before and number not in corrected for number, (place, _) in enumerate(new))
    grown = {place for number, (place, _) in enumerate(new) if place in before and number not in corrected}
    done.changed = len(grown | lost)
    for place in [place for place in line.standing if place not in version.places]:
        rows = line.standing[place].rows
        if version.is_withdrawing and sheet_of(place[0], rows[-1]) in version.sheets:
            del line.standing[place]
            done.withdrawn += [(place[0], row) for row in rows]
        else:
            done.vanished += [(place[0], row) for row in rows]
    if line.last.number < 0 or is_newer:
        line.last = version
    return done


def _differing(rows: tuple[Row, ...], before: tuple[Row, ...]) -> tuple[list[Row], bool]:
    """Rows of a place that were not said before, and whether one said before is there no more."""
    if len(rows) == len(before) == 1:  # as nearly all are; to compare costs less than to count
        now, then = rows[0], before[0]
        is_same = all(now[name] == then[name] for name in now if name not in NO_CONTENT)
        return ([], False) if is_same else ([now], True)
    known = Counter(map(content, before))
    fresh = []
    for row in rows:
        known[content(row)] -= 1
        if known[content(row)] < 0:
            fresh.append(row)
    return fresh, any(count > 0 for count in known.values())


def _continues(version: _Version, last: _Version) -> bool:
    """Whether it is a whole newer version: a copy with a part of it, or a few rows more, corrects but moves nothing."""
    return 2 * len(version.entries() & last.entries()) >= len(last.entries())


def _move(version: _Version, line: _Line, new: list[tuple[Place, Row]], done: Changes) -> set[int]:
    """Take away rows of the last version that stand elsewhere in `new`; gives where there."""
    gone = [
        (place, row) for place, said in line.standing.items() for row in said.rows
        if place not in version.places and place in line.last.places
    ]  # fmt: skip
    if not gone:
        return set()
    months = {stream: (min(_months(version, stream)), max(_months(line.last, stream))) for stream in KEYS}
    said, says = [(place[0], row) for place, row in gone], [(place[0], row) for place, row in new]
    found = moves(said, says, months)
    for number, other in found:
        place, row = gone[number]
        rest = [one for one in line.standing[place].rows if one is not row]
        if rest:
            line.standing[place] = _Said(tuple(rest), line.standing[place].version)
        else:
            del line.standing[place]
        done.moved.append((row, new[other][1]))
    return {other for _, other in found}


def _months(version: _Version, stream: str) -> list[str]:
    found = [month_said(row) for place, rows in version.places.items() if place[0] == stream for row in rows]
    return found or [""]


def _together(rows: tuple[Row, ...]) -> Row:
    """Several rows of one key as one: figures of which both count (the reader lets no others through) add up."""
    last = rows[-1]
    if len(rows) == 1:
        return last
    return {**last, "amount": sum(row["amount"] for row in rows), "has_evidence": any(r["has_evidence"] for r in rows)}


def _sortable(place: Place) -> tuple[Any, ...]:
    return (place[0], *((value is not None, value if value is not None else "") for value in place[1:]))
