"""What became of a file, in words for the one who imported it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.printing import visible
from texts import Language, error, text, word
from texts.cell_notes import cell_lines
from texts.values import comma, counted_in_words

if TYPE_CHECKING:
    from collectors.base import FileReport
    from collectors.remarks import Remark

MAX_REJECTED = 10
"""Rows put aside a report names one by one."""
MAX_LINES = 12
"""Places of rows that vanished a report names one by one."""


def reason(report: FileReport, language: Language) -> str:
    """Why a file was not read, or not all of it, and what to do."""
    return error(report.code, language, **report.arguments) if report.code else ""


def notes(report: FileReport, language: Language) -> list[str]:
    """What people should know of a file, and how a survey is counted beside what was imported before."""
    counted = report.details.get("counted")
    told = [remark(one, language) for one in report.notices]
    if counted is not None and counted["verdict"] != "first":
        told.append(counted_in_words(counted, language))
    return told


def remark(one: Remark, language: Language) -> str:
    """What people should know of what was read, in words."""
    return one if isinstance(one, str) else text(f"remarks.{one.code}", language, **one.arguments)


def file_lines(report: FileReport, language: Language) -> list[str]:
    """A file's report in words."""
    name = visible(Path(report.path).name)
    if report.status == "rejected":
        return [f"✗ {name}: {reason(report, language)} [{report.code}]"]
    details = report.details
    counts = [
        word("commands.imported.counts", kind, language, figure=details[kind])
        for kind in ("messages", "new_messages", "answers", "rows", "entries")
        if kind in details
    ]
    read = comma(counts, language) or text("commands.imported.read", language)
    kind = report.format if language == "en" else word("codes.sources", report.format, language)
    first = f"{'=' if report.status == 'duplicate' else '✓'} {name}: {comma([kind, read], language)}"
    if report.status == "duplicate":
        first += f" ({text('commands.imported.before', language, day=report.arguments['day'])})"
    lines = [first, *change_lines(details.get("changes", {}), language)]
    if columns := details.get("columns"):
        understood = comma((f"{letter} = {meaning}" for letter, meaning in columns.items()), language)
        lines.append(f"    {text('commands.imported.understood', language, columns=understood)}")
    lines += [f"    {text('commands.pulled.note', language, what=notice)}" for notice in notes(report, language)]
    lines += [f"    {line}" for line in [*_aside(report, language), *_doubted(report, language)]]
    if came_back := details.get("returned"):
        lines.append(f"    {text('returned.written', language, path=visible(came_back))}")
    return lines


def _aside(report: FileReport, language: Language) -> list[str]:
    """What was put aside: cell by cell where the file has cells that people mend, else row by row."""
    refused = [one for one in report.cells if one.is_refused]
    if refused:
        said = [(f"{one.sheet}!{one.address}", " ".join(cell_lines(one, language))) for one in refused]
    else:
        said = [(one.where, error(one.code, language, **one.arguments)) for one in report.rejected]
    lines = [text("commands.imported.aside", language, where=where, why=why) for where, why in said[:MAX_REJECTED]]
    if (more := len(said) - MAX_REJECTED) > 0:
        lines.append(text("commands.imported.more_aside", language, figure=more))
    return lines


def _doubted(report: FileReport, language: Language) -> list[str]:
    """What was taken and is unlikely."""
    said = [(f"{one.sheet}!{one.address}", cell_lines(one, language)) for one in report.cells if not one.is_refused]
    return [text("returned.look", language, where=where, why=" ".join(why)) for where, why in said[:MAX_REJECTED]]


def cells_json(report: FileReport, language: Language) -> list[dict[str, Any]]:
    """Notes on single cells for machines."""
    return [
        {
            "sheet": one.sheet, "cell": one.address, "code": one.what.code, "is_refused": one.is_refused,
            "message": " ".join(cell_lines(one, language)), "meant": list(one.meant),
        }
        for one in report.cells
    ]  # fmt: skip


def change_lines(changes: dict[str, Any], language: Language) -> list[str]:
    """What a workbook changed of what stood, in words."""
    if not changes:
        return []
    moved = Counter((one["old"], one["new"]) for one in changes["moved"])
    told = {"added": changes["added"], "changed": changes["changed"], "moved": moved.total()}
    lines = [text("commands.imported.changes", language, **told)]
    lines += [
        text("commands.imported.moved", language, old=old or "-", new=new or "-", figure=count)
        for (old, new), count in sorted(moved.items())
        if old != new
    ]
    for way in ("vanished", "withdrawn"):
        gone = changes[way]
        for one in gone[:MAX_LINES]:
            headlines = f" ({comma(one['headlines'], language)})" if one["headlines"] else ""
            said = {"sheet": one["sheet"], "period": one["month"], "figure": one["rows"], "headlines": headlines}
            lines.append(text(f"commands.imported.{way}", language, **said))
        if (more := len(gone) - MAX_LINES) > 0:
            lines.append(text("commands.imported.more", language, figure=more))
    if changes["vanished"]:
        lines.append(text("commands.imported.still_stand", language))
    return [f"    {line}" for line in lines]
