"""What the buttons of the operations page may start, and what is kept of what a command printed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from operations.actions import MAX_ITEMS, Action, arguments, numbers
from operations.localizer import Localizer
from operations.login import LoginGuard, Refused
from operations.months import MonthStatus
from operations.pages import page
from operations.state import AccountState, Gap, InboxBacklog, QuarantineGroup, Reason, State
from pipeline.upkeep.freshness import SourceFreshness
from texts import LANGUAGES, Language, group
from texts.values import counted_in_words
from warehouse.accounts import AccountRef

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def state(**more: Any) -> State:
    told: dict[str, Any] = {
        "authority": "T1", "names": {"he": "עיר", "ar": "", "en": ""}, "at": NOW, "today": date(2026, 11, 20),
        "accounts": [], "files": [], "quarantine_groups": [], "months": [], "gaps": [], "inbox": InboxBacklog(0, None, 0), "runs": [],
        "push_targets": [], "left_out": [], "counted": {}, "checks": [], "checked_months": [], "trends": [],
        "names_of_places": {},
    }  # fmt: skip
    return State(**{**told, **more})


def pile(count: int, *, is_sealed: bool = True) -> QuarantineGroup:
    return QuarantineGroup("survey", "odd", [f"{n:032x}" for n in range(count)], since=NOW, is_sealed=is_sealed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_last_survey_added_and_a_mapping_that_waits_stand_on_the_page(language: Language) -> None:
    counted = {"verdict": "added", "wave": "2026-10", "before": 455, "now": 475, "added": 20}
    files = [SourceFreshness(source="survey", fact="survey_response", last_day=date(2026, 10, 31), days_ago=20)]
    shown = state(
        files=files, counted=counted, months=[MonthStatus("2026-10", True, 80)], gaps=[Gap("survey", "mapping", NOW)]
    )
    words = Localizer(language, "Asia/Jerusalem", NOW)
    text = page(shown, words, None, "t")
    assert counted_in_words(counted, language) in text
    assert words.gap(shown.gaps[0]) in text


def pressed(known: State, action: str, target: str = "", **more: str) -> list[str]:
    return arguments(known, {"action": action, "target": target, **more})


def test_each_button_is_one_command() -> None:
    months = [
        MonthStatus("2026-10", True, 80, cells={"final": 3}),
        MonthStatus("2026-09", True, 80, revision=1, restated=2, cells={"final": 3}),
        MonthStatus("2026-08", True, 80),
        MonthStatus("2026-11", False, 80, cells={"final": 3}),
        MonthStatus("2026-07", True, 80, cells={"missing": 80}),
        MonthStatus("1999-01", True, 80, there_is=False, cells={"final": 3}),
    ]
    known = state(accounts=[AccountState(AccountRef("zoom", "hall"), [])], quarantine_groups=[pile(2)], months=months)
    assert pressed(known, "refresh") == ["refresh", "--json"]
    assert pressed(known, "collect", "zoom.hall") == ["collect", "--source=zoom.hall", "--json"]
    assert pressed(known, "replay", "survey") == ["quarantine", "replay", "--source=survey", "--json"]
    assert pressed(known, "replay_all") == ["quarantine", "replay", "--json"]
    discarded = pressed(known, "discard", "survey", code="odd", seen="2")
    assert discarded == ["quarantine", "discard", "--", *known.quarantine_groups[0].items]
    assert pressed(known, "run", "2026-11") == ["run", "--month=2026-11", "--json"]
    assert pressed(known, "close", "2026-10") == ["close", "--month=2026-10", "--json"]
    assert pressed(known, "again", "2026-09") == ["close", "--month=2026-09", "--again", "--json"]
    for action, target in [
        ("close", "2026-09"),
        ("close", "2026-08"),
        ("close", "2026-11"),
        ("again", "2026-10"),
        ("close", "2026-07"),
        ("run", "1999-01"),
        ("close", "1999-01"),
    ]:
        with pytest.raises(Refused):
            pressed(known, action, target)


def test_what_is_gone_or_unknown_cannot_be_pressed() -> None:
    gone = AccountState(AccountRef("zoom", "old"), [], is_configured=False)
    known = state(accounts=[gone], quarantine_groups=[pile(2, is_sealed=False)])
    for action, target in [("collect", "zoom.old"), ("replay", "survey"), ("run", "2026-10"), ("erase", ""), ("", "")]:
        with pytest.raises(Refused):
            pressed(known, action, target)
    for more in ({"seen": "3", "code": "odd"}, {"seen": "2", "code": "other"}, {"code": "odd"}):
        with pytest.raises(Refused):
            pressed(known, "discard", "survey", **more)


def test_a_very_large_pile_is_discarded_in_parts() -> None:
    found = pressed(
        state(quarantine_groups=[pile(MAX_ITEMS + 5)]), "discard", "survey", code="odd", seen=str(MAX_ITEMS + 5)
    )
    assert len(found) == MAX_ITEMS + 3


def test_of_a_run_only_counts_are_kept() -> None:
    refreshed = {"recomputed": {"a": [], "b": []}, "cells_written": 9, "quarantined": 1, "refused": ["x"]}
    files = [{"path": "WhatsApp Chat with Dana.txt", "status": "read"}, {"path": "x", "status": "rejected"}]
    told = numbers("run", json.dumps({"files": files, "refresh": refreshed}).encode())
    assert told == {
        "files": 2, "files_refused": 1, "indicators": 2, "cells": 9, "quarantined": 1, "refused": 1,
    }  # fmt: skip
    assert all(name in group("operations.numbers") for name in told)


@pytest.mark.parametrize("out", [b"", b"\xff", b"[]", b"{}", b'{"streams": 3}', b"null", b"9" * 5000])
@pytest.mark.parametrize("action", ["run", "collect", "replay", "close", "discard", "refresh"])
def test_whatever_a_command_prints_is_no_trouble(action: str, out: bytes) -> None:
    assert numbers(action, out) == {}


@pytest.mark.parametrize(
    ("code", "status"), [(0, "done"), (1, "look"), (2, "failed"), (-9, "failed"), (None, "failed")]
)
def test_how_a_command_ended_is_told_apart(code: int | None, status: str) -> None:
    assert Action("refresh", "", NOW, NOW, code).status == status
    assert Action("refresh", "", NOW).status == "running"


def test_names_and_reasons_of_others_do_not_become_markup() -> None:
    bad = "<img src=x onerror=alert(1)>"
    aside = QuarantineGroup(bad, bad, ["i"], [Reason("unreadable", json.dumps({"why": bad}))], [bad], NOW, True)
    deed = Action("replay", bad, NOW, NOW, 2, {}, bad)
    text = page(
        state(names={"he": bad}, quarantine_groups=[aside], months=[MonthStatus("2026-10", True, 80)]),
        Localizer("he", "Asia/Jerusalem", NOW), deed, "t",
    )  # fmt: skip
    assert bad not in text and "&lt;img" in text


def test_a_token_is_one_visitors_own() -> None:
    door = LoginGuard("kehila:x")
    one, two = door.new_visitor(), door.new_visitor()
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "host": "127.0.0.1:1",
        "origin": "http://127.0.0.1:1",
    }
    body = f"token={door.token(one)}&action=refresh".encode()
    assert door.form(headers, one, body) == {"action": "refresh"}
    with pytest.raises(Refused):
        door.form(headers, two, body)
    with pytest.raises(Refused):
        LoginGuard("kehila:x").form(headers, one, body)  # of a page served before this one was started
