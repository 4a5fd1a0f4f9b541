"""Chats nobody should have to receive, the drop folder, and the hours that clocks repeat or skip. Numbers: docs/bad_inputs.md."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.land.drop_folder import Watch
from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.staged import stage_whole
from town.landed import landed_tables
from town.store import TownStore
from transforms.staging import whatsapp
from transforms.staging.skipped import DOUBTFUL
from transforms.staging.town import Town
from warehouse.left_out import left_out_rows

pytestmark = pytest.mark.more

NAME = "WhatsApp Chat with Garden"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    yield made
    made.engine.dispose()


def given(store: TownStore, path: Path, text: str | None = None) -> dict[str, object]:
    """Import a file and give what was said of it; with `text`, written first."""
    if text is not None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    report = import_file(store, path)
    assert report.status in ("read", "partial", "duplicate"), report
    return report.as_json()


def facts(store: TownStore, fact: str = "message") -> list[dict[str, object]]:
    """The facts of all that was imported, as staging makes them."""
    tables = stage_whole(whatsapp, landed_tables(store, whatsapp.STREAMS), Town("T1", "Asia/Jerusalem"))
    return tables[fact].to_pylist()


def test_48_the_same_chat_in_any_wrapping_is_new_once(store: TownStore, tmp_path: Path) -> None:
    text = hostile.chat()
    first = given(store, tmp_path / f"{NAME}.txt", text)
    assert (first["messages"], first["new_messages"]) == (42, 42)
    (tmp_path / "copies").mkdir()
    renamed = Path(shutil.copy(tmp_path / f"{NAME}.txt", tmp_path / f"{NAME} (1).txt"))
    zipped = hostile.packed(tmp_path / f"{NAME}.zip", {"_chat.txt": text})
    again = hostile.packed(tmp_path / "copies" / f"{NAME}.zip", {f"{NAME}.txt": text, "a.jpg": "x"}, zipfile.ZIP_STORED)
    ends = tmp_path / "copies" / f"{NAME}.txt"
    ends.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    for path in (tmp_path / f"{NAME}.txt", renamed, zipped, again, ends):
        assert given(store, path)["new_messages"] == 0, path.name
    assert len(facts(store)) == 42


def test_48_overlapping_exports_add_only_what_is_new(store: TownStore, tmp_path: Path) -> None:
    spans = [(range(16, 20), 12), (range(14, 18), 6), (range(18, 23), 9), (range(14, 23), 0), (range(17, 19), 0)]
    for number, (days, new) in enumerate(spans):
        assert given(store, tmp_path / str(number) / f"{NAME}.txt", hostile.chat(days))["new_messages"] == new
    assert len(facts(store)) == 27


@pytest.mark.parametrize("turn", [0, 1])
def test_49_an_edited_and_a_deleted_message_stay_one(store: TownStore, tmp_path: Path, turn: int) -> None:
    before = hostile.chat()
    lines = before.splitlines()
    lines[4] += " <This message was edited>"
    lines[7] = lines[7].rsplit(": ", 1)[0] + ": This message was deleted"
    after = "\n".join(lines) + "\n"
    first, second = (before, after) if turn == 0 else (after, before)
    given(store, tmp_path / "1" / f"{NAME}.txt", first)
    assert given(store, tmp_path / "2" / f"{NAME}.txt", second)["new_messages"] == 0
    assert len(facts(store)) == 42
    # Whichever came in first: deletions never go back, so the export that knows of one is the later.
    assert [row["kind"] for row in facts(store)].count("deleted") == 1


MARKS = {
    "bidi": "\u200e[14.10.2026, 9:00:01] \u202aדנה\u202c: \u2068שלום\u2069\n\u200f[15.10.2026, 9:00:02] דנה: א\n",
    "narrow": "[10/14/26, 9:00:01\u202fAM] Dana: a\n[10/15/26, 9:00:02\u202fPM] Dana: b\n",
    "nbsp": "10/14/26, 9:00\u00a0AM - Dana: a\n10/15/26, 9:00\u00a0PM - Dana: b\n",
    "hebrew": "14.10.2026, 9:00 לפנה״צ - דנה: א\n15.10.2026, 9:00 אחה״צ - דנה: ב\n",
    "arabic": "١٤/١٠/٢٠٢٦، ٩:٠٠ ص - دانة: ا\n١٥/١٠/٢٠٢٦، ٩:٠٠ م - دانة: ب\n",
    "24h": "14.10.2026, 09:00 - דנה: א\n15.10.2026, 21:00 - דנה: ב\n",
}


@pytest.mark.parametrize("kind", MARKS)
def test_50_marks_narrow_spaces_halves_of_the_day_and_digits(store: TownStore, tmp_path: Path, kind: str) -> None:
    found = given(store, tmp_path / f"{NAME}.txt", MARKS[kind])
    assert (found["messages"], found["senders"]) == (2, 1)
    assert str(found["first"]).startswith("2026-10-14T09:00")
    assert str(found["last"])[:13] in ("2026-10-15T21", "2026-10-15T09")
    assert (str(found["last"])[11:13] == "21") is (kind != "bidi")


def test_50_an_undecidable_order_of_dates_is_refused(store: TownStore, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.txt"
    path.write_text("3/4/26, 9:00 AM - דנה: א\n", encoding="utf-8")
    assert hostile.refused(store, path).code == "date_order_ambiguous"


def test_51_a_pasted_header_costs_no_more_than_itself(store: TownStore, tmp_path: Path) -> None:
    lines = hostile.chat().splitlines()
    for at, pasted in ((10, "1.2.2019, 08:00 - דנה: מזויף"), (25, "1.1.2001, 00:00 - אורי הוסיף/ה את דנה")):
        lines.insert(at, pasted)
    found = given(store, tmp_path / f"{NAME}.txt", "\n".join(lines))
    assert (found["messages"], found["first"]) == (42, "2026-10-14T09:00:00")
    assert found["lines"]["imitated"] == 2  # type: ignore[index]
    near = "20.10.2026, 09:05 - זר: מודבק"
    lines = hostile.chat().splitlines()
    lines.insert(20, near)
    assert given(store, tmp_path / "near.txt", "\n".join(lines))["messages"] in (42, 43)


SENDERS = [
    "<img src=x onerror=alert(1)>", "'); DROP TABLE people;--", "{{7*7}}", '=HYPERLINK("http://x.invalid")', "\u202egnp.x",
    "x" * 10_000, "-", "%s%n", "@SUM(A1)",
]  # fmt: skip


def test_53_display_names_never_leave_the_reader(store: TownStore, tmp_path: Path) -> None:
    days = range(14, 14 + len(SENDERS))
    text = "".join(hostile.chat([day], name=name) for day, name in zip(days, SENDERS, strict=True))
    text += "28.10.2026, 09:00 - : אין שם\n"
    found = given(store, tmp_path / f"{NAME}.txt", text)
    assert 3 * len(SENDERS) - 1 <= int(str(found["messages"])) <= 3 * len(SENDERS) + 1
    marks = [b"onerror", b"DROP TABLE", b"7*7", b"HYPERLINK", b"gnp.x", b"x" * 100, b"@SUM"]
    for path in store.config.base.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [mark for mark in marks if mark in content], path.name
    assert {str(type(row["author"])) for row in facts(store)} <= {"<class 'int'>", "<class 'NoneType'>"}
    assert store.ledger.streams()  # nothing was dropped


def test_57_a_file_still_being_written_is_taken_once_and_whole(store: TownStore, tmp_path: Path) -> None:
    """The folder's own rules are tested beside it (tests/unit/pipeline/test_drop_folder.py); this is the way through."""
    drop = tmp_path / "drop"
    drop.mkdir()
    path, watch = drop / f"{NAME}.txt", Watch(drop, quiet_seconds=10)
    path.write_text(hostile.chat(range(14, 16)), encoding="utf-8")
    assert watch.stable(now=0) == []
    path.write_text(hostile.chat(range(14, 20)), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert watch.stable(now=11) == []
    taken = watch.stable(now=22)
    assert [given(store, one.path)["new_messages"] for one in taken] == [18]
    assert [given(store, one.path)["new_messages"] for one in watch.stable(now=33)] == [0]


def test_59_an_hour_that_comes_twice_and_one_that_never_comes(store: TownStore, tmp_path: Path) -> None:
    """An export tells no offset: the repeated hour is taken as its first, the skipped one as just after the change."""
    lines = [
        "27.3.2026, 01:59 - דנה: לפני",
        "27.3.2026, 02:30 - אורי: שעה שלא הייתה",
        "27.3.2026, 03:01 - דנה: אחרי",
        "25.10.2026, 01:30 - דנה: ראשונה",
        "25.10.2026, 01:30 - אורי: שנייה",
        "25.10.2026, 02:30 - דנה: אחרי",
    ]
    assert given(store, tmp_path / f"{NAME}.txt", "\n".join(lines))["messages"] == 6
    sent = [row["sent_at"] for row in facts(store)]
    assert [moment.astimezone(UTC) for moment in sent if isinstance(moment, datetime)] == [
        datetime(2026, 3, 26, 23, 59, tzinfo=UTC),
        datetime(2026, 3, 27, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 27, 0, 1, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    ]
    assert len({row["message"] for row in facts(store)}) == 6


@pytest.mark.parametrize(
    ("stamp", "wave"),
    [
        ("2026-10-31T22:30Z", "2026-11"),
        ("2026-09-30T21:30:00Z", "2026-10"),
        ("2026-09-30T20:30:00.123+00:00", "2026-09"),
        ("2026-10-31 22:30 UTC", "2026-11"),
        ("2026-10-31 23:59", "2026-10"),
    ],
)
def test_60_an_instant_belongs_to_its_local_month(store: TownStore, tmp_path: Path, stamp: str, wave: str) -> None:
    early, *others = hostile.SURVEY[1:]  # a wave stands in the month by whose end half of its answers had come
    rows = [["2026-09-01 10:00", *early[1:]], *([stamp, *row[1:]] for row in others)]
    found = given(store, hostile.table(tmp_path / "s.csv", [hostile.SURVEY_HEAD, *rows]))
    assert (found["wave"], found["status"]) == (wave, "read")


def test_60_a_chat_line_of_the_last_hour_stays_in_its_month(store: TownStore, tmp_path: Path) -> None:
    text = "31.10.2026, 23:59 - דנה: א\n1.11.2026, 00:00 - אורי: ב\n"
    assert given(store, tmp_path / f"{NAME}.txt", text)["messages_by_month"] == {"2026-10": 1, "2026-11": 1}
    assert [row["month"] for row in facts(store)] == ["2026-10", "2026-11"]


def test_48_a_wrapping_nobody_opens_is_refused(store: TownStore, tmp_path: Path) -> None:
    path = tmp_path / f"{NAME}.txt.gz"
    path.write_bytes(gzip.compress(hostile.chat().encode()))
    assert hostile.refused(store, path).code == "foreign_archive"


@pytest.mark.parametrize("name", ["chat.md", "chat.txt"])
def test_61_a_chat_of_another_service_is_refused_as_what_it_is(store: TownStore, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(
        "[2026-10-14, 15:04] Me: How is everyone?\n[2026-10-14, 15:10] Aya: We are great!\n", encoding="utf-8"
    )
    assert hostile.refused(store, path).code == "foreign_signal"


def test_62_a_notice_nobody_knows_is_no_message_and_is_told(store: TownStore, tmp_path: Path) -> None:
    lines = [
        '1/10/2026, 10:00 - Dana created group "Gefen"', "4/10/2026, 10:00 - Dana suggested a group for the community: Gefen",
        "5/10/2026, 10:00 - Dana: who comes?", "6/10/2026, 10:00 - Noa: me",
    ]  # fmt: skip
    told = given(store, tmp_path / f"{NAME}.txt", "\n".join(lines) + "\n")
    assert (told["messages"], told["senders"], told["unknown_events"]) == (2, 2, 1)
    assert told["doubtful_days"] == ["2026-10-04"]
    refresh(store)
    assert left_out_rows(store.ledger) == [], "it can be no message, so none is missing"


def test_62_a_line_that_may_be_a_message_leaves_its_month_not_whole(store: TownStore, tmp_path: Path) -> None:
    lines = ["1/10/2026, 10:00 - Dana: hi", "2/10/2026, 10:00 - Residents of 12 Herzl Street, entrance B: me",
             "13/10/2026, 10:00 - Noa: me"]  # fmt: skip
    told = given(store, tmp_path / f"{NAME}.txt", "\n".join(lines) + "\n")
    assert (told["messages"], told["unknown_events"]) == (2, 1)
    refresh(store)
    left = [(one.stream, one.fact, one.month, one.code, one.records) for one in left_out_rows(store.ledger)]
    assert left == [("whatsapp_chat_export", "message", "2026-10", DOUBTFUL, 1)]
    refresh(store)  # nothing changed, and it is said all the same
    assert len(left_out_rows(store.ledger)) == 1
