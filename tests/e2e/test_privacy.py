"""Nobody's name, phone, address or text is found in anything a run leaves behind."""

import logging
from pathlib import Path
from typing import Any

import pytest

from collectors.staff_workbook.write import write_staff_workbook
from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.month.publish import publish
from pipeline.refresh.refresh import refresh
from pipeline.upkeep.erasure.erase import erase
from pipeline.upkeep.upkeep import rebuild
from tests.e2e import hostile
from tests.e2e.canaries import found
from tests.e2e.towns import opened
from town.faults import describe
from town.store import TownStore
from warehouse.keys import new_key_file
from warehouse.landing import Landing

NAME, PHONE, TEXT = "כנריתה צפצפנית", "+972 50-777-1234", "סוד כמוס בצינור"
STAFF, CHAT, FREE = "קנריאל דוברת", "שיחה עם כנרפלא", "canary@example.invalid"
CANARIES = [NAME, PHONE, TEXT, STAFF, CHAT, FREE, "507771234", "50-777-1234"]
CONFIG = '[[authority]]\ncode = "T1"\nname_he = "עיר"\n[keys]\nroot = "file:keys/root.key"\n'


def chat_lines() -> list[str]:
    lines = [
        f'1.10.2026, 08:00 - {STAFF} יצר/ה את הקבוצה "{CHAT}"',
        f"1.10.2026, 08:01 - {STAFF} הוסיף/ה את {NAME} ו-{PHONE}",
    ]
    for day in range(1, 29):
        lines += [
            f"{day}.10.2026, 09:00 - {NAME}: {TEXT}?",
            f"{day}.10.2026, 09:05 - {PHONE}: {TEXT} {FREE}",
            f"{day}.10.2026, 09:09 - {STAFF}: {TEXT}",
        ]
    return [*lines, f"29.10.2026, 10:00 - {NAME} עשה דבר שאיש לא מכיר {TEXT}"]


@pytest.fixture
def store(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> TownStore:
    """A town whose every personal field is a canary, run to the closed month with DEBUG logs kept beside it."""
    caplog.set_level(logging.DEBUG)
    (tmp_path / "kehila.toml").write_text(CONFIG, encoding="utf-8")
    new_key_file(tmp_path / "keys" / "root.key")
    files = tmp_path / "files"
    files.mkdir()
    (files / f"צ'אט WhatsApp עם {CHAT}.txt").write_text("\n".join(chat_lines()), encoding="utf-8")
    write_staff_workbook(
        files / "staff.xlsx",
        entries={
            "spaces": [
                {
                    "space": "s1",
                    "title": "שכונה",
                    "asset": "whatsapp",
                    "kind": "open",
                    "operated_by": "authority",
                    "names": CHAT,
                }
            ],
            "staff": [{"chat_name": STAFF}, {"phone": "050-7771235"}, {"email": FREE}],
            "monthly": [
                {
                    "month": "2026-10",
                    "indicator": "facebook.initiatives",
                    "part": "culture",
                    "amount": 2,
                    "entered_by": STAFF,
                }
            ],
        },
    )
    survey = [
        "חותמת זמן,trust_1,הערות",
        *[f"2026-10-{d:02d} 10:00,{1 + d % 5},{TEXT} {FREE}" for d in range(1, 28)],
        f"2026-10-28 10:00,{NAME},{TEXT}",
    ]
    (files / "survey.csv").write_text("\n".join(survey), encoding="utf-8")
    (files / "broken.xlsx").write_bytes(b"PK\x03\x04" + NAME.encode())
    made = opened(tmp_path)
    for path in sorted(files.iterdir()):
        report = import_file(made, path)
        (tmp_path / f"report-{path.suffix[1:]}.json").write_text(
            str({k: v for k, v in report.as_json().items() if k != "path"}), encoding="utf-8"
        )
    refresh(made)
    publish(made, "2026-10")
    close(made, "2026-10")
    (tmp_path / "debug.log").write_text(caplog.text, encoding="utf-8")
    return made


def test_no_canary_is_found(store: TownStore) -> None:
    base = store.config.base
    assert {c for c, _ in found(base, CANARIES)} >= {
        NAME,
        TEXT,
        STAFF,
        CHAT,
        FREE,
    }  # the control: the sources hold them
    assert found(base, CANARIES, skip=("files/",)) == set()


def test_an_error_of_ours_quotes_no_value() -> None:
    try:
        raise ValueError(f"row {NAME} {PHONE}")
    except ValueError as problem:
        sentence = describe(problem).sentence
    assert "ValueError" in sentence
    assert NAME not in sentence


@pytest.mark.more
def test_an_erasure_that_meets_a_landing_leaves_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = hostile.stocked(tmp_path / "town")
    refresh(store)
    chat = tmp_path / "WhatsApp Chat with Yard.txt"
    chat.write_text(hostile.chat(range(1, 12)), encoding="utf-8")
    commit = Landing._commit

    def erased_before_it_is_true(landing: Landing, *arguments: Any) -> None:
        monkeypatch.setattr(Landing, "_commit", commit)
        assert erase(store, ["דנה"])["found"]
        commit(landing, *arguments)

    monkeypatch.setattr(Landing, "_commit", erased_before_it_is_true)
    assert import_file(store, chat).status == "read"
    assert [path for path in store.ledger.listed_paths() if path and not (store.lake.root / path).exists()] == []
    refresh(store)
    rebuild(store)
