"""Makers of files nobody should have to receive, the store they are given to, and what it holds before and after."""

from __future__ import annotations

import csv
import io
import random
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from collectors.base import FileReport
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e.towns import opened
from tests.said import said
from town.landed import landed_tables
from town.store import TownStore
from warehouse.keys import new_key_file
from warehouse.store import canonical_dump

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONFIG = '[[authority]]\ncode = "T1"\nname_he = "עיר"\n'
SURVEY_HEAD = ["חותמת זמן", "trust_1", "trust_2"]
SURVEY = [SURVEY_HEAD, *[[f"2026-10-{d:02d} 10:00", str(1 + d % 5), str(1 + (d + 2) % 5)] for d in range(1, 26)]]
GROUP_HEAD = ["Date", "Total Members", "Posts", "Comments"]
GROUP = [GROUP_HEAD, *[[f"2026-10-{d:02d}", str(500 + d), "3", "12"] for d in range(1, 29)]]
NEWS = {"space": "news", "title": "עדכונים", "asset": "whatsapp", "kind": "broadcast", "operated_by": "authority"}
ENTRY = {"month": "2026-10", "indicator": "facebook.initiatives", "part": "culture", "amount": 2}
KEHILA = (sys.executable, "-c", "from cli.main import main; main()")
"""The executable, without depending on where the scripts of this environment lie."""


def chat(days: Iterable[int] = range(14, 28), month: int = 10, *, name: str = "דנה") -> str:
    """A small chat whose dates can only be read day first; each day has a question and two answers."""
    lines = []
    for day in days:
        for minute, who in ((0, name), (4, "אורי"), (9, "רות")):
            lines.append(f"{day}.{month}.2026, 09:{minute:02d} - {who}: הודעה {day} {minute}")
    return "\n".join(lines) + "\n"


def town(folder: Path, config: str = "") -> TownStore:
    """An empty town."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kehila.toml").write_text(CONFIG + config, encoding="utf-8")
    if not (folder / "keys" / "root.key").exists():
        new_key_file(folder / "keys" / "root.key")
    return opened(folder)


def stocked(folder: Path) -> TownStore:
    """A town with one good file of each kind imported: what a hostile file must leave as it is."""
    store = town(folder)
    files = folder / "files"
    files.mkdir()
    (files / "WhatsApp Chat with Garden.txt").write_text(chat(), encoding="utf-8")
    table(files / "survey.csv", SURVEY)
    table(files / "neighbours.csv", GROUP)
    write_staff_workbook(files / "staff.xlsx", months=["2026-10"], entries={"spaces": [NEWS], "monthly": [ENTRY]})
    for path in sorted(files.iterdir()):
        assert import_file(store, path).status == "read", path.name
    return store


def refreshed(folder: Path) -> None:
    """Build a town with a file of each kind and a chat of September, after a refresh."""
    store = stocked(folder)
    path = folder / "WhatsApp Chat with Older.txt"
    path.write_text(chat(month=9), encoding="utf-8")
    assert import_file(store, path).status == "read"
    refresh(store)
    store.engine.dispose()


def content(store: TownStore) -> tuple[Any, ...]:
    """All the ledger and the warehouse hold to be true: a refused file must not change any of it."""
    segments = [tuple(row) for row in store.ledger.segments(store.ledger.streams())]
    partitions = [tuple(row) for row in store.ledger.partitions()]
    return segments, partitions, list(canonical_dump(store.engine))


def refused(store: TownStore, path: Path) -> FileReport:
    """Import a file that must be refused: kept apart, told with a remedy, and nothing else has changed."""
    before, outside = content(store), tree(store.config.base.parent, without=store.config.base)
    report = import_file(store, path)
    assert report.status == "rejected", (report.status, report.details)
    assert report.code and len(said(report).split()) >= 5, report
    assert content(store) == before
    assert tree(store.config.base.parent, without=store.config.base) == outside
    return report


def code_of(store: TownStore, path: Path) -> str:
    """The code a file that must be refused is refused with."""
    return refused(store, path).code


def rows(store: TownStore, stream: str) -> list[dict[str, object]]:
    """Rows of the file landed last."""
    landed = landed_tables(store, [stream])[stream].to_pylist()
    last = max(row["landed_order"] for row in landed)
    return [row for row in landed if row["landed_order"] == last]


def tree(folder: Path, without: Path | None = None) -> set[str]:
    """Every path under a folder."""
    return {str(p) for p in folder.rglob("*") if without is None or not p.is_relative_to(without)}


def table(path: Path, rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", **dialect: Any) -> Path:
    """A delimited text."""
    text = io.StringIO()
    csv.writer(text, lineterminator=dialect.pop("newline", "\r\n"), **dialect).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def packed(path: Path, members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def parts(rows: str | Sequence[Sequence[Any]], *, prologue: str = "", sheet_prologue: str = "") -> dict[str, str]:
    """The parts of a smallest workbook with one sheet of inline texts, or of rows written as XML."""
    xml = rows if isinstance(rows, str) else "".join(_row(n, row) for n, row in enumerate(rows, start=1))
    return {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'{prologue}<workbook xmlns="{MAIN}" xmlns:r="{RELS}">'
        '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{RELS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{sheet_prologue}<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>',
    }


def _row(number: int, values: Sequence[Any]) -> str:
    cells = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{value}</t></is></c>' for at, value in enumerate(values)
    )
    return f'<row r="{number}">{cells}</row>'


def far_corners(path: Path) -> Path:
    """A few bytes that span every cell a sheet can have."""
    cells = [("A1", "trust_1"), ("XFD1048576", "trust_2")]
    xml = "".join(
        f'<row r="{"".join(filter(str.isdigit, a))}"><c r="{a}" t="inlineStr"><is><t>{v}</t></is></c></row>'
        for a, v in cells
    )
    return packed(path, parts(xml))


def bomb(path: Path, member: str, megabytes: int = 200, head: bytes = b"") -> Path:
    """Add a member that unpacks to a thousand times its size to a zip, new or not."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(member, "w") as stream:
        stream.write(head)
        for _ in range(megabytes):
            stream.write(b" " * (1 << 20))
    return path


def overlapping(path: Path) -> Path:
    """A workbook two of whose parts are the same bytes."""
    packed(path, parts(SURVEY) | {"xl/a.xml": "a" * 300, "xl/b.xml": "b" * 300})
    raw = bytearray(path.read_bytes())
    first, second = (raw.rfind(name) for name in (b"xl/a.xml", b"xl/b.xml"))
    raw[second - 4 : second] = raw[first - 4 : first]
    path.write_bytes(raw)
    return path


def quine(path: Path) -> Path:
    """A zip that holds nothing but a zip of its own name: unpacking to the end would never end."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("r/r.zip", b"PK\x05\x06" + bytes(18))
    return packed(path, {"r/r.zip": inner.getvalue()})


def locked(path: Path) -> Path:
    """Flag every member of a zip as encrypted."""
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset] |= 1
            at = raw.find(mark, at + 4)
    path.write_bytes(raw)
    return path


def cut(path: Path) -> Path:
    """Half of a file."""
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])
    return path


def bad_crc(path: Path, member: str) -> Path:
    """A zip one stored member of which was changed after its checksum was taken."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    packed(path, members, zipfile.ZIP_STORED)
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(member).header_offset
    raw = bytearray(path.read_bytes())
    name, extra = struct.unpack("<HH", raw[at + 26 : at + 30])
    raw[at + 30 + name + extra + 40] ^= 1
    path.write_bytes(raw)
    return path


def raw_zip(path: Path, members: Sequence[tuple[bytes, bytes]], *, unix_mode: int = 0o644) -> Path:
    """A zip written by hand: names may be anything, and stand twice."""
    body, listing = b"", b""
    for name, data in members:
        crc, at = zlib.crc32(data), len(body)
        fields = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0x21, crc, len(data), len(data), len(name), 0)
        body += b"PK\x03\x04" + fields + name + data
        listing += b"PK\x01\x02" + struct.pack("<H", 0x314) + fields + struct.pack("<HHHII", 0, 0, 0, unix_mode << 16, at) + name  # fmt: skip
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(listing), len(body), 0)
    path.write_bytes(body + listing + b"PK\x05\x06" + end)
    return path


def long_chat(path: Path, lines: int) -> Path:
    """A chat of so many one-line messages, from a fixed seed."""
    rng = random.Random(52)
    words = ["שלום", "תודה", "מתי?", "מים", "גינה", "חניה"]
    with path.open("w", encoding="utf-8") as stream:
        for n in range(lines):
            day, minute = 13 + n * 15 // lines, n * 1440 * 15 // lines % 1440
            stream.write(f"{day}.10.2026, {minute // 60:02d}:{minute % 60:02d} - תושב {n % 300}: {rng.choice(words)}\n")
    return path


def kehila(
    *arguments: str | Path, timeout: float = 120, cwd: Path | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run the real executable."""
    return subprocess.run(
        [*KEHILA, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        check=False,
        **options,
    )
