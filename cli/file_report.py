"""What became of a file, in words for the one who imported it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import texts
from cli.printing import visible
from texts.values import counted_in_words

if TYPE_CHECKING:
    from collectors.base import FileReport
    from collectors.remarks import Remark

MAX_LINES = 12
"""Places of rows that vanished a report names one by one."""


def reason(report: FileReport) -> str:
    """Why a file was not read, or not all of it, and what to do."""
    return texts.error(report.code, "en", **report.arguments) if report.code else ""


def notes(report: FileReport) -> list[str]:
    """What people should know of a file, and how a survey is counted beside what was imported before."""
    counted = report.details.get("counted")
    told = [remark(one) for one in report.notices]
    if counted is not None and counted["verdict"] != "first":
        told.append(counted_in_words(counted, "en"))
    return told


def remark(one: Remark) -> str:
    """What people should know of what was read, in words."""
    return one if isinstance(one, str) else texts.text(f"remarks.{one.code}", "en", **one.arguments)


def file_lines(report: FileReport) -> list[str]:
    """A file's report in words."""
    name = visible(Path(report.path).name)
    if report.status == "rejected":
        return [f"✗ {name}: {reason(report)} [{report.code}]"]
    details = report.details
    counts = [
        f"{details[k]:,} {k.replace('_', ' ')}"
        for k in ("messages", "new_messages", "answers", "rows", "entries")
        if k in details
    ]
    first = f"{'=' if report.status == 'duplicate' else '✓'} {name}: {report.format}, {', '.join(counts) or 'read'}"
    if report.status == "duplicate":
        day = report.arguments["day"]
        first += f" (imported before on {day}; nothing new. Use --again to make it the newest)"
    lines = [first, *change_lines(details.get("changes", {}))]
    if columns := details.get("columns"):
        lines.append("    understood: " + ", ".join(f"{letter} = {meaning}" for letter, meaning in columns.items()))
    lines += [f"    note: {notice}" for notice in notes(report)]
    lines += [
        f"    put aside: {one.where}: {texts.error(one.code, 'en', **one.arguments)}" for one in report.rejected[:10]
    ]
    if len(report.rejected) > 10:
        lines.append(f"    and {len(report.rejected) - 10} more: kehila quarantine list")
    return lines


def change_lines(changes: dict[str, Any]) -> list[str]:
    """What a workbook changed of what stood, in words."""
    if not changes:
        return []
    moved = Counter((one["old"], one["new"]) for one in changes["moved"])
    lines = [f"    {changes['added']} rows added, {changes['changed']} changed, {moved.total()} moved"]
    lines += [
        f"    moved: {old or '-'} to {new or '-'}: {count}" for (old, new), count in sorted(moved.items()) if old != new
    ]
    for word in ("vanished", "withdrawn"):
        gone = changes[word]
        for one in gone[:MAX_LINES]:
            affected = f" ({', '.join(one['headlines'])})" if one["headlines"] else ""
            lines.append(f"    {word}: {one['sheet']} {one['month']}: {one['rows']} rows{affected}")
        if len(gone) > MAX_LINES:
            lines.append(f"    and {len(gone) - MAX_LINES} more; all of them with --json")
    if changes["vanished"]:
        lines.append(
            "    these rows stand although the workbook holds them no more; import it with --withdraw to end that"
        )
    return lines
