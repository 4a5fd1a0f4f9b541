"""Import rules and file sizes hold, and break when somebody breaks them."""

import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

OURS = ("collectors", "expectations", "transforms", "warehouse", "publishers", "flows", "simulator")
MOST_LINES = 330
PLANTED = [
    ("transforms/calendar.py", "import collectors.base\n"),
    ("collectors/errors.py", "import warehouse.lake\n"),
    ("collectors/facebook_group_export/streams.py", "import collectors.staff_workbook.layout\n"),
    ("warehouse/lake.py", "import prefect\n"),
    ("flows/config.py", "import great_expectations\n"),
    ("transforms/reasons.py", "import requests\n"),
    ("flows/closing.py", "import simulator\n"),
]


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )


def copy_of_the_tree(folder: Path) -> Path:
    for name in OURS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold() -> None:
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("file", "line"), PLANTED, ids=[f"{f}:{line.strip()}" for f, line in PLANTED])
def test_a_planted_violation_is_found(tmp_path: Path, file: str, line: str) -> None:
    tree = copy_of_the_tree(tmp_path)
    path = tree / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + line, encoding="utf-8")
    done = contracts(tree)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_nobody_else_owns_our_package_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"kehila"} for name in OURS} == {name: set() for name in OURS}


def test_no_file_is_two_rooms() -> None:
    long = {}
    for name in OURS:
        for path in (ROOT / name).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MOST_LINES and "versions" not in path.parts:
                long[str(path.relative_to(ROOT))] = lines
    assert long == {}


@pytest.mark.parametrize("name", OURS)
def test_each_package_opens_with_a_charter(name: str) -> None:
    text = (ROOT / name / "__init__.py").read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert 3 <= text.count("\n") <= 12
    assert "not" in text.lower()
