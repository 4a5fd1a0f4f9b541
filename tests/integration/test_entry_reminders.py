"""A month that is over and not entered is reminded of: once, to whom [notify] says, and never where nobody asks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.refresh.refresh import refresh
from pipeline.upkeep import noticing
from pipeline.upkeep.health import ENTRIES_DUE, conditions
from tests.integration.entry_town import CODE, built
from town.config import load
from town.store import TownStore, open_store

FORM = '[entry]\npublic_url = "https://entry.town.example"\n'
NOTIFY = '[notify]\nwebhook = "file:keys/notify.webhook"\n'


def on(path: Path, day: str) -> TownStore:
    return open_store(load(path), CODE, date.fromisoformat(day))


def due(store: TownStore) -> list[object]:
    return [one.arguments["figure"] for one in conditions(store) if one.code == ENTRIES_DUE]


def test_it_is_told_once_for_each_month_and_that_it_is_over_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = built(tmp_path, more=NOTIFY + FORM)
    (tmp_path / "keys" / "notify.webhook").write_text("https://chat.town.example/x")
    said: list[str] = []
    monkeypatch.setattr(noticing, "send", lambda _config, _way, _subject, text, _facts: said.append(text))

    def check(day: str) -> list[str]:
        said.clear()
        store = on(path, day)
        noticing.send_changes(store, [one for one in conditions(store) if one.code == ENTRIES_DUE])
        return list(said)

    assert due(on(path, "2026-11-04")) == [] and due(on(path, "2026-11-05")) == [1]
    assert check("2026-11-04") == []
    (told,) = check("2026-11-05")
    assert "אוקטובר 2026" in told and "October 2026" in told
    assert check("2026-11-05") == check("2026-11-06") == check("2026-11-29") == []
    (told,) = check("2026-12-05")
    assert "November 2026" in told and "well again" not in told
    assert check("2026-12-06") == []


@pytest.mark.parametrize("more", ["", FORM + "remind_days = 0\n"])
def test_nobody_is_reminded_where_there_is_no_form_or_no_wish(tmp_path: Path, more: str) -> None:
    path = built(tmp_path, more=more)
    refresh(on(path, "2026-11-20"))
    assert due(on(path, "2026-11-20")) == []
