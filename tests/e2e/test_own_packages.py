"""A package brings a file source, its staging and an indicator; what it must not bring is refused, with both names."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors.discovery import PartError, load_all, load_only, packages
from collectors.service import sources
from collectors.settings import format_settings
from tests.e2e import hostile
from tests.e2e.own_package import BOX, CASES, INDICATOR, NOTES, STAGING, installed, kehila
from town.staged import staging_modules
from town.streams import streams_by_name


@pytest.fixture
def town(tmp_path: Path) -> Path:
    hostile.town(tmp_path / "town").engine.dispose()
    (tmp_path / "notes.csv").write_text(NOTES, encoding="utf-8")
    return tmp_path / "town"


@pytest.mark.more
def test_its_file_is_read_staged_and_counted(town: Path, tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    taken = kehila(site, town, "import", tmp_path / "notes.csv", "--json")
    assert taken.returncode == 0, taken.stderr
    (file,) = json.loads(taken.stdout)["files"]
    assert (file["format"], file["status"], file["notes"]) == ("suggestion_box", "read", 3)
    done = kehila(site, town, "refresh")
    assert done.returncode == 0, done.stderr
    for indicator in ("app.box_notes", "app.requests"):
        shown = kehila(site, town, "show", indicator, "--month", "2026-10", "--json")
        assert json.loads(shown.stdout)["value"] == 3.0, shown
    without = kehila(tmp_path, town, "import", tmp_path / "notes.csv", "--json")
    assert json.loads(without.stdout)["files"][0]["code"] == "unknown_format", "the control: nobody else reads it"


SOURCE = """
from collectors.service import Source
class Pigeon(Source):
    name = "zoom"
    streams = ()
"""
SETTINGS = """
from collectors.settings import FormatSettings
class Own(FormatSettings):
    section = "survey"
"""
BROKEN = [
    ({"townpack/box.py": BOX.replace("suggestion_box", "survey")}, "Kehila has a file format of the name survey; give that"),
    ({"townpack/box.py": BOX.replace("box_note", "survey_answer")}, "Kehila has a stream of the name survey_answer; give"),
    ({"townpack/box.py": BOX.replace(", key=True", "")}, "box_note: declare columns, one of them the key"),
    ({"townpack/box.py": "raise RuntimeError('secret')"}, "names townpack.box, which cannot be imported (RuntimeError)"),
    ({"townpack/pigeon.py": SOURCE}, "Kehila has a source of the name zoom; give that"),
    ({"townpack/settings.py": SETTINGS}, "Kehila has a section of kehila.toml of the name survey; give that"),
    ({"townpack/staging.py": STAGING.replace('"suggestion_box"', '"whatsapp"')}, "Kehila has a staged source of the name what"),
    ({"townpack/staging.py": STAGING.replace('"box_note",)', '"letter",)')}, "stages letter, which no collector lands"),
    ({"townpack/staging.py": STAGING.replace("def stage", "def _stage")}, "has to say SOURCE and STREAMS, and to stage"),
]  # fmt: skip


@pytest.fixture
def path_of_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which this process finds installed packages, and nothing of them afterwards."""
    cached = (packages, load_all, load_only, streams_by_name, staging_modules)
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    for one in cached:
        one.cache_clear()
    yield site
    monkeypatch.undo()
    for one in cached:
        one.cache_clear()


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=[says[:40] for _, says in BROKEN])
def test_what_it_must_not_bring_is_refused(path_of_packages: Path, number: int) -> None:
    other, says = BROKEN[number]
    name = f"townpack{number}"  # a class once loaded stays; under a name of its own it belongs to nobody afterwards
    installed(path_of_packages, other, name)
    with pytest.raises(PartError) as refused:
        format_settings(), sources(), staging_modules()
    assert says.replace("townpack", name) in str(refused.value) and name in str(refused.value)


def test_a_command_ends_with_that_sentence(town: Path, tmp_path: Path) -> None:
    other, says = BROKEN[3]
    refused = kehila(installed(tmp_path / "site", other), town, "refresh")
    assert refused.returncode == 2, refused
    assert says in refused.stderr and refused.stderr.count("\n") == 1 and "secret" not in refused.stderr


def test_doctor_lists_own_parts_and_runs_their_cases(town: Path, tmp_path: Path) -> None:
    site = installed(tmp_path / "site")
    (town / "indicators").mkdir()
    for ending, content in (("sql", INDICATOR), ("yaml", CASES.replace("value: 3.0", "value: 4.0"))):
        (town / "indicators" / f"app.own_notes.{ending}").write_text(content, encoding="utf-8")
    asked = kehila(site, town, "doctor", "--json")
    assert asked.returncode == 2, asked
    own = {(one["kind"], one["name"], one["origin"]): one for one in json.loads(asked.stdout)["own"]}
    wrong = own.pop(("indicator", "app.own_notes", "the town's folder"))
    assert wrong["state"] == "fail" and "each note counts" in wrong["remedy"]
    assert "≠ | 2026-01 | value  | 4.0      | 3.0" in wrong["remedy"]
    assert own.keys() == {
        ("collectors", "suggestion_box", "the package townpack"),
        ("staging", "suggestion_box", "the package townpack"),
        ("indicator", "app.box_notes", "the package townpack"),
    }
    assert {one["state"] for one in own.values()} == {"ok"}


def test_doctor_names_the_package_that_breaks_the_contract(town: Path, tmp_path: Path) -> None:
    other, says = BROKEN[3]
    asked = kehila(installed(tmp_path / "site", other), town, "doctor")
    assert asked.returncode == 2, asked
    assert f"✗ collectors townpack of the package townpack — the package townpack {says}" in asked.stdout


def test_a_town_of_files_alone_has_its_doctor(town: Path, tmp_path: Path) -> None:
    asked = kehila(tmp_path, town, "doctor")
    assert asked.returncode == 1, asked
    assert "✓ root key" in asked.stdout and "! files — no service is configured and no file" in asked.stdout
