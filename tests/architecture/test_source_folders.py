"""Every service's folder is laid out alike: who has read one (collectors/brevo) finds her way in the others."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collectors.hooks import hooks
from collectors.service import Source, sources
from tests.conftest import ROOT

SERVICES = sources()
WORKING = ("collectors", "simulator", "tests", "transforms", "texts", "warehouse", "town", "pipeline")


def folder_of(source: Source) -> Path:
    return ROOT / "collectors" / type(source).__module__.split(".")[1]


def where(kind: type) -> str:
    """The file of its folder a class stands in."""
    return kind.__module__.split(".")[-1]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_the_files_of_a_service_have_the_names_of_all(name: str) -> None:
    source = SERVICES[name]
    folder = folder_of(source)
    assert {path.stem for path in folder.glob("*.py")} >= {"__init__", "settings", "session", "source"}
    assert (where(type(source)), where(source.Settings)) == ("source", "settings")
    places = {stream: where(stream) for stream in (*source.streams, *source.side_streams)}
    mine = {one: place for one, place in places.items() if one.__module__.startswith(f"collectors.{folder.name}.")}
    assert all(re.fullmatch(r"source|streams(_\w+)?|covering", place) for place in mine.values()), mine
    assert all(where(type(one)) in ("hook", "meta_hook") for one in hooks() if name in one.owner_setting)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_s_charter_is_one_table_of_its_calls(name: str) -> None:
    text = (folder_of(SERVICES[name]) / "__init__.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(tree.body) == 1, "a charter, and nothing that is loaded with the settings"
    charter = ast.get_docstring(tree) or ""
    assert "| call | stream | scope |" in charter
    named = set(re.findall(r"`(\w+)`", charter))
    assert {stream.name for stream in SERVICES[name].streams} <= named


def test_a_new_source_is_a_copy_of_the_model_and_says_what_is_left(tmp_path: Path) -> None:
    for room in WORKING:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    script = [sys.executable, "-m", "tests.new_source"]
    done = subprocess.run([*script, "pigeon_post"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "collectors/pigeon_post/source.py" in done.stdout and "test_cases.py" in done.stdout
    look = (
        "from collectors.service import sources; from collectors.settings import source_settings;"
        "from tests.contract.behaviour.cases import CASES;"
        "one = sources()['pigeon_post']; assert source_settings()['pigeon_post'] is one.Settings;"
        "print([s.name for s in one.streams], CASES['pigeon_post'].__name__)"
    )
    found = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['pigeon_post_list', 'pigeon_post_campaign'] PigeonPostCase"
    again = subprocess.run([*script, "pigeon_post"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode != 0 and "is there already" in again.stderr
    for wrong in ("Pigeon", "1x", "a-b", "class"):
        refused = subprocess.run([*script, wrong], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert refused.returncode != 0
