"""Names of files, places, people and towns that steer a terminal, turn text around or fill a screen: every command."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from cli.printing import LINE_LENGTH, harmless, visible
from collectors.staff_workbook.write import write_staff_workbook
from tests.e2e import hostile
from tests.e2e.command_line import Run
from tests.e2e.test_damaged_database import COMMANDS
from tests.e2e.towns import TODAY

EVIL = "\u202egnp.\u2066שם\x1b[2J\x9b31m\x07\u2028שורה"
LONG = EVIL + "א" * 30_000
TOML = "\\u202egnp.\\u2066שם\\u001b[2J\\u2028"


def wrong(said: str) -> list[str]:
    """Lines that do what no line may."""
    bad = []
    for line in said.split("\n"):
        turned = any(c in "\u202a\u202b\u202c\u202d\u202e" for c in line)
        open_marks = sum(c in "\u2066\u2067\u2068" for c in line) - line.count("\u2069")
        steers = any(unicodedata.category(c) in ("Cc", "Zl", "Zp") and c not in "\t" for c in line)
        if turned or open_marks or steers or len(line) > LINE_LENGTH + 100:
            bad.append(repr(line[:200]))
    return bad


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = tmp_path / "town"
    hostile.town(base).engine.dispose()
    (base / "kehila.toml").write_text(
        f'[[authority]]\ncode = "T1"\nname_he = "{TOML}"\n[push.bi]\nkind = "folder"\npath = "bi"\n', encoding="utf-8"
    )
    files = tmp_path / "files"
    files.mkdir()
    name = f"WhatsApp Chat with {EVIL.replace('/', '')}.txt"
    (files / name).write_text(hostile.chat(name=LONG.replace("\u2028", "")), encoding="utf-8")
    (files / f"{EVIL}.csv").write_text(f"{LONG},b\n1,2\n", encoding="utf-8")
    spaces = [{**hostile.NEWS, "title": LONG[:30_000]}, {**hostile.NEWS, "space": "x" * 3_000, "title": EVIL}]
    # A workbook takes no control characters.
    plain = [{key: str(value).replace("\x1b", "").replace("\x07", "") for key, value in one.items()} for one in spaces]
    write_staff_workbook(files / "staff.xlsx", months=["2026-10"], entries={"spaces": plain})
    return tmp_path


def test_no_command_passes_on_what_a_name_does(folder: Path, run: Run) -> None:
    base, files = folder / "town", folder / "files"
    told = {}

    def asked(*words: str | Path) -> None:
        ran = run("--config", base / "kehila.toml", "--today", TODAY.isoformat(), *words)
        told[" ".join(map(str, words))[:40]] = ran.out + "\n" + ran.err

    asked("import", files)
    asked("refresh")
    for name, given in COMMANDS.items():
        if name not in ("restore", "import"):
            asked(*name.split(), *(str(folder / one) if one in ("staff.xlsx", "copies") else one for one in given))
    asked("spaces", "--files", files)
    asked("spaces", "--files", EVIL)
    asked("import", folder / EVIL)
    asked("show", LONG, "--month", "2026-10")
    asked("checks", "--source", LONG)
    asked("collect", "--source", EVIL)
    asked(EVIL)
    asked("--authority", EVIL, "refresh")
    asked("--authority", "all", "refresh")
    asked("accept", EVIL, "--reason", "so")
    assert {name: bad for name, said in told.items() if (bad := wrong(said))} == {}
    assert any("\\u202e" in said for said in told.values())


def test_what_a_line_may_hold_is_left() -> None:
    ours = "סה״כ \u2066-5\u2069 ב־\u200f2026\tx"
    assert harmless(ours) == ours
    assert harmless("a\u2066b") == "a\u2066b\u2069" and harmless("a\u2069b") == "ab"
    assert harmless("a\u202eb\nc") == "a\\u202eb\\u000ac"
    assert visible("x" * 500) == "x" * 120 + "…"
