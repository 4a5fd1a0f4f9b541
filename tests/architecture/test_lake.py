"""Nothing assumes that a lake is a folder: who asks for one has looked whether it is."""

import re

import pytest

from tests.conftest import ROOT

PACKAGES = ("cli", "entry", "flows", "operations", "pipeline", "receiver", "town", "collectors", "expectations",
            "transforms", "publishers", "warehouse")  # fmt: skip
ASKS = {"town/store.py", "pipeline/upkeep/backup.py"}
"""They refuse a folder that is somebody else's, and a backup inside the lake."""


@pytest.mark.parametrize("package", PACKAGES)
def test_the_folder_of_a_lake_is_asked_for_only_where_it_may_be_none(package: str) -> None:
    for path in sorted((ROOT / package).rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if name != "warehouse/lake.py" and re.search(r"\blake\.root\b", source):
            assert name in ASKS and "lake.is_folder" in source, name
