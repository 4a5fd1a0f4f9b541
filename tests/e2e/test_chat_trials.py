"""Chats as people report them: one chat under several names, two of one name, several of one space."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.file_report import notes
from pipeline.land.files import files_under, import_file
from pipeline.month.show import show_cell
from pipeline.refresh.refresh import refresh
from tests.chat_papers import PHONES, Chat, drawn, written
from tests.conftest import shared
from tests.e2e import hostile
from town.store import TownStore

pytestmark = pytest.mark.more

TRIALS = ("trials", "files", "whatsapp")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    made.today = date(2026, 12, 2)
    yield made
    made.engine.dispose()


def imported(store: TownStore, paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Import files and refresh; what was said of each. Nothing may be put aside on the way to the facts."""
    read = [import_file(store, path) for path in files_under(paths)]
    reports = [{**one.as_json(), "notices": notes(one, "en")} for one in read]
    done = refresh(store)
    assert (done.quarantined, done.refused) == (0, [])
    return reports


def facts(store: TownStore, fact: str) -> list[dict[str, Any]]:
    return [
        row
        for file in store.ledger.partitions()
        if (file.source, file.fact) == ("whatsapp", fact)
        for row in store.lake.read([file.path]).to_pylist()
    ]


def by_month(store: TownStore) -> dict[tuple[str, str], int]:
    """(space, month) -> messages."""
    found: dict[tuple[str, str], int] = {}
    for row in facts(store, "message"):
        found[row["space"], row["month"]] = found.get((row["space"], row["month"]), 0) + 1
    return found


def once(store: TownStore) -> bool:
    """Whether no two rows of coverage or membership are of one grain."""
    rows = [(row["space"], row["month"], row["fact"]) for row in facts(store, "coverage")]
    rows += [(row["space"], row["day"], "") for row in facts(store, "membership")]
    return len(rows) == len(set(rows))


def test_four_files_of_one_chat_are_one_chat(store: TownStore) -> None:
    reports = imported(store, [shared(*TRIALS, "W10")])
    assert len({one["chat_key"] for one in reports}) == 1
    assert sum(one["new_messages"] for one in reports) == 5
    assert list(by_month(store).values()) == [5]


def test_the_bare_chats_of_two_archives_are_two_groups(store: TownStore) -> None:
    imported(store, [shared(*TRIALS, "W11")])
    assert sorted(by_month(store).values()) == [3, 3]


def test_a_folder_packed_again_is_read(store: TownStore) -> None:
    (report,) = imported(store, [shared(*TRIALS, "W13_keka_rezipped_folder.zip")])
    assert (report["status"], report["messages"]) == ("read", 2)


def test_a_renamed_group_is_one_group(store: TownStore) -> None:
    reports = imported(store, [shared(*TRIALS, "W17", "oct"), shared(*TRIALS, "W17", "nov")])
    assert [one["new_messages"] for one in reports] == [5, 1]
    assert sorted((month, count) for (_, month), count in by_month(store).items()) == [("2026-10", 5), ("2026-11", 1)]
    assert len({space for space, _ in by_month(store)}) == 1


@pytest.mark.parametrize("order", [("oct", "nov"), ("nov", "oct")])
def test_two_names_of_one_space_are_counted_once(store: TownStore, order: tuple[str, str]) -> None:
    import_file(store, shared(*TRIALS, "W17", "staff.xlsx"))
    imported(store, [shared(*TRIALS, "W17", month) for month in order])
    assert sorted((month, count) for (_, month), count in by_month(store).items()) == [("2026-10", 5), ("2026-11", 1)]
    assert not any(space.startswith("unregistered") for space, _ in by_month(store))
    assert once(store)


def test_two_groups_of_one_space_are_added(store: TownStore) -> None:
    import_file(store, shared(*TRIALS, "W23", "staff.xlsx"))
    for name, count in (("Gefen", 2), ("Rimon", 4)):
        imported(store, [shared(*TRIALS, "W23", f"WhatsApp Chat with {name}.txt")])
        assert list(by_month(store).values()) == [count]
    assert once(store)


def test_what_cannot_be_told_apart_or_together_is_said_with_a_remedy(store: TownStore, tmp_path: Path) -> None:
    """Two exports of one name and of two times: nothing tells whether they are of one group."""
    phone, talk = PHONES["en Android"], drawn(random.Random(9), size=60).talk
    chat = Chat("Gefen", ())
    paths = [
        written(
            tmp_path / side, "WhatsApp Chat with Gefen.txt", chat.text(phone, [one for one in lines if not one.event])
        )
        for side, lines in (("1", talk[:3]), ("2", talk[-3:]))
    ]
    first, second = imported(store, paths)
    assert not any("cannot be told" in notice for notice in first["notices"])
    (notice,) = [notice for notice in second["notices"] if "cannot be told" in notice]
    assert "export the whole chat again" in notice and "Gefen" not in notice
    assert len({space for space, _ in by_month(store)}) == 2


def value_of(store: TownStore, indicator: str, month: str) -> tuple[float | None, str, set[str]]:
    """A headline's value, status and flags."""
    found = show_cell(store, indicator, month)
    assert found is not None
    return found.row.value, found.row.status, set(found.row.quality.split())


def test_a_group_in_a_community_raises_no_topic_of_a_phantom(store: TownStore) -> None:
    import_file(store, shared(*TRIALS, "W17", "staff.xlsx"))
    (report,) = imported(store, [shared(*TRIALS, "W01_landing")])
    assert (report["messages"], report["senders"], report["unknown_events"]) == (3, 1, 0)
    assert value_of(store, "whatsapp.topics_raised", "2026-10")[:2] == (0, "final")


@pytest.mark.parametrize(
    "line",
    [
        "~ Dana Vaad suggested a group for the community: Gefen",
        "~ Dana Vaad הוסיף/ה אותך לקבוצה בקהילה: גפן",
        "~ Dana Vaad أضافك إلى مجموعة في المجتمع: جفن",
        "~ Dana Vaad добавил(-а) вас в группу в сообществе: Гефен",
        "~ Dana Vaad vous a ajouté(e) à un groupe dans la communauté : Gefen",
        "~ Dana Vaad created event: Summer party",
    ],
)
def test_nor_does_a_notice_whose_wording_nobody_knows(store: TownStore, tmp_path: Path, line: str) -> None:
    import_file(store, shared(*TRIALS, "W17", "staff.xlsx"))
    text = (shared(*TRIALS, "W01_landing") / "WhatsApp Chat with Gefen.txt").read_text(encoding="utf-8")
    known = "~ Dana Vaad added you to a group in the community: Gefen"
    assert known in text
    path = tmp_path / "WhatsApp Chat with Gefen.txt"
    path.write_text(text.replace(known, line), encoding="utf-8")
    (report,) = imported(store, [path])
    assert (report["messages"], report["senders"], report["unknown_events"]) == (3, 1, 1)
    assert value_of(store, "whatsapp.topics_raised", "2026-10")[:2] == (0, "final")


def test_a_line_that_may_be_a_message_leaves_no_zero(store: TownStore, tmp_path: Path) -> None:
    import_file(store, shared(*TRIALS, "W17", "staff.xlsx"))
    text = (shared(*TRIALS, "W01_landing") / "WhatsApp Chat with Gefen.txt").read_text(encoding="utf-8")
    path = tmp_path / "WhatsApp Chat with Gefen.txt"
    line = "Residents of 12 Herzl Street, entrance B: who has the key?"
    path.write_text(text.replace("~ Dana Vaad added you to a group in the community: Gefen", line), encoding="utf-8")
    imported(store, [path])
    value, status, _ = value_of(store, "whatsapp.topics_raised", "2026-10")
    assert (value, status) == (None, "missing")


def test_members_of_a_chat_that_begins_with_its_creation_are_everybody_seen(store: TownStore) -> None:
    """The workbook counts 250 by hand, which goes before a lower bound; without it everybody seen is the least."""
    imported(store, [shared(*TRIALS, "W20", "WhatsApp Chat with Gefen.txt")])
    assert [row["members"] for row in facts(store, "membership")][-1] >= 7
    import_file(store, shared(*TRIALS, "W20", "staff.xlsx"))
    refresh(store)
    assert value_of(store, "whatsapp.open_members", "2026-10") == (250, "final", {"entered_by_hand"})


def test_a_form_exported_again_is_one_wave_in_any_order(store: TownStore) -> None:
    folder = shared("trials", "files", "survey", "S10_same_form_exported_again")
    for path in sorted(folder.iterdir()):
        assert import_file(store, path).details["wave"] == "2026-10"
    refresh(store)
    found = show_cell(store, "whatsapp.trust", "2026-10")
    assert found is not None and found.row.n == 33
    assert not [one for one in store.ledger.partitions() if one.fact == "survey_response" and one.month == "2026-11"]


TOLD = {
    "W04_android_null_view_once.txt": (4, 2, 0),
    "W05_ios_poll_votes_multiline.txt": (3, 3, 0),
    "W09_ios_group_name_as_author.txt": (1, 1, 0),
    "W18_hebrew_edited_attached_null.txt": (7, 2, 0),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_is_a_message_and_what_is_not(store: TownStore, name: str) -> None:
    (report,) = imported(store, [shared(*TRIALS, name)])
    assert (report["messages"], report["senders"], report["unknown_events"]) == TOLD[name]


@pytest.mark.parametrize("name", ["W19_telegram_result.json", "W19b_signal_chat.md"])
def test_a_chat_of_another_service_is_none_of_ours(store: TownStore, name: str) -> None:
    report = import_file(store, shared(*TRIALS, name))
    assert report.status == "rejected" and report.code not in ("empty", "no_days")
