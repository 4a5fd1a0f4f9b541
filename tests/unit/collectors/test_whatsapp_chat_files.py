"""A chat as a file: its encoding, a cut letter, other people's files, and by what it is known."""

import zipfile
from pathlib import Path

import pytest

from collectors.base import file_formats
from collectors.whatsapp_export.reader import WhatsAppExport
from tests.unit.collectors.test_whatsapp_chats import HEBREW, chat, code_of, read


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1255", "windows-1255"),
    ],
)
def test_encodings(encoding: str, told: str, tmp_path: Path) -> None:
    text = HEBREW.replace("\u200f", "") if encoding == "cp1255" else HEBREW
    path = chat(tmp_path, text.replace("\n", "\r\n"), encoding=encoding)
    assert WhatsAppExport().recognises(path)
    details = read(path)[0].details
    assert details["encoding"] == told and details["entries"] == 13 and details["members_final"] == 6
    assert details["lines_before_first"] == 0


def test_other_code_pages(tmp_path: Path) -> None:
    arabic = "5/3/2024 15:07 - سعاد: السلام عليكم يا أهل الحي، متى تفتح الحديقة اليوم\n" * 3
    russian = "05.03.2024, 15:07 - Вера: Здравствуйте, когда будет горячая вода в доме\n" * 3
    assert read(chat(tmp_path, arabic, encoding="cp1256"))[0].details["encoding"] == "windows-1256"
    assert read(chat(tmp_path, russian, encoding="cp1251"))[0].details["encoding"] == "windows-1251"
    visual = "5.3.2024, 15:07 - " + "אבי כהן: שלום לכולם מים רבים באים היום"[::-1] + ": x\n"
    assert code_of(chat(tmp_path, visual, encoding="iso-8859-8")) == "encoding_unknown"
    assert code_of(chat(tmp_path, "5.3.2024, 15:07 - Åsa: höger\n" * 3, encoding="latin-1")) == "encoding_unknown"


def test_empty_and_foreign_files(tmp_path: Path) -> None:
    assert code_of(chat(tmp_path, "")) == "empty"
    assert code_of(chat(tmp_path, "\ufeff")) == "empty"
    assert code_of(chat(tmp_path, "only a note\nof two lines\n")) == "no_entries"


def test_a_cut_letter_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_bytes(HEBREW.encode()[:-40][: HEBREW.encode()[:-40].rfind(b"\xd7") + 1])
    report, found = read(path)
    assert report.status == "partial" and report.details["is_truncated"]
    assert found["whatsapp_chat_export"][0]["is_truncated"]


def test_recognises_by_content_and_by_name(tmp_path: Path) -> None:
    reader = WhatsAppExport()
    assert reader.recognises(chat(tmp_path, HEBREW, "anything.txt"))
    assert reader.recognises(chat(tmp_path, "", "צ'אט WhatsApp עם שכונה.txt"))
    assert reader.recognises(chat(tmp_path, "body only", "Чат WhatsApp с Соседи.txt"))
    assert not reader.recognises(chat(tmp_path, "body only", "notes.txt"))
    assert not reader.recognises(chat(tmp_path, "", "notes.txt"))
    assert not reader.recognises(chat(tmp_path, HEBREW, "table.csv"))
    assert not reader.recognises(tmp_path / "absent.txt")
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as book:
        book.writestr("[Content_Types].xml", "<x/>")
    assert not reader.recognises(tmp_path / "book.xlsx")
    assert "whatsapp_chat" in {found.name for found in file_formats()}
