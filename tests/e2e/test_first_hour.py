"""The first hour: whose code it is, whose workbook, and a code changed later."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from collectors.staff_workbook.layout import HIDDEN_SHEET, SHEETS
from tests.conftest import ROOT
from tests.e2e import hostile
from tests.e2e.command_line import NAME, Run, config, entry_point, one_line, town_with_a_chat
from town.codes import is_code, refusal
from town.config import ConfigProblem, load

REFERENCE = ROOT / "warehouse" / "reference"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def figures(name: str) -> list[dict[str, str]]:
    """The reference table as it lies in the folder, read without our own reader."""
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_init_says_whose_code_it_is(tmp_path: Path, run: Run) -> None:
    town = next(row for row in figures("authorities.csv") if row["name_en"] == "Ashdod")
    counted = [
        row for row in figures("population.csv") if (row["authority"], row["population_group"]) == ("0070", "all")
    ]
    latest = max(counted, key=lambda row: row["year"])
    ran = run("init", "--authority-code", "0070", "--folder", tmp_path)
    assert (ran.code, ran.err) == (0, "")
    said = f"0070 · {town['name_he']} · Ashdod, {int(latest['residents']):,} residents"
    assert ran.out.splitlines()[0].startswith(said)
    assert tomllib.loads((tmp_path / "kehila.toml").read_text(encoding="utf-8"))["authority"][0]["code"] == "0070"


def test_every_code_of_the_table_begins_and_without_its_zeros_is_asked_back() -> None:
    codes = {row["authority"]: row for row in figures("authorities.csv")}
    assert len(codes) == 259
    for code, row in codes.items():
        assert refusal(code) == ""
        assert row["name_en"] in refusal(row["name_en"]) and code in refusal(row["name_en"])
        short = code.lstrip("0")
        if short not in codes:
            assert f"did you mean {code} " in refusal(short)
            assert refusal(short, is_new_place=True), "a number that is a town's but for its zeros is no new place"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("70", ("did you mean 0070", "Ashdod")),
        ("31", ("0031", "Ofaqim", "5531", "Nahal Soreq")),
        ("0070 ", ("did you mean 0070",)),
        ("Ashdd", ("did you mean 0070",)),
        ("ABCD", ("name", "--new-place")),
        ("9998", ("name", "--new-place")),
        ("../x", ("letters and digits", "--new-place")),
        ("1234567", ("--new-place",)),
        ("\x1b[31mred", ("letters and digits",)),
    ],
)
def test_what_is_no_code_is_refused_with_the_way_to_find_one(
    tmp_path: Path, run: Run, value: str, words: tuple[str, ...]
) -> None:
    ran = run("init", "--authority-code", value, "--folder", tmp_path / "new")
    one_line(ran, 2, *words)
    assert "\x1b" not in ran.err
    assert not (tmp_path / "new").exists()


def test_a_place_that_is_no_authority_says_so(tmp_path: Path, run: Run) -> None:
    ran = run("init", "--authority-code", "north-1", "--new-place", "--folder", tmp_path)
    assert ran.code == 0 and "north-1" in ran.out and "residents not known" in ran.out
    assert load(tmp_path / "kehila.toml").authority[0].code == "north-1"
    one_line(
        run("init", "--authority-code", "0070", "--new-place", "--folder", tmp_path / "n"), 2, "Ashdod", "--new-place"
    )


HOSTILE = ["../x", "a/b", "..", ".", "-", "--json", "a\n", "0070\0", "C:\\x", "٠٠٧٠", "", "a" * 9, "~", "$HOME"]


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), st.booleans())
@example("..", True)
def test_no_code_ever_leads_out_of_a_folder(tmp_path: Path, value: str, is_new_place: bool) -> None:
    """What any door lets in names one folder below the one it is put in, and nothing else."""
    base = tmp_path.resolve()
    if is_code(value):
        assert (base / value).resolve().parent == base
        assert not value.startswith("-")
    else:
        assert refusal(value, is_new_place=is_new_place)
        quoted = '"' + "".join(f"\\U{ord(c):08x}" for c in value if not 0xD800 <= ord(c) < 0xE000) + '"'
        if quoted == '""' and value:
            return
        for text in (
            f"[[authority]]\ncode = {quoted}\n",
            f'[[authority]]\ncode = "T1"\n[drop]\nauthority = {quoted}\n',
        ):
            if quoted == '""' and "drop" in text:
                continue  # no owner: each authority has its own
            (base / "kehila.toml").write_text(text, encoding="utf-8")
            with pytest.raises(ConfigProblem, match="authority"):
                load(base / "kehila.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[authority]]\ncode = "70"\n', ("0070", "Ashdod")),
        ('[[authority]]\ncode = "../x"\n', ("letters and digits",)),
        ('[[authority]]\ncode = "T1"\n[drop]\nauthority = "T2"\n', ("[drop]", "T2", "T1")),
        (
            '[[authority]]\ncode = "T1"\n[source.zoom.main]\nspace = "z"\nauthority = "T2"\n',
            ("[source.zoom.main]", "T2"),
        ),
    ],
)
def test_a_code_is_checked_wherever_it_is_written(tmp_path: Path, run: Run, text: str, words: tuple[str, ...]) -> None:
    (tmp_path / "kehila.toml").write_text(text, encoding="utf-8")
    one_line(run("--config", tmp_path / "kehila.toml", "refresh"), 2, *words)
    assert [path.name for path in tmp_path.iterdir()] == ["kehila.toml"]


def test_a_code_changed_later_is_not_taken_for_an_empty_town(tmp_path: Path, run: Run) -> None:
    folder = town_with_a_chat(tmp_path)
    settings_file = folder / "town" / "kehila.toml"
    settings_file.write_text(hostile.CONFIG.replace("T1", "9998"), encoding="utf-8")
    assert run(*config(folder), "freshness").code == 0, "nothing has landed: the code may still be changed"
    settings_file.write_text('[[authority]]\ncode = "0070"\n', encoding="utf-8")
    assert run(*config(folder), "import", folder / f"{NAME}.txt").code == 0
    before = hostile.tree(folder / "town")
    settings_file.write_text('[[authority]]\ncode = "9998"\n', encoding="utf-8")
    for command in (("freshness",), ("run", "--month", "2026-10"), ("import", folder / f"{NAME}.txt")):
        one_line(run(*config(folder), *command), 2, "this store holds 0070", "Ashdod", "kehila.toml says 9998")
    assert hostile.tree(folder / "town") == before
    settings_file.write_text('[[authority]]\ncode = "9998"\n[[authority]]\ncode = "0070"\n', encoding="utf-8")
    assert run(*config(folder), "--authority", "9998", "freshness").code == 0, "a second town may join the first"


# --- the workbook ---------------------------------------------------------------------------------
def town_of(folder: Path, code: str) -> tuple[str, str]:
    """A town of the table with a key of its own; gives the options that name it."""
    hostile.town(folder).engine.dispose()
    (folder / "kehila.toml").write_text(f'[[authority]]\ncode = "{code}"\n', encoding="utf-8")
    return "--config", str(folder / "kehila.toml")


def filled(path: Path, value: str | None = None) -> Path:
    """One entry typed into a workbook as somebody would in Excel; `value` is put in place of its stamp."""
    book = load_workbook(path)
    sheet = book[SHEETS["monthly"].title["he"]]
    for place, cell in enumerate(("2026-10", "facebook.initiatives", "culture", 2), start=1):
        sheet.cell(3, place).value = cell
    (stamp,) = [row for row in book[HIDDEN_SHEET].iter_rows() if row[0].value == "authority"]
    if value is not None:
        stamp[1].value = value
    book.save(path)
    return path


def test_a_workbook_says_whose_it_is_and_no_other_town_takes_it(tmp_path: Path, run: Run) -> None:
    ours, theirs = town_of(tmp_path / "a", "0070"), town_of(tmp_path / "b", "0028")
    ran = run(*ours, "workbook", tmp_path / "staff.xlsx")
    assert ran.code == 0 and "0070" in ran.out and "Ashdod" in ran.out
    path = filled(tmp_path / "staff.xlsx")
    before = run(*theirs, "dump", "--sha256").out
    for dry in ((), ("--dry-run",)):
        ran = run(*theirs, "import", path, *dry, "--json")
        (told,) = json.loads(ran.out)["files"]
        assert (ran.code, told["status"], told["code"]) == (1, "rejected", "another_town")
        assert all(word in told["reason"] for word in ("0070", "Ashdod", "0028", "Mazkeret Batya", "kehila workbook"))
    assert run(*theirs, "dump", "--sha256").out == before
    assert run(*theirs, "quarantine", "replay").code == 1, "it stays another town's however often it is read"
    (told,) = json.loads(run(*ours, "import", path, "--json").out)["files"]
    assert (told["status"], told["entries"], told["notices"], told["authority"]) == ("read", 1, [], "0070")


def test_a_workbook_without_a_stamp_is_taken_and_said(tmp_path: Path, run: Run) -> None:
    ours = town_of(tmp_path / "a", "0070")
    assert "no town" in run("--config", tmp_path / "none.toml", "workbook", tmp_path / "staff.xlsx").out
    (told,) = json.loads(run(*ours, "import", filled(tmp_path / "staff.xlsx"), "--json").out)["files"]
    assert (told["status"], told["entries"]) == ("read", 1)
    (notice,) = told["notices"]
    assert "0070" in notice and "Ashdod" in notice


def test_what_somebody_typed_over_the_stamp_is_not_repeated(tmp_path: Path, run: Run) -> None:
    ours = town_of(tmp_path / "a", "0070")
    run(*ours, "workbook", tmp_path / "staff.xlsx")
    ran = run(*ours, "import", filled(tmp_path / "staff.xlsx", "Dana Levi 052-7654321"), "--json")
    assert json.loads(ran.out)["files"][0]["code"] == "another_town"
    assert "Dana" not in ran.out and "Dana" not in run(*ours, "quarantine", "list", "--json").out


def test_a_workbook_that_is_there_is_never_written_over(tmp_path: Path, run: Run) -> None:
    ours, path = town_of(tmp_path / "a", "0070"), tmp_path / "staff.xlsx"
    run(*ours, "workbook", path)
    before = filled(path).read_bytes()
    one_line(run(*ours, "workbook", path), 1, "name another")
    one_line(run("--config", tmp_path / "none.toml", "workbook", path), 1, "name another")
    assert path.read_bytes() == before
    assert run(*ours, "workbook", tmp_path / "other.xlsx").code == 0
    assert "never written over" in run("workbook", "--help").out


def test_of_several_towns_one_is_named_for_a_workbook(tmp_path: Path, run: Run) -> None:
    town_of(tmp_path / "a", "0070")
    both = tmp_path / "a" / "kehila.toml"
    both.write_text('[[authority]]\ncode = "0070"\n[[authority]]\ncode = "0028"\n', encoding="utf-8")
    one_line(run("--config", both, "workbook", tmp_path / "x.xlsx"), 2, "--authority")
    assert not (tmp_path / "x.xlsx").exists()
    assert "Mazkeret Batya" in run("--config", both, "--authority", "0028", "workbook", tmp_path / "x.xlsx").out
