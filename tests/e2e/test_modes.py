"""Whatever the mask of the shell, what a town keeps is its user's alone."""

import os
import stat
from pathlib import Path

import pytest

from pipeline.land.files import import_file
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from town.store import open_store

PRIVATE_PATHS = ("keys", "keys/root.key", "lake", "warehouse.db")


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_the_store_is_its_users_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        base = tmp_path / "town"
        store = hostile.town(base)
        refused = tmp_path / "other.csv"
        refused.write_text("nobody,of,these\n1,2,3\n", encoding="utf-8")
        assert import_file(store, refused).status == "rejected"
        refresh(store)
        store.engine.dispose()
        open_store(store.config).engine.dispose()
    finally:
        os.umask(before)
    found = [base / one for one in PRIVATE_PATHS] + list(base.rglob("*.sealed")) + list(base.glob("warehouse.db-*"))
    assert len(found) > len(PRIVATE_PATHS)
    assert {one.name: oct(stat.S_IMODE(one.stat().st_mode) & 0o077) for one in found} == {
        one.name: "0o0" for one in found
    }
