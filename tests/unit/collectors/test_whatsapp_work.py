"""What reading a chat costs is counted in calls of Python, not in seconds: how they grow with its messages."""

import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from collectors.base import FileReport, FileSettings
from collectors.whatsapp_export import archive, blocks, places
from collectors.whatsapp_export.reader import WhatsAppExport

FEW, MANY = 2_000, 20_000
TALK = ["שלום לכולם", "מי בא מחר?", "יש לנו\nשתי שורות", "תודה רבה", "הרחוב סגור עד הערב"]
CALLS_AN_ENTRY = 1.0
"""One entry in thirty is a notice, and each of those is some twenty calls."""


def calls(path: Path) -> Counter[str]:
    """How often each function of the reader was called for one chat."""
    found: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and "whatsapp_export" in frame.f_code.co_filename:
            found[frame.f_code.co_qualname] += 1

    sys.setprofile(count)
    try:
        for _ in WhatsAppExport().pages(path, FileSettings(options=WhatsAppExport.Settings()), FileReport(str(path))):
            pass
    finally:
        sys.setprofile(None)
    return found


def chat(path: Path, messages: int, header: str) -> Path:
    """A chat of two hundred people over a year."""
    people, when, text = (
        [f"דנה {chr(0x5D0 + n % 20)}{chr(0x5D0 + n // 20)}" for n in range(200)],
        datetime(2025, 1, 1),
        [],
    )
    for number in range(messages):
        when += timedelta(minutes=525_600 / messages)
        who = people[number * 7 % 200]
        stamp = header.format(when)
        text.append(f"{stamp}{who} עזב/ה" if number % 30 == 0 else f"{stamp}{who}: {TALK[number % 5]}")
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return path


def test_a_message_costs_no_call(tmp_path: Path) -> None:
    """Beyond what the first messages cost, an entry costs less than a call, and few of them the careful reader."""
    header = "{0.day}.{0.month}.{0.year}, {0:%H:%M} - "
    calls(chat(tmp_path / "first.txt", 10, header))  # what is kept for later files is made by now
    few, many = (calls(chat(tmp_path / f"{size}.txt", size, header)) for size in (FEW, MANY))
    assert (many.total() - few.total()) / (MANY - FEW) < CALLS_AN_ENTRY
    assert FEW / 30 <= few["EntryReader.read"] <= FEW / 20 and many["EntryReader.read"] <= MANY / 20
    assert few.total() < 6 * FEW


def test_the_headers_of_a_chat_are_read_by_their_kind(tmp_path: Path) -> None:
    """The general grammar reads one header of a kind, and a small chat is cut and searched once."""
    found = calls(chat(tmp_path / "chat.txt", MANY // 2, "[{0.day}/{0.month}/{0.year}, {0:%H:%M:%S}] "))
    assert 1 <= found["read_header"] <= 40
    assert found["Block.__init__"] == found["HeaderFinder.find"] == found["_EntryFinder.find"] == 1


def test_a_large_chat_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes in it and its entries are found in one go; only where a name is doubtful it is gone through again."""
    path = chat(tmp_path / "chat.txt", MANY, "[{0.day}/{0.month}/{0.year}, {0:%H:%M:%S}] ")
    monkeypatch.setattr(places, "BLOCK", 100_000)
    monkeypatch.setattr(archive, "CHUNK", 50_000)
    monkeypatch.setattr(blocks.blocks, "__defaults__", (100_000,))
    found = calls(path)
    number = found["_EntryFinder.find"]
    assert number >= 5 and found["Census.add"] == found["VectorPath.read"] == number
    android = chat(tmp_path / "android.txt", MANY, "{0.day}.{0.month}.{0.year}, {0:%H:%M} - ")
    with android.open("a", encoding="utf-8") as file:
        file.write("31.12.2025, 23:59 - דנה אא created event: Summer party\n")
    found = calls(android)
    assert found["VectorPath.read"] == found["_EntryFinder.find"] == 2 * found["Census.add"] >= 10
