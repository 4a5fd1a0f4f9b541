"""What a command loads: counted by modules, each command in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.towns import TODAY

ROOT = Path(__file__).parents[2]
HEAVY = (
    "pandas", "duckdb", "openpyxl", "scipy", "cryptography", "prefect", "great_expectations", "alembic", "sqlglot",
    "pyarrow", "numpy", "requests",
)  # fmt: skip
PARQUET = {"pyarrow", "numpy", "requests"}
"""What a command may load besides that looks into files of the lake, or at what collectors declare."""
COMMANDS: dict[tuple[str, ...], set[str]] = {
    ("show", "whatsapp.answers", "--month", "2026-10"): set(),
    ("indicators",): set(),
    ("persona", "society=arab"): set(),
    ("quarantine", "list"): set(),
    ("checks",): set(),
    ("freshness",): PARQUET,
    ("spaces",): PARQUET,
    ("check",): {*PARQUET, "cryptography"},
}
"""A command that only reads -> what of the heavy ones it may load."""


def loaded_by(folder: Path, *words: str) -> set[str]:
    code = (
        f"import sys; sys.argv = ['kehila', '--config', {str(folder / 'kehila.toml')!r}, '--today', '{TODAY}', "
        f"*{list(words)!r}]\n"
        "from cli.main import run\n"
        "try:\n    run()\n"
        f"finally:\n    print('loaded:', *[one for one in {HEAVY!r} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    said, _, loaded = done.stdout.rpartition("loaded:")
    assert said.strip(), done.stderr
    return set(loaded.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_that_reads_loads_what_it_needs_only(finished: Path, words: tuple[str, ...]) -> None:
    assert loaded_by(finished, *words) <= COMMANDS[words]


def test_arrow_asked_before_there_was_pandas_still_gives_a_frame() -> None:
    """In a process of its own: the question is put once."""
    code = (
        "import sys\n"
        "from warehouse.arrow_alone import look_for_no_pandas\n"
        "import pyarrow as pa\n"
        "look_for_no_pandas()\n"
        "table = pa.table({'a': [1, 2], 'b': [None, 'x']})\n"
        "before = 'pandas' in sys.modules\n"
        "frame = table.to_pandas()\n"
        "print(before, frame['a'].sum(), pa.Table.from_pandas(frame).to_pylist() == table.to_pylist(), pa.array(frame['a']).to_pylist())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split(maxsplit=3) == ["False", "3", "True", "[1, 2]\n"], done.stderr


def test_landing_the_first_records_of_a_process_loads_no_pandas(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.unit.warehouse.test_ledger import House\n"
        f"landed = House(Path({str(tmp_path)!r})).land('Dana', 'Omer')\n"
        "print(landed, 'pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split() == ["2", "False"], done.stderr
