"""What is put aside or left out on the way to a fact: listed, its months not whole, and whole again once it is read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from simulator.services.server import Call
from tests.e2e.command_line import entry_point
from tests.e2e.played import MONTH, NOW, Played
from tests.e2e.services import Town, rows, spoil, without_waiting, write_town


def whole(town: Town, fact: str) -> bool:
    """Whether the month is covered in full, as the values see it."""
    town.kehila("refresh")
    (row,) = rows(town, f"select path from ledger_partition where fact = 'coverage' and month = '{MONTH}'")
    import pyarrow.parquet as pq

    table = pq.read_table(town.folder / "lake" / row[0], partitioning=None)
    return all(one["extent"] == "full" for one in table.to_pylist() if one["fact"] == fact)


def test_a_meeting_without_its_start_is_said_until_it_is_read_with_it(
    tmp_path: Path, playing: Played, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ill = {"now": True}

    def spoiled(call: Call, body: Any) -> Any:
        for meeting in body.get("history_meetings", [])[:1] if ill["now"] else ():
            meeting["start_time"] = ""
        return body

    spoil(playing.zoom, spoiled)
    with without_waiting(monkeypatch) as waited:
        town = Town(write_town(tmp_path / "town", playing, ("zoom",)), entry_point(monkeypatch, capsys), waited)
        town.kehila("collect", "--json")
        assert not whole(town, "gathering") and not whole(town, "attendance")
        ran = town.kehila("quarantine", "list", "--json")
        assert ran.out, ran.err
        told = json.loads(ran.out)
        assert {one["code"] for one in told["items"]} == {"wrong_value"}
        # Who came to it and what was written in it landed, and stand in no meeting.
        assert {(one["stream"], one["fact"], one["subject"]) for one in told["left_out"]} == {
            ("zoom_connection", "attendance", "meeting"), ("zoom_chat_message", "message", "meeting"),
        }  # fmt: skip
        assert all(one["records"] > 0 and one["month"] == MONTH for one in told["left_out"])
        assert "meeting never came" in town.kehila("quarantine", "list").out
        ill["now"] = False
        with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
            town.kehila("backfill", "--since", "2026-08-01", "--source", "zoom", "--json")
            assert whole(town, "gathering") and whole(town, "attendance")
            assert json.loads(town.kehila("quarantine", "list", "--json").out) == {"items": [], "left_out": []}
