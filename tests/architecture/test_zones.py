"""No statement and no module knows a town's time zone: `months` carries it into SQL, the configuration elsewhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from tests.architecture.test_imports import OURS
from tests.conftest import ROOT

ZONES = re.compile("|".join(sorted((re.escape(one) for one in available_timezones() if "/" in one), reverse=True)))
PRODUCT = [path for name in OURS if name != "simulator" for path in sorted((ROOT / name).rglob("*"))]
DECLARED = {
    "town/sections.py": "the default of kehila.toml, and its template",
    "collectors/base.py": "the default of a file's settings",
    "collectors/service.py": "the default of an account",
    "transforms/staging/town.py": "the default of a town in staging",
    "collectors/facebook/streams_insights.py": "Facebook's own days end at midnight Pacific time",
    "collectors/ga4/errors.py": "Google's quotas begin anew at midnight Pacific time",
}
"""Where a zone may stand, and why."""


def zones_in(path: Path) -> set[str]:
    """The zones a file's code names; what its docstrings and comments say is left out."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".sql":
        return set(ZONES.findall(re.sub(r"--.*", "", text)))
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # texts that stand alone
    return {
        zone
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
        for zone in ZONES.findall(node.value)
    }


@pytest.mark.parametrize("suffix", [".py", ".sql"])
def test_no_file_names_a_time_zone(suffix: str) -> None:
    files = [path for path in PRODUCT if path.suffix == suffix]
    assert len(files) > 80
    found = {str(path.relative_to(ROOT)): zones for path in files if (zones := zones_in(path))}
    assert {place: zones for place, zones in found.items() if place not in DECLARED} == {}
    if suffix == ".py":
        assert set(found) == set(DECLARED), "nothing stands there any more: take it off the list"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.sql", "select hour(timezone('Asia/Jerusalem', sent_at)) from message"),
        ("x.py", "import zoneinfo\nzone = zoneinfo.ZoneInfo('Europe/Berlin')\n"),
        ("y.py", "QUERY = f\"select timezone('Asia/Jerusalem', {1}) from message\"\n"),
    ],
)
def test_a_planted_zone_is_found(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert zones_in(tmp_path / name)
