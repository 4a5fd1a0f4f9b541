"""Zips and long lines made to do harm, and what is answered."""

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from collectors.base import FileReport, FileSettings
from collectors.errors import RejectFile
from collectors.whatsapp_export import archive
from collectors.whatsapp_export.reader import WhatsAppExport
from collectors.whatsapp_export.vector import VectorPath
from tests.plain_chat_path import PlainPath
from tests.said import in_words

pytestmark = pytest.mark.more

CHAT = "[5.3.2024, 15:07:09] דנה: שלום\r\n[25.3.2024, 15:07:10] דנה: מים\r\n"


def pack(path: Path, members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return path


def read(path: Path, kind: type = VectorPath) -> FileReport:
    reader = WhatsAppExport()
    reader.path_class = kind  # type: ignore[misc]
    report = FileReport(str(path))
    for _ in reader.pages(path, FileSettings(), report):
        pass
    return report


def code_of(path: Path) -> str:
    with pytest.raises(RejectFile) as caught:
        read(path)
    return caught.value.code


def test_the_chat_is_picked_among_other_texts(tmp_path: Path) -> None:
    path = pack(
        tmp_path / "WhatsApp Chat - Gefen.zip",
        {"__MACOSX/_chat.txt": "x", "._chat.txt": "x", "notes.txt": CHAT, "a.jpg": b"\0" * 99, "_chat.txt": CHAT * 2},
    )
    assert WhatsAppExport().recognises(path)
    assert read(path).details["entries"] == 4


def test_a_chat_of_any_name_is_found_by_its_headers(tmp_path: Path) -> None:
    path = pack(tmp_path / "export.zip", {"readme.txt": "hello", "old/export.txt": CHAT})
    assert WhatsAppExport().recognises(path) and read(path).details["entries"] == 2


@pytest.mark.parametrize(
    ("zipped", "own", "forwarded"),
    [
        ("WhatsApp Chat with Gefen", "WhatsApp Chat with Gefen.txt", "WhatsApp Chat with Rimon.txt"),
        ("WhatsApp Chat with Gefen (1)", "WhatsApp Chat with Gefen.txt", "00000012-WhatsApp Chat with Rimon.txt"),
        ("WhatsApp Chat - Gefen", "_chat.txt", "WhatsApp Chat - Rimon.txt"),
        ("צ׳אט WhatsApp עם הגפן", "צ'אט WhatsApp עם הגפן.txt", "WhatsApp Chat with Rimon.txt"),
    ],
)
def test_a_chat_forwarded_into_another_is_said_and_not_read(
    tmp_path: Path, zipped: str, own: str, forwarded: str
) -> None:
    path = pack(tmp_path / f"{zipped}.zip", {forwarded: CHAT * 3, own: CHAT})
    assert WhatsAppExport().recognises(path)
    report = read(path)
    assert report.details["entries"] == 2
    assert [one for one in in_words(report.notices) if "forwarded" in one and ": 1;" in one]
    assert not any("Rimon" in one for one in in_words(report.notices)), "a chat may be called after a person"


def test_names_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    path = pack(tmp_path / "z.zip", {"../../x/_chat.txt": CHAT, "C:\\y\\a.txt": "x", "b" * 300 + ".txt": "x"})
    assert read(path).details["entries"] == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["z.zip"]


def test_zips_that_are_refused(tmp_path: Path) -> None:
    assert code_of(pack(tmp_path / "a.zip", {"notes.txt": "hello"})) == "zip_no_chat"
    assert not WhatsAppExport().recognises(tmp_path / "a.zip")
    both = {"WhatsApp Chat with A.txt": CHAT, "WhatsApp Chat with B.txt": CHAT}
    assert code_of(pack(tmp_path / "b.zip", both)) == "zip_ambiguous"
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as inner:
        inner.writestr("_chat.txt", CHAT)
    assert code_of(pack(tmp_path / "c.zip", {"inner.zip": nested.getvalue()})) == "zip_no_chat"
    bomb = CHAT + "0" * (30 << 20)
    assert code_of(pack(tmp_path / "d.zip", {"_chat.txt": bomb})) == "zip_bomb"
    assert code_of(pack(tmp_path / "e.zip", {"_chat.txt": b""})) == "empty"


def test_damaged_zips(tmp_path: Path) -> None:
    path = pack(tmp_path / "WhatsApp Chat - x.zip", {"_chat.txt": CHAT * 50}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert code_of(path) == "zip_damaged"
    spoilt = bytearray(whole)
    spoilt[200] ^= 1
    path.write_bytes(spoilt)
    assert code_of(path) == "zip_damaged"
    locked = bytearray(whole)
    at = locked.rfind(b"PK\x01\x02")
    locked[6:8] = locked[at + 8 : at + 10] = struct.pack("<H", 1)
    path.write_bytes(locked)
    assert code_of(path) == "zip_encrypted"
    assert WhatsAppExport().recognises(path)


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    path = pack(tmp_path / "a.zip", {"_chat.txt": CHAT, **{f"{i}.jpg": b"" for i in range(3)}})
    assert code_of(path) == "zip_bomb"


@pytest.mark.parametrize("kind", [PlainPath, VectorPath])
@pytest.mark.parametrize("letter", ["1", " ", "[", ".", "‏", ":", "<", "ו-", "Tap to ", ", "])
def test_a_line_of_ten_megabytes_costs_one_pass(letter: str, kind: type, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    long = letter * (10_000_000 // len(letter.encode()))
    path.write_text(f"5.3.2024, 15:07 - {long}\n6.3.2024, 15:07 - דנה: {long}\n{long}\n", encoding="utf-8")
    began = time.process_time()
    assert read(path, kind).details["entries"] == 2
    assert time.process_time() - began < 8


def test_an_endless_entry_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collectors.whatsapp_export.blocks.MAX_ENTRY", 5 << 20)
    path = tmp_path / "a.txt"
    path.write_text("5.3.2024, 15:07 - דנה: x\n" + "word\n" * 2_000_000, encoding="utf-8")
    assert code_of(path) == "entry_too_long"
