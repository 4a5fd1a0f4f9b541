"""What a file format gives to be asked, what it still lacks, and what imported files make of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from collectors.base import FileFormat
from pipeline.land.files import import_file
from tests.e2e.ordinals import PERSONAL
from tests.staged import stage_whole
from town.landed import landed_tables
from town.staged import staging_modules
from town.store import TownStore
from transforms.staging import staff

Facts = dict[str, list[str]]
"""Fact -> its rows as text, sorted, people by their hashes."""
REASON_WORDS = 6


class FileCase:
    """One format ready to be asked. A subclass in `cases` is all a new format has to write here.

    `gives` is what the first of its files alone becomes: fact -> number of rows. `canaries` are texts of people that
    stand in the first file, as bytes of it or of what it packs. `named` says why the file's name matters, where it does.
    `less` makes a file say less of the same days: which of them, and what of its text becomes what; `versions` says why
    there is no such thing.
    """

    format: ClassVar[str]
    gives: ClassVar[Mapping[str, int]]
    canaries: ClassVar[tuple[str, ...]]
    named: ClassVar[str] = ""
    less: ClassVar[tuple[int, str, str] | None] = None
    versions: ClassVar[str] = ""

    def write(self, folder: Path) -> Sequence[Path]:
        """Two good files or more, which overlap where the format's files may; the first is the one that is broken."""
        raise NotImplementedError


def lacking(formats: Iterable[FileFormat], cases: Mapping[str, type[FileCase]]) -> list[str]:
    """What is still to be written, a line each."""
    names = {one.name for one in formats}
    missing = [f"{name}: a case but no format" for name in sorted(set(cases) - names)]
    for name in sorted(names):
        case = cases.get(name, FileCase)
        missing += [f"{name}: `{one}`" for one in ("gives", "canaries") if not getattr(case, one, None)]
        if case.write is FileCase.write:
            missing.append(f"{name}: `write`")
        if case.named and len(case.named.split()) < REASON_WORDS:
            missing.append(f"{name}: `named` is no reason")
        if case.less is None and len(case.versions.split()) < REASON_WORDS:
            missing.append(f"{name}: neither `less` nor why its files restate nothing (`versions`)")
    return missing


def imported(store: TownStore, paths: Iterable[Path]) -> None:
    """Import good files."""
    for path in paths:
        report = import_file(store, path)
        assert report.status == "read", (path.name, report.status, report.code, report.rejected)


def facts(store: TownStore) -> Facts:
    """What is staged from all that landed."""
    town = staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)
    who = hashes(store)
    found: Facts = {}
    for module in staging_modules():
        landed = landed_tables(store, module.STREAMS)
        if any(table.num_rows for table in landed.values()):
            for fact, table in stage_whole(module, landed, town).items():
                found.setdefault(fact, []).extend(_text(row, who) for row in table.to_pylist())
    return {fact: sorted(rows) for fact, rows in found.items() if rows}


def hashes(store: TownStore) -> dict[int, str]:
    """Ordinal -> hash of everybody a store knows: ordinals are given in the order in which people are met."""
    paths = [row.path for row in store.ledger.segments(["people"])]
    rows = store.lake.read(paths).to_pylist() if paths else []
    return {row["person"]: row["person_hash"].hex() for row in rows}


def _text(row: Mapping[str, Any], who: Mapping[int, str]) -> str:
    return str({name: who.get(value, value) if name in PERSONAL else value for name, value in row.items()})
