"""Importing files people hand over: recognise, read, land; or put aside with a reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from collectors.base import FileFormat, FileReport, FileSettings, Page, Rejected, file_formats
from collectors.errors import CollectorError, RejectFile
from collectors.foreign.recognition import ForeignFile, foreign_file
from collectors.mapping_file import files_of, is_mapping, mapped_format
from collectors.tabular import read_sheets
from pipeline.events import landed as tell_landed
from pipeline.land.file_report import CHAT, add_what_changed, counted_as_text
from pipeline.land.returned import STAFF_WORKBOOK, hand_back, past_figures, words_of_reports
from pipeline.land.sealed import laid_out, packed
from pipeline.land.superseded import close_superseded
from pipeline.land.waves import answers_that_may_land
from town.config import Config
from town.store import TownStore
from transforms.questionnaire import questionnaire
from transforms.staging.staff_versions import VERSION
from warehouse.calendar import day_in
from warehouse.identity import say_landings
from warehouse.landing import Landing, quarantine_rows
from warehouse.locks import landing

SEALED_BYTES = 64 << 20
"""A file up to this size that could not be taken whole is kept sealed, so that it can be replayed."""

SKIPPED_NAMES = ("~$", ".", "__MACOSX")


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """The files named, and those in the folders named, in a stable order; office lock files are left out.

    A mapping stands for the tables it lies beside; each file is given once.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file())
            found |= dict.fromkeys(p for p in inside if not p.name.startswith(SKIPPED_NAMES) and p.suffix != ".yaml")
        else:
            found |= dict.fromkeys((is_mapping(path) and files_of(path)) or [path])
    yield from found


def format_of(path: Path, formats: Iterable[FileFormat]) -> FileFormat:
    """The reader that knows this file by its content.

    Raises RejectFile when none does: ForeignFile where it is known to be another programme's.
    """
    if not path.is_file():  # a pipe or a device would be waited for without end
        raise RejectFile("no_file")
    try:
        with path.open("rb") as stream:
            is_empty = not stream.read(1)
    except OSError as problem:
        raise RejectFile("unreadable", why=os.strerror(problem.errno or 0)) from None
    if is_empty:
        raise RejectFile("empty")
    if is_mapping(path):
        raise RejectFile("mapping_alone")
    told = mapped_format(path)
    for one in sorted(formats, key=lambda one: one.name != told):  # a mapping beside it says whose the file is
        if one.recognises(path):
            return one
    if code := foreign_file(path):
        raise ForeignFile(code)
    _refuse_by_cause(path)
    raise RejectFile("unknown_format")


def _refuse_by_cause(path: Path) -> None:
    """Nobody knows a locked or damaged file: say that it is locked, not that it is a stranger.

    Empty is what has no line, or the headers of a table and no line below them; a line of prose is a stranger.
    """
    try:
        sheets = read_sheets(path, first_rows=2, may_be_empty=True)
    except RejectFile as problem:
        with path.open("rb") as stream:
            is_binary = b"\0" in stream.read(4096)
        if problem.code == "not_a_table" or (problem.code == "encoding_unknown" and is_binary):
            return
        raise
    lines = [row for sheet in sheets for row in sheet.rows]
    if len(lines) < 2 and all(len(row.cells) > 1 for row in lines):
        raise RejectFile("empty")


def settings_for(store: TownStore, file_format: FileFormat) -> FileSettings:
    """Settings of a reader from the configuration's section for its format."""
    is_staffs = file_format.name == STAFF_WORKBOOK
    return FileSettings(
        store.authority.timezone,
        store.keys.derive("place"),
        store.config.options(file_format.Settings.section),
        reader_options(),
        authority=store.authority.code,
        named=store.config.label,
        today=store.today,
        past=past_figures(store) if is_staffs else {},
    )


def reader_options() -> dict[str, Any]:
    """What readers of files are told of the catalogue and of what residents are asked."""
    return {**questionnaire().reader_options(), "reported": words_of_reports()}


def look_at(path: Path, config: Config | None, authority: str | None = None, today: date | None = None) -> FileReport:
    """Read a file and report, landing nothing and needing no configuration (`--dry-run`).

    Where there is a configuration it is read as this `authority` would, or the only one, on `today` where it is not the
    day it is. Raises ConfigProblem.
    """
    town = config.the_authority(authority) if config else None
    report = FileReport(str(path))
    try:
        file_format = format_of(path, file_formats())
        report.format = file_format.name
        settings = FileSettings(reader_options=reader_options())
        if config and town:
            settings = replace(
                settings,
                timezone=town.timezone,
                options=config.options(file_format.Settings.section),
                authority=town.code,
                named=config.label,
            )
        today = today or day_in(settings.timezone)
        for _page in file_format.pages(path, replace(settings, today=today), report):
            pass
    except CollectorError as problem:
        refuse(report, problem)
    return report


def refuse(report: FileReport, problem: CollectorError) -> None:
    """Mark a report as rejected with the problem's code and arguments."""
    report.status, report.code, report.arguments = "rejected", problem.code, problem.arguments


def import_file(
    store: TownStore, path: Path, *, replay: bool = False, again: bool = False, withdraw: bool = False
) -> FileReport:
    """Land one file, or put it in quarantine; gives what was read, its `status` says read, partial or rejected.

    A file that cannot be read raises nothing: its report holds the reason. The same content, with the same mapping
    beside it, lands nothing the second time, unless `replay` has it read again because the code that reads it has
    changed, or `again` makes it the newest. With `withdraw` entries of the staff workbook's earlier version that it
    holds no more are missing from now on; a workbook imported before is then imported again. Of other files nothing can
    be withdrawn, and it says nothing.
    """
    report = FileReport(str(path))
    ledger = store.ledger
    file_format: FileFormat | None = None
    is_foreign = False
    try:
        file_format = format_of(path, file_formats())
        report.format = file_format.name
    except CollectorError as problem:
        refuse(report, problem)
        if problem.code in ("no_file", "unreadable", "mapping_alone"):
            return report
        is_foreign = isinstance(problem, ForeignFile)
    fingerprint = store.import_fingerprint(path)
    if file_format is None:
        return _put_aside(store, path, report, fingerprint, is_foreign=is_foreign)
    known = ledger.file_imported(fingerprint)
    # A message is itself whenever it comes: there is no newest export of a chat.
    withdraw = withdraw and VERSION in {one.name for one in file_format.streams}
    may_repeat = replay or withdraw or (again and file_format.name != CHAT)
    if known is not None and not may_repeat:
        _again(store, file_format, path, report, known)
        hand_back(store, path, report)
        return report
    run = ledger.begin_run("import")
    settings = replace(
        settings_for(store, file_format),
        fingerprint=fingerprint,
        is_again=known is not None and not replay,
        is_withdrawing=withdraw,
    )
    vault, name = _sealed_place(store, path)
    chosen = file_format
    is_kept = path.stat().st_size <= SEALED_BYTES

    def read() -> Iterator[Page]:
        report.rejected.clear()
        report.notices.clear()
        yield from answers_that_may_land(store, chosen.pages(path, settings, report), run)
        if report.rejected and is_kept:
            store.lake.write_bytes(vault, name, store.keys.seal(packed(path)))

    try:
        landed = Landing(ledger, store.lake, store.keys).land(
            run,
            read,
            source=file_format.name,
            rejected=lambda: report.rejected,
            sealed_path=f"{vault}/{name}" if is_kept else "",
            file={"fingerprint": fingerprint, "format": file_format.name},
            file_status=lambda: "partial" if report.rejected else "read",
        )
    except CollectorError as problem:
        refuse(report, problem)
        ledger.end_run(run, "failed", problem.code)
        return _put_aside(store, path, report, fingerprint)
    aside = len(report.rejected)
    tell_landed(store.authority.code, [one.name for one in file_format.streams] if landed else [])
    add_what_changed(store, file_format, run, landed, report)
    note = counted_as_text(report)
    ledger.end_run(run, "done", note, received=landed + aside, loaded=landed, quarantined=aside)
    if is_kept and not replay:  # what was refused of this file before, with another mapping, is settled
        sealed = f"{vault}/{name}"
        ledger.resolve_quarantine(sealed, _items(store, report.format, report.rejected, sealed), is_tried=False)
    close_superseded(store, [one.name for one in file_format.streams])
    if not replay:
        hand_back(store, path, report)
    return report


def _again(store: TownStore, file_format: FileFormat, path: Path, report: FileReport, known: datetime) -> None:
    """Fill the report of a file imported before: read once more to say what it holds, landing nothing."""
    settings = settings_for(store, file_format)
    try:
        for _page in file_format.pages(path, settings, report):
            pass
    except CollectorError as problem:  # the settings changed since: what was landed then stays
        refuse(report, problem)
        return
    report.status, report.code = "duplicate", "already_imported"
    report.arguments = {"day": known.astimezone(ZoneInfo(store.authority.timezone)).date().isoformat()}
    if file_format.name == CHAT:
        report.details["new_messages"] = 0


def _put_aside(
    store: TownStore, path: Path, report: FileReport, fingerprint: str, *, is_foreign: bool = False
) -> FileReport:
    """Keep a refused file sealed, with its reason, where `kehila quarantine` finds it.

    Of a foreign file the reason alone is kept: nothing of ours will ever read it, and it may hold anything of anybody.
    """
    sealed = ""
    if not is_foreign and 0 < path.stat().st_size <= SEALED_BYTES:
        sealed = "/".join(_sealed_place(store, path))
    whole = _whole(report, store.file_fingerprint(path))
    rows = quarantine_rows(store.authority.code, "", report.format, [whole], store.keys, sealed)
    row = {"fingerprint": fingerprint, "format": report.format, "status": "rejected", "run": ""}
    with landing(store.engine):
        if sealed:
            store.lake.write_bytes(*_sealed_place(store, path), store.keys.seal(packed(path)))
        store.ledger.add_to_quarantine(rows, row)
    say_landings(store.engine, store.lake)
    return report


def _sealed_place(store: TownStore, path: Path) -> tuple[str, str]:
    """Where in the lake a file is sealed: by its content alone, so that it is one file whatever mapping it has."""
    return f"vault/{store.authority.code}", f"{store.file_fingerprint(path)[:32]}.sealed"


def _items(store: TownStore, source: str, rejected: Iterable[Rejected], sealed: str) -> list[str]:
    """The items of the quarantine that stand for what was put aside of a sealed file."""
    return [row["item"] for row in quarantine_rows(store.authority.code, "", source, rejected, store.keys, sealed)]


def _whole(report: FileReport, fingerprint: str) -> Rejected:
    """The quarantine's item for a file refused as a whole."""
    return Rejected("file", report.code, report.arguments, fingerprint.encode())


def replay_file(store: TownStore, sealed: str, content: bytes) -> list[str]:
    """Read a sealed file again; gives the items that are still open.

    The plain bytes lie in memory, and only while they are read.
    """
    with laid_out(store, content) as path:
        report = import_file(store, path, replay=True)
        rejected = report.rejected
        if report.status == "rejected":  # perhaps for another reason than before: the old one is settled then
            rejected = [_whole(report, store.file_fingerprint(path))]
    return _items(store, report.format, rejected, sealed)
