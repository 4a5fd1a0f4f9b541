"""What the command line promises: exit codes, one JSON object, one line with a remedy; and the quarantine's commands."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collectors.base import source_key
from collectors.staff_workbook.write import write_staff_workbook
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.command_line import NAME, Run, config, one_line, town_with_a_chat
from tests.e2e.towns import opened
from town.landed import landed_tables
from town.store import TownStore
from transforms.catalogue import catalogue

IMPORT_KEYS = {
    "path", "format", "entries", "messages", "system_events", "senders", "first", "last", "multiline", "events",
    "members_final", "members_at_month_end", "messages_by_month", "lines_before_first", "date_order", "quarantined",
    "status", "reason",
}  # fmt: skip
SHOW_KEYS = {
    "indicator", "authority", "month", "value", "numerator", "denominator", "n", "unit", "status", "quality", "verdict",
    "reason", "revision", "composition",
}  # fmt: skip

REPLAYED = {"files": 1, "replayed": 0, "open": 0, "records": 0, "objects": 0, "events": 0}
"""What `quarantine replay` tells of one file, beside what came of it."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return town_with_a_chat(tmp_path)


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownStore]:
    store = hostile.stocked(tmp_path_factory.mktemp("computed") / "town")
    refresh(store)
    yield store
    store.engine.dispose()


# --- JSON ---------------------------------------------------------------------------------------
def test_import_prints_one_object_with_the_promised_keys(folder: Path, run: Run) -> None:
    ran = run(*config(folder), "import", folder / f"{NAME}.txt", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.count("\n") == 1
    (found,) = json.loads(ran.out)["files"]
    assert set(found) >= IMPORT_KEYS, IMPORT_KEYS - set(found)
    assert (found["status"], found["messages"], found["senders"], found["date_order"]) == ("read", 42, 3, "dmy")


def test_a_mapping_is_suggested_and_nothing_is_landed(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "crm.csv"
    path.write_text("Case,Logged on,Replied\n1,2026-10-03,2026-10-04\n", encoding="utf-8")
    ran = run("--config", tmp_path / "none.toml", "import", path, "--suggest-mapping")
    assert ran.code == 0 and ran.out.splitlines()[1:] == [
        "format: hotline_106", "columns:", '  "Case": number', '  "Logged on": opened', '  "Replied": answered'
    ]  # fmt: skip
    found = json.loads(run("import", path, "--suggest-mapping", "--json").out)
    assert found["format"] == "hotline_106" and "topic" in found["valid"]
    assert [one.name for one in tmp_path.iterdir()] == ["crm.csv"]
    assert run("import", path, path, "--suggest-mapping").code == 2


def test_a_refused_file_is_one_object_and_exit_code_1(folder: Path, run: Run) -> None:
    (folder / "x.csv").write_bytes(b"")
    ran = run(*config(folder), "import", folder / "x.csv", folder / f"{NAME}.txt", "--json")
    assert (ran.code, ran.err) == (1, "")
    bad, good = json.loads(ran.out)["files"]
    assert (bad["status"], bad["code"], good["status"]) == ("rejected", "empty", "read")
    assert {"path", "format", "quarantined", "status", "reason"} <= set(bad)


def test_show_prints_one_object_with_the_promised_keys(computed: TownStore, run: Run) -> None:
    base = ("--config", computed.config.base / "kehila.toml")
    ran = run(*base, "show", "whatsapp.answers", "--month", "2026-10", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    assert set(found) >= SHOW_KEYS, SHOW_KEYS - set(found)
    assert (found["indicator"], found["authority"], found["month"]) == ("whatsapp.answers", "T1", "2026-10")
    assert isinstance(found["quality"], list)
    one_line(run(*base, "show", "whatsapp.answers", "--month", "1999-01"), 1, "kehila run --month 1999-01")


@pytest.mark.parametrize("language", ["he", "ar"])
def test_show_answers_in_the_readers_language(computed: TownStore, run: Run, language: str) -> None:
    base = ("--config", computed.config.base / "kehila.toml")
    for name in ("whatsapp.answers", "policy.resident_use", "assets.renewal"):
        ran = run(*base, "show", name, "--month", "2026-10", "--language", language)
        assert ran.code == 0
        # Codes, commands and places keep their names; the sentences around them are of one language.
        prose = re.sub(r"\(.*?\)|^  .*$|kehila \w+|\b[0-9]-[0-9a-f]+", "", ran.out, flags=re.MULTILINE)
        assert re.findall(r"[A-Za-z]{3,}", prose) == [], prose


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("show", "whatsapp.answer", "--month", "2026-10"),
            "no indicator whatsapp.answer; did you mean whatsapp.answers? `k",
        ),
        (("show", "qqq", "--month", "2026-10"), "there is no indicator qqq; `kehila indicators` lists them"),
        (("--authority", "T11", "refresh"), "there is no authority T11; did you mean T1? known: T1"),
        (("collect", "--source", "zom"), "there is no source or account zom; known: none"),
    ],
)
def test_a_name_nobody_knows_is_told_with_the_nearest(
    computed: TownStore, run: Run, arguments: tuple[str, ...], says: str
) -> None:
    one_line(run("--config", computed.config.base / "kehila.toml", *arguments), 2, says)


def test_indicators_says_which_have_no_value_and_why(computed: TownStore, run: Run) -> None:
    base = ("--config", computed.config.base / "kehila.toml", "--today", "2026-11-20")
    ran = run(*base, "indicators", "--json")
    assert (ran.code, ran.err) == (0, "")
    told = json.loads(ran.out)
    assert told["month"] == "2026-10"
    assert [one["indicator"] for one in told["indicators"]] == list(catalogue())
    by_name = {one["indicator"]: one for one in told["indicators"]}
    shown = json.loads(run(*base, "show", "whatsapp.answers", "--month", "2026-10", "--json").out)
    assert by_name["whatsapp.answers"]["value"] == shown["value"]
    silent = {name for name, one in by_name.items() if one["value"] is None}
    assert (
        by_name["website.resident_users"]["reason"] == "no_source:website" and by_name["website.resident_users"]["why"]
    )
    missing = json.loads(run(*base, "indicators", "--missing", "--json").out)["indicators"]
    assert {one["indicator"] for one in missing} == silent
    lines = run(*base, "indicators", "--missing").out.splitlines()
    assert lines[-1] == f"October 2026: {len(by_name) - len(silent)} of {len(by_name)} have a value"
    assert sum("no value: " in line for line in lines) == len(silent)


def test_indicators_are_listed_without_a_town_but_not_their_values(tmp_path: Path, run: Run) -> None:
    nowhere = ("--config", tmp_path / "kehila.toml")
    ran = run(*nowhere, "indicators")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split()[0] for line in ran.out.splitlines()] == list(catalogue())
    one_line(run(*nowhere, "indicators", "--missing"), 2, "kehila init")


def test_a_dry_run_reads_as_the_town_reads(folder: Path, run: Run) -> None:
    """The order of dates that `kehila.toml` gives decides, as it will when the file is landed."""
    path = folder / "WhatsApp Chat with Garden, north.txt"
    path.write_text("3/4/26, 9:00 AM - דנה: א\n3/4/26, 9:05 AM - אורי: ב\n", encoding="utf-8")
    assert run(*config(folder), "import", path, "--dry-run").code == 1
    settings = folder / "town" / "kehila.toml"
    settings.write_text(hostile.CONFIG + '[whatsapp]\ndate_order = "dmy"\n', encoding="utf-8")
    (found,) = json.loads(run(*config(folder), "import", path, "--dry-run", "--json").out)["files"]
    assert (found["status"], found["date_order"]) == ("read", "dmy")


def test_the_executable_speaks_json_only_on_standard_output(folder: Path) -> None:
    ran = hostile.kehila(*config(folder), "import", folder / f"{NAME}.txt", "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["files"][0]["messages"] == 42


def test_a_name_that_is_no_text_is_still_json(folder: Path) -> None:
    path = hostile.table(folder / os.fsdecode(b"\xffsurvey\n.csv"), hostile.SURVEY)
    ran = hostile.kehila(*config(folder), "import", path, "--json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["files"][0]["path"] == str(path)
    plain = hostile.kehila(*config(folder), "import", path)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "\\udcffsurvey\\u000a.csv" in plain.stdout


def test_a_dry_run_needs_no_configuration_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / f"{NAME}.txt").write_text(hostile.chat(), encoding="utf-8")
    ran = hostile.kehila("import", f"{NAME}.txt", "--dry-run", "--json", cwd=bare)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert set(json.loads(ran.stdout)["files"][0]) >= IMPORT_KEYS
    assert [path.name for path in bare.iterdir()] == [f"{NAME}.txt"]
    (bare / "x.xlsx").write_bytes(b"PK\x03\x04")
    assert hostile.kehila("import", "x.xlsx", "--dry-run", cwd=bare).returncode == 1


# --- usage and configuration --------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "whatsapp.answers", "--month", "2026-13"), "write it as 2026-10"),
        (("refresh", "--month", "October"), "write it as 2026-10"),
        (("import",), "PATHS"),
        (("import", "--no-such-option", "x"), "--no-such-option"),
        (("no-such-command",), "no-such-command"),
        (("--today", "soon", "refresh"), "soon"),
    ],
)
def test_wrong_usage(folder: Path, run: Run, arguments: tuple[str, ...], says: str) -> None:
    ran = run(*config(folder), *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err.splitlines()[-1]


def test_an_empty_folder_is_no_import(folder: Path, run: Run) -> None:
    (folder / "none").mkdir()
    one_line(run(*config(folder), "import", folder / "none"), 2, "no file to import")


CONFIGS: dict[str, tuple[str | None, tuple[str, ...], tuple[str, ...]]] = {
    "missing": (None, (), ("does not exist", "kehila init")),
    "not toml": ("[[authority\n", (), ("not valid TOML",)),
    "no authority": ("[store]\nlake = 'x'\n", (), ("authority",)),
    "unknown key": (hostile.CONFIG + "[stroe]\n", (), ("stroe",)),
    "code without quotes": ("[[authority]]\ncode = 31\n", (), ("quotes",)),
    "unknown authority": (hostile.CONFIG, ("--authority", "T9"), ("T9", "T1")),
    "several": (hostile.CONFIG + '[[authority]]\ncode = "T2"\n', (), ("--authority",)),
    "a secret in the file": (hostile.CONFIG + '[keys]\nroot = "c2VjcmV0"\n', (), ("by reference",)),
    "no key file": (
        hostile.CONFIG + '[keys]\nroot = "file:keys/none.key"\n',
        (),
        ("keys/none.key", "put that one back"),
    ),
    "no key variable": (hostile.CONFIG + '[keys]\nroot = "env:KEHILA_NOT_SET"\n', (), ("KEHILA_NOT_SET",)),
    "a bad key": (hostile.CONFIG + '[keys]\nroot = "file:kehila.toml"\n', (), ("base64", "put that one back")),
}


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_configuration_that_cannot_be_used(folder: Path, run: Run, kind: str) -> None:
    text, options, words = CONFIGS[kind]
    path = folder / "town" / "kehila.toml"
    path.unlink()
    if text is not None:
        path.write_text(text, encoding="utf-8")
    ran = run(*config(folder), *options, "import", folder / f"{NAME}.txt")
    one_line(ran, 2, *words)
    assert "c2VjcmV0" not in ran.err


# --- quarantine -----------------------------------------------------------------------------------
def listed(folder: Path, run: Run) -> list[dict[str, Any]]:
    return list(json.loads(run(*config(folder), "quarantine", "list", "--json").out)["items"])


def test_a_half_wrong_workbook_is_listed_by_cell_and_stays_open(folder: Path, run: Run) -> None:
    entries = [hostile.ENTRY, {**hostile.ENTRY, "part": "safety", "amount": "many"}]
    write_staff_workbook(folder / "staff.xlsx", months=["2026-10"], entries={"monthly": entries})
    ran = run(*config(folder), "import", folder / "staff.xlsx")
    assert ran.code == 1 and "put aside: " in ran.out
    (item,) = listed(folder, run)
    sheet, _, cell = item["place"].partition("!")
    assert sheet == "דיווח חודשי" and cell[0].isalpha() and cell[1:].isdigit()
    assert (item["code"], item["attempts"]) == ("not_a_number", 1)
    assert "number" in item["message"] and "many" not in item["message"]
    for attempt in (1, 2):
        replayed = run(*config(folder), "quarantine", "replay", "--json")
        assert replayed.code == 1
        assert json.loads(replayed.out) == {**REPLAYED, "open": 1}, attempt
    (still,) = listed(folder, run)
    assert (still["item"], still["place"]) == (item["item"], item["place"]) and still["attempts"] > 1


def test_an_undecidable_chat_is_landed_by_replay_once_the_order_is_set(folder: Path, run: Run) -> None:
    path = folder / "WhatsApp Chat with Garden, north.txt"
    path.write_text("3/4/26, 9:00 AM - דנה: א, ב\n3/4/26, 9:05 AM - אורי: ג\n", encoding="utf-8")
    assert run(*config(folder), "import", path).code == 1
    (item,) = listed(folder, run)
    assert item["code"] == "date_order_ambiguous" and "date_order" in item["message"]
    assert run(*config(folder), "quarantine", "replay").code == 1
    settings = folder / "town" / "kehila.toml"
    settings.write_text(hostile.CONFIG + '[whatsapp]\ndate_order = "dmy"\n', encoding="utf-8")
    replayed = run(*config(folder), "quarantine", "replay", "--json")
    assert (replayed.code, json.loads(replayed.out)) == (0, {**REPLAYED, "replayed": 1})
    store = opened(folder / "town")
    (export,) = landed_tables(store, ["whatsapp_chat_export"])["whatsapp_chat_export"].to_pylist()
    assert (export["messages"], str(export["first_local"])[:10]) == (2, "2026-04-03")
    # Replay knows the chat by the name its file had; a stranger's key would be another chat for ever.
    assert export["chat_key"] == source_key("Garden, north", store.keys.derive("place"))
    again = json.loads(run(*config(folder), "import", path, "--json").out)["files"][0]
    assert (again["status"], again["new_messages"]) == ("duplicate", 0)
    assert list(json.loads(run(*config(folder), "quarantine", "list", "--json").out)["items"]) == []


def test_a_survey_is_replayed_with_the_mapping_that_lay_beside_it(folder: Path, run: Run) -> None:
    rows = [["when", "q_one", "q_two"], *[[*row[:1], row[1], "superb"] for row in hostile.SURVEY[1:]]]
    path = hostile.table(folder / "s.csv", rows)
    mapping = "wave: spring\nclosed_day: 2026-05-31\ncolumns: {q_one: trust_1, q_two: trust_2}\n"
    (folder / "s.mapping.yaml").write_text(mapping, encoding="utf-8")
    assert run(*config(folder), "import", path).code == 1
    assert len(listed(folder, run)) == 25
    (folder / "s.mapping.yaml").unlink()
    settings = folder / "town" / "kehila.toml"
    settings.write_text(hostile.CONFIG + "[survey]\nanswers = {superb = 5}\n", encoding="utf-8")
    replayed = json.loads(run(*config(folder), "quarantine", "replay", "--json").out)
    assert replayed == {**REPLAYED, "replayed": 25}
    answers = landed_tables(opened(folder / "town"), ["survey_answer"])["survey_answer"].to_pylist()
    assert {row["wave"] for row in answers} == {"spring"}
    assert [row["answer"] for row in answers if row["item"] == "trust_2"] == [5] * 25


def test_a_file_too_large_to_keep_does_not_stop_the_replay_of_others(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = hostile.table(folder / "large.csv", [*hostile.SURVEY, ["2026-10-26 10:00", "4", "off the scale " * 9]])
    small = hostile.table(folder / "small.csv", [*hostile.GROUP, ["2026-10-29", "1.5", "2", "2"]])
    monkeypatch.setattr("pipeline.land.files.SEALED_BYTES", small.stat().st_size)
    assert large.stat().st_size > small.stat().st_size
    assert run(*config(folder), "import", large, small).code == 1
    replayed = json.loads(run(*config(folder), "quarantine", "replay", "--json").out)
    assert replayed == {**REPLAYED, "open": 2}
