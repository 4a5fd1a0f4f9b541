"""Files meant to exhaust the machine, texts meant to run somewhere else, and the count of all items.

The rest of the items: test_bad_inputs_files.py, test_bad_inputs_names.py, test_bad_inputs_chats.py. Numbers: docs/bad_inputs.md.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.month.publish import publish
from pipeline.refresh.refresh import refresh
from publishers.tabular import csv_field
from tests.e2e import hostile
from tests.unit.publishers.opened import opened
from texts import kept_error
from town.store import TownStore

GIB = 1 << 30
MEMORY, CPU_SECONDS = 2 * GIB, 60
ACTIVE = {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/URI", "/EmbeddedFiles", "/AcroForm", "/RichMedia"}
"""What makes a PDF do something, or ask for something."""


@dataclass
class Heavy:
    """What one process with little memory and time said of all the heavy files."""

    store: TownStore
    exit_code: int
    told: str
    files: dict[str, dict[str, Any]]
    peak_bytes: int
    cpu_seconds: float


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Heavy]:
    """Every heavy file imported by one real process, so that its start is paid once and its limits hold for all."""
    folder = tmp_path_factory.mktemp("heavy")
    store = hostile.stocked(folder / "town")
    files = folder / "files"
    files.mkdir()
    book = hostile.parts("")
    del book["xl/worksheets/sheet1.xml"]
    hostile.packed(files / "bomb.xlsx", book)
    hostile.bomb(files / "bomb.xlsx", "xl/worksheets/sheet1.xml", 200, b"<worksheet><!--")
    hostile.bomb(files / "WhatsApp Chat with bomb.zip", "_chat.txt", 200, hostile.chat().encode())
    hostile.far_corners(files / "corners.xlsx")
    hostile.table(files / "cell.csv", [*hostile.SURVEY, ["2026-10-26 10:00", "4", "x" * 50_000_000]])
    line = ("123456789 " * 1_000_000)[:10_000_000]
    (files / "line.txt").write_text(f"{hostile.chat()}28.10.2026, 09:00 - דנה: {line}\n{line}\n", encoding="utf-8")
    hostile.long_chat(files / "million.txt", 1_000_000)
    command = [*hostile.KEHILA, "--config", str(folder / "town" / "kehila.toml"), "import", str(files), "--json"]
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        started = subprocess.Popen(
            command, stdout=out, stderr=err, preexec_fn=limited, env=os.environ | {"OMP_NUM_THREADS": "1"}
        )
        _, status, used = os.wait4(started.pid, 0)
        started.returncode = os.waitstatus_to_exitcode(status)
    told = (folder / "err").read_text()
    assert started.returncode in (0, 1), told
    found = json.loads((folder / "out").read_text())["files"]
    yield Heavy(
        store, started.returncode, told, {Path(one["path"]).name: one for one in found}, used.ru_maxrss * 1024,
        used.ru_utime + used.ru_stime,
    )  # fmt: skip
    store.engine.dispose()


@pytest.mark.more
def test_36_two_hundred_megabytes_in_a_small_zip(heavy: Heavy) -> None:
    for name in ("bomb.xlsx", "WhatsApp Chat with bomb.zip"):
        assert (heavy.files[name]["status"], heavy.files[name]["code"]) == ("rejected", "zip_bomb"), name


@pytest.mark.more
def test_39_two_cells_in_opposite_corners(heavy: Heavy) -> None:
    assert (heavy.files["corners.xlsx"]["status"], heavy.files["corners.xlsx"]["code"]) == ("rejected", "too_many_cells")  # fmt: skip


@pytest.mark.more
def test_46_a_cell_of_fifty_megabytes_is_put_aside(heavy: Heavy) -> None:
    found = heavy.files["cell.csv"]
    assert (found["status"], found["answers"], found["quarantined"]) == ("partial", 51, 1)
    aside = [row for row in heavy.store.ledger.quarantine() if row.place == "C27"]
    assert [row.code for row in aside] == ["text_too_long"]
    assert len(kept_error(aside[0].code, aside[0].arguments, "en")) < 300


@pytest.mark.more
def test_52_a_line_of_ten_megabytes_and_a_million_lines(heavy: Heavy) -> None:
    assert (heavy.files["line.txt"]["status"], heavy.files["line.txt"]["messages"]) == ("read", 43)
    million = heavy.files["million.txt"]
    assert (million["status"], million["messages"], million["new_messages"]) == ("read", 1_000_000, 1_000_000)
    assert million["messages_by_month"] == {"2026-10": 1_000_000}


@pytest.mark.more
def test_36_39_46_52_stay_within_memory_and_time(heavy: Heavy) -> None:
    assert heavy.exit_code == 1
    assert heavy.told == ""
    assert heavy.peak_bytes < 1.5 * GIB, heavy.peak_bytes
    assert heavy.cpu_seconds < CPU_SECONDS
    # What was refused left nothing: the new segments are those of the three files that were read.
    fresh = [row for row in heavy.store.ledger.segments(["survey_answer", "whatsapp_chat_message", "staff_report", "facebook_group_metric"]) if row.landed_order > 1]  # fmt: skip
    assert sorted(row.stream for row in fresh) == ["survey_answer", "whatsapp_chat_message", "whatsapp_chat_message"]


FORMULAS = ["=1+1", "+97250000", "-2+3", "@SUM(A1)", " =2+1", "\u00a0=3+1", "a\n=4+1", "＝5+1", "\t=cmd|'x'!A0"]
MARKUP = ["</script><script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>", "{{7*7}}",
          "=HYPERLINK(\"http://x.invalid\")", "'); DROP TABLE dim_space;--", "\u202egnp.x"]  # fmt: skip
TITLES = [*FORMULAS, *MARKUP]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TownStore, Path, Path]]:
    """A town whose places bear the worst names, published and closed."""
    store = hostile.town(tmp_path_factory.mktemp("printed") / "town")
    files = store.config.base / "files"
    files.mkdir()
    spaces, members, monthly = [], [], []
    for number, title in enumerate(TITLES):
        code = f"s{number}"
        spaces.append({**hostile.NEWS, "space": code, "title": title})
        members.append({"month": "2026-10", "space": code, "members": 100 + number})
        monthly.append({**hostile.ENTRY, "space": code, "subject": title})
    entries = {"spaces": spaces, "members": members, "monthly": monthly}
    write_staff_workbook(files / "staff.xlsx", months=["2026-10"], entries=entries)
    assert import_file(store, files / "staff.xlsx").status == "read"
    (files / "WhatsApp Chat with Garden.txt").write_text(hostile.chat(name="=1+1 <script>"), encoding="utf-8")
    import_file(store, files / "WhatsApp Chat with Garden.txt")
    refresh(store)
    report = publish(store, "2026-10")
    closed = close(store, "2026-10")
    yield store, report, store.output / closed.folder
    store.engine.dispose()


def all_files(printed: tuple[TownStore, Path, Path], ending: str) -> list[Path]:
    found = [path for folder in printed[1:] for path in folder.rglob(f"*{ending}")]
    assert found, ending
    return found


@pytest.mark.filterwarnings("ignore:Sparkline Group extension")
def test_47_no_formula_lives_in_the_workbook(printed: tuple[TownStore, Path, Path]) -> None:
    seen = 0
    for path in all_files(printed, ".xlsx"):
        for sheet in openpyxl.load_workbook(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    seen += bool(re.search(r"\d\+1", str(cell.value)))
                    assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                    assert cell.hyperlink is None or cell.hyperlink.target is None, cell.coordinate
    assert seen >= 4  # the control: the names did get there


def test_47_no_formula_lives_in_the_tables(printed: tuple[TownStore, Path, Path]) -> None:
    seen = 0
    for path in all_files(printed, ".csv"):
        for row in csv.reader(io.StringIO(path.read_bytes().decode(), newline="")):
            for value in row:
                seen += bool(re.search(r"\d\+1", value))
                for line in value.splitlines():
                    is_number = re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", line) is not None
                    assert is_number or not line.lstrip(" \t\u00a0").startswith(("=", "+", "-", "@", "＝")), (path.name, value)  # fmt: skip
    assert seen >= 4


def test_47_numbers_stay_numbers() -> None:
    assert [csv_field(value) for value in (-5, -5.0, -0.25, "-5", "-2+3")] == ["-5", "-5", "-0.25", "'-5", "'-2+3"]


class Seen(HTMLParser):
    """Everything in a page that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.acting: list[str] = []
        self.scripts: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE):
                self.acting.append(f"{tag} {name}={value}")
            if name in ("href", "src") and not re.fullmatch(r"(kehila|page)[a-zA-Z0-9-]*\.html(#.*)?|#.*", value or ""):
                self.acting.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        (self.scripts if self.tags and self.tags[-1] == "script" else self.text).append(data)


def test_53_54_the_page_says_the_names_and_runs_none(printed: tuple[TownStore, Path, Path]) -> None:
    pages = list(all_files(printed, ".html"))
    assert pages
    for path in pages:
        page = Seen()
        text = path.read_text(encoding="utf-8")
        page.feed(opened(text) if "packed" in text else text)
        assert page.acting == []
        assert page.tags.count("script") <= 1 and "img" not in page.tags and "iframe" not in page.tags
        assert not any("alert" in script for script in page.scripts)
        whole = "".join(page.text)
        assert "</script><script>alert(1)</script>" in whole and "{{7*7}}" in whole  # the control: shown as text
        assert "\u202e" not in path.read_text(encoding="utf-8")


def test_53_54_names_with_quotes_dropped_nothing(printed: tuple[TownStore, Path, Path]) -> None:
    with printed[0].engine.connect() as connection:
        titles = set(connection.exec_driver_sql("select title from dim_space").scalars())
    assert "'); DROP TABLE dim_space;--" in titles
    assert len(titles) >= len(TITLES)


def names_in(object_: Any, seen: set[int] | None = None) -> set[str]:
    """The keys of all that can be reached from an object of a PDF."""
    seen, found = set() if seen is None else seen, set[str]()
    inner = object_.get_object() if hasattr(object_, "get_object") else object_
    if id(inner) in seen:
        return found
    seen.add(id(inner))
    if isinstance(inner, dict):
        found |= {str(key) for key in inner}.union(*(names_in(one, seen) for one in inner.values()))
    elif isinstance(inner, list):
        found = found.union(*(names_in(one, seen) for one in inner))
    return found


def test_54_nothing_in_the_package_is_more_than_data(printed: tuple[TownStore, Path, Path]) -> None:
    endings = {path.suffix for folder in printed[1:] for path in folder.rglob("*") if path.is_file()}
    assert endings <= {".xlsx", ".html", ".pdf", ".csv", ".parquet", ".json", ".jsonld"}
    for path in (path for folder in printed[1:] for path in folder.rglob("*.pdf")):
        named = names_in(PdfReader(path).trailer["/Root"])
        assert "/Contents" in named and not ACTIVE & named, path.name
    for path in [*all_files(printed, ".json"), *all_files(printed, ".jsonld")]:
        json.loads(path.read_text(encoding="utf-8"))


ITEMS = range(1, 63)
"""The items of the tables: webhooks, services from 22, files from 36."""


def test_every_item_has_a_row_and_every_test_a_page_names_is_there() -> None:
    tests = Path(__file__).parent.parent
    files = {path.name: path.read_text(encoding="utf-8") for path in tests.rglob("test_*.py")}
    written = {name for text in files.values() for name in re.findall(r"^def (test_\w+)\(", text, re.MULTILINE)}
    page = (tests.parent / "docs" / "bad_inputs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \|(.*)$", page, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(ITEMS)
    assert [number for number, row in rows if not re.findall(r"`test_\w+`", row)] == []  # each names its test
    named = set(re.findall(r"\btest_\w+[a-z0-9]\b(?!\*)", page))
    assert named - written - {name.removesuffix(".py") for name in files} == set()
