"""An installed package with a file source, its staging and an indicator: what a town may add without changing Kehila."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.e2e.hostile import KEHILA

BOX = '''"""The suggestion box of the town hall, emptied into a list."""

from collections.abc import Iterator
from pathlib import Path

from collectors.base import FileFormat, FileReport, FileSettings, Page, Stream
from collectors.columns import FIXED, Column
from collectors.kinds import day, text


class Note(Stream):
    """A note somebody put into the box."""

    name = "box_note"
    columns = (
        Column("note", FIXED, text, "Number on the note", key=True),
        Column("day", FIXED, day, "Local day it was found"),
    )
    facts = ("request",)


class Box(FileFormat):
    """A text with a note a line."""

    name = "suggestion_box"
    streams = (Note,)

    def recognises(self, path: Path) -> bool:
        return path.read_bytes().startswith(b"note,found")

    def pages(self, path: Path, settings: FileSettings, report: FileReport) -> Iterator[Page]:
        rows = [line.split(",") for line in path.read_text(encoding="utf-8").split()[1:]]
        report.details = {"notes": len(rows)}
        yield Page.of(Note, [{"note": note, "day": day(found)} for note, found in rows])
'''
STAGING = '''"""Notes of the suggestion box as requests."""

from datetime import UTC, datetime, time

from transforms.staging.coverage import coverage_row, month_parts
from transforms.staging.records import fact_rows, latest

SOURCE = "suggestion_box"
STREAMS = ("box_note",)


def stage(landed, town):
    rows = latest(landed, "box_note", ["note"])
    days = [row["day"] for row in rows]
    requests = [
        {"month": f"{row['day']:%Y-%m}", "space": "", "asset": "app", "request": f"box-{row['note']}",
         "opened_at": datetime.combine(row["day"], time(12), UTC), "kind": "contact"}
        for row in rows
    ]
    coverage = [coverage_row("request", part, asset="app", basis="export") for part in month_parts(zip(days, days))]
    return {"request": fact_rows("request", requests, town), "coverage": fact_rows("coverage", coverage, town)}
'''
INDICATOR = """/*
title: {he: "פתקים בתיבה", ar: "ملاحظات في الصندوق", en: "Notes in the box"}
question: {he: "כמה פתקים נמצאו?", ar: "كم ملاحظة وُجدت؟", en: "How many notes were found?"}
advice: {he: "לענות על הלוח", ar: "أجيبوا على اللوح", en: "Answer on the board"}
definition: Notes found in the suggestion box in the month.
outcome: 1
aspect: resident_authority
method: reported
unit: count
grain: [authority, month]
assets: [app]
inputs: {request: [0, 0], coverage: [0, 0]}
owner: the town itself
since: "2026-01"
revision: 1
*/
select c.authority, c.month, cast(count(r.request) as double) as value, count(r.request) as n
from covered c
left join request r on r.authority = c.authority and r.month = c.month and r.asset = 'app'
where c.fact = 'request' and c.asset = 'app'
group by c.authority, c.month
"""
CASES = """cases:
  - name: each note counts
    months: [2026-01]
    request:
      - {asset: app, space: "", repeat: 3}
    coverage:
      - {fact: request, asset: app, month: 2026-01}
    expect:
      - {month: 2026-01, value: 3.0, n: 3}
  - name: nobody emptied the box
    months: [2026-01]
    expect:
      - {month: 2026-01, value: null, status: missing}
"""
POINTS = """[kehila.collectors]
townpack = townpack

[kehila.staging]
townpack = townpack.staging

[kehila.indicators]
townpack = townpack
"""
FILES = {
    "townpack/__init__.py": '"""What the town adds."""\n',
    "townpack/box.py": BOX,
    "townpack/staging.py": STAGING,
    "townpack/app.box_notes.sql": INDICATOR,
    "townpack/app.box_notes.yaml": CASES,
    "townpack-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: townpack\nVersion: 1.0\n",
    "townpack-1.0.dist-info/entry_points.txt": POINTS,
}
NOTES = "note,found\n1,2026-10-01\n2,2026-10-05\n3,2026-10-31\n"


def installed(site: Path, other: Mapping[str, str] | None = None, name: str = "townpack") -> Path:
    """Lay the package where Python finds it as an installed one; `other` are files instead or beside."""
    for file, content in {**FILES, **(other or {})}.items():
        path = site / file.replace("townpack", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.replace("townpack", name), encoding="utf-8")
    return site


def kehila(site: Path, town: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The executable in a process of its own that finds the package."""
    command = [*KEHILA, "--config", str(town / "kehila.toml"), "--today", "2026-11-22", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
