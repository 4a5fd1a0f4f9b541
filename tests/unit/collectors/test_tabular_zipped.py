"""A table in a zip is read as the table is; what holds no table, several, or a chat beside it is not."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from collectors.base import file_formats
from collectors.errors import RejectFile
from collectors.tabular import read_sheets
from pipeline.land.files import format_of
from tests.e2e import hostile
from tests.e2e.hostile import GROUP, SURVEY, packed, table

CHAT = "WhatsApp Chat with Gefen.txt"


def csv_of(rows: list[list[str]], folder: Path) -> bytes:
    return table(folder / "rows.csv", rows).read_bytes()


def values(path: Path) -> list[list[object]]:
    return [[cell.value for cell in row.cells] for sheet in read_sheets(path) for row in sheet.rows]


@pytest.mark.parametrize("name", ["answers.csv", "folder/תשובות.csv", "ANSWERS.CSV"])
def test_the_table_in_a_zip_is_read(tmp_path: Path, name: str) -> None:
    survey = csv_of(SURVEY, tmp_path)
    path = packed(tmp_path / "a.zip", {name: survey, "__MACOSX/._answers.csv": b"x", "picture.png": b"y"})
    assert values(path) == values(tmp_path / "rows.csv")
    assert format_of(path, file_formats()).name == "survey"


def test_a_workbook_in_a_zip_is_read(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as book:
        for name, data in hostile.parts(SURVEY).items():
            book.writestr(name, data)
    path = packed(tmp_path / "a.zip", {"answers.xlsx": inner.getvalue()})
    assert format_of(path, file_formats()).name == "survey" and len(values(path)) == len(SURVEY)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.csv": b"x,y\n1,2\n", "b.csv": b"x,y\n1,2\n"}, "zip_tables"),
        ({"a.csv": b""}, "empty"),
        ({"a.pdf": b"%PDF-"}, "unknown_format"),
        ({"a.csv": b"0" * (3 << 20)}, "zip_bomb"),
        ({"a.csv": b"%PDF-1.7"}, "unknown_format"),
    ],
)
def test_what_is_no_table_in_a_zip_is_refused_by_its_cause(
    tmp_path: Path, members: dict[str, bytes], code: str
) -> None:
    path = packed(tmp_path / "a.zip", members)
    with pytest.raises(RejectFile) as refused:
        format_of(path, file_formats())
    assert refused.value.code == code


def test_a_chat_with_tables_among_its_attachments_is_a_chat(tmp_path: Path) -> None:
    chat = hostile.chat().encode()
    for name in (CHAT, "_chat.txt"):
        path = packed(tmp_path / "WhatsApp Chat with Gefen.zip", {name: chat, "budget.csv": csv_of(GROUP, tmp_path)})
        assert format_of(path, file_formats()).name == "whatsapp_chat"


def test_a_group_in_a_zip_is_named_after_its_table(tmp_path: Path) -> None:
    from collectors.base import FileReport, FileSettings, source_key

    path = packed(tmp_path / "download.zip", {"Gefen.csv": csv_of(GROUP, tmp_path)})
    reader = format_of(path, file_formats())
    (page,) = reader.pages(path, FileSettings(), FileReport(""))
    assert set(page.rows["group_key"].to_pylist()) == {source_key("Gefen", FileSettings().digest_key)}
