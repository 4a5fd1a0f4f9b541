"""Import rules and file sizes hold, and break when somebody breaks them."""

import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT

OURS = (
    "cli",
    "flows",
    "operations",
    "pipeline",
    "receiver",
    "town",
    "collectors",
    "expectations",
    "transforms",
    "publishers",
    "warehouse",
    "texts",
    "simulator",
)
MOST_LINES = 330
PLANTED = [
    # the floors
    ("transforms/calendar.py", "import collectors.base\n"),
    ("collectors/errors.py", "import warehouse.lake\n"),
    ("warehouse/lake.py", "import town.config\n"),
    ("town/config.py", "import pipeline.events\n"),
    ("pipeline/events.py", "import flows.schedules\n"),
    ("operations/login.py", "import cli.session\n"),
    ("flows/schedules.py", "import operations.login\n"),
    ("expectations/results.py", "import transforms.calendar\n"),
    ("transforms/reasons.py", "import town.config\n"),
    ("town/parts.py", "import receiver.replies\n"),
    ("receiver/replies.py", "import transforms.calendar\n"),
    # siblings make no circle, in every package
    ("cli/session.py", "import cli.files\n"),
    ("flows/runs.py", "import flows.schedules\n"),
    ("operations/login.py", "import operations.server\n"),
    ("pipeline/refresh/outcome.py", "import pipeline.month.close\n"),
    ("pipeline/land/events.py", "import pipeline.land.drain\n"),
    ("receiver/replies.py", "import receiver.protocol\n"),
    ("town/config.py", "import town.store\n"),
    ("collectors/base.py", "import collectors.records\n"),
    ("expectations/results.py", "import expectations.gate\n"),
    ("transforms/calendar.py", "import transforms.compute\n"),
    ("publishers/words.py", "import publishers.page\n"),
    ("warehouse/keys.py", "import warehouse.inbox\n"),
    # what only one folder may know
    ("collectors/facebook_group_export/streams.py", "import collectors.staff_workbook.layout\n"),
    ("pipeline/events.py", "import prefect\n"),
    ("town/config.py", "import great_expectations\n"),
    ("transforms/reasons.py", "import requests\n"),
    ("pipeline/month/close.py", "import simulator\n"),
    ("town/faults.py", "import click\n"),
    # codes below, sentences above
    ("texts/writing.py", "import warehouse.keys\n"),
    ("texts/writing.py", "import texts.catalogue\n"),
    ("collectors/errors.py", "import texts\n"),
    ("expectations/results.py", "import texts\n"),
    ("pipeline/events.py", "import texts\n"),
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


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages, to plant violations in."""
    folder = tmp_path_factory.mktemp("tree")
    for name in OURS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_contracts_hold() -> None:
    done = contracts(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("file", "line"), PLANTED, ids=[f"{f}:{line.strip()}" for f, line in PLANTED])
def test_a_planted_violation_is_found(tree: Path, file: str, line: str) -> None:
    path = tree / file
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{line}", encoding="utf-8")
    done = contracts(tree)
    path.write_text(text, encoding="utf-8")
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
