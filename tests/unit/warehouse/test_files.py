"""Files that take another's place: whole for whoever reads, in the right order on the disk, with their permissions."""

from __future__ import annotations

import ast
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from warehouse.files import ANYBODY, OWNER_ONLY, new_file, replace_file
from warehouse.shelves import Draft


def test_a_reader_sees_one_content_or_the_other_and_never_a_part(tmp_path: Path) -> None:
    path = tmp_path / "page"
    contents = [bytes([letter]) * size for letter, size in ((65, 400_000), (66, 300_000), (67, 0))]
    replace_file(path, contents[0], synced=False)

    def write(content: bytes) -> None:
        for _ in range(60):
            replace_file(path, content, synced=False)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for one in writers:
        one.start()
    seen = set()
    while any(one.is_alive() for one in writers):
        seen.add(path.read_bytes())
    for one in writers:
        one.join()
    assert seen | {path.read_bytes()} <= set(contents)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("synced", [True, False])
def test_what_must_survive_a_power_cut_is_synced_before_it_has_its_name_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synced: bool
) -> None:
    path, done = tmp_path / "key", []
    real_sync, real_replace = os.fsync, os.replace

    def sync(handle: int) -> None:
        held = os.fstat(handle)
        done.append("folder" if stat.S_ISDIR(held.st_mode) else f"{held.st_size} bytes")
        real_sync(handle)

    def replace(source: Any, target: Any) -> None:
        done.append("name")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    replace_file(path, b"secret", synced=synced)
    assert done == (["6 bytes", "name", "folder"] if synced else ["name"])


@pytest.mark.parametrize("fails", ["fsync", "replace", "write"])
def test_a_disk_that_does_not_write_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    path = tmp_path / "drained"
    replace_file(path, b"7:120", synced=True)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        if fails == "write":
            patched.setattr("warehouse.files.os.fdopen", full)
        else:
            patched.setattr(os, fails, full)
        with pytest.raises(OSError, match="No space"):
            replace_file(path, b"8:0", synced=True)
    assert path.read_bytes() == b"7:120"
    assert list(tmp_path.iterdir()) == [path]


def test_permissions_are_those_asked_for_whatever_stood_there(tmp_path: Path) -> None:
    usual, secret = tmp_path / "usual", tmp_path / "secret"
    usual.write_bytes(b"")
    expected = stat.S_IMODE(usual.stat().st_mode)
    secret.touch(0o644)
    usual.chmod(0o600)
    replace_file(usual, b"1", synced=False, mode=ANYBODY)
    replace_file(secret, b"1", synced=False, mode=OWNER_ONLY)
    assert (stat.S_IMODE(usual.stat().st_mode), stat.S_IMODE(secret.stat().st_mode)) == (expected, 0o600)


def test_a_new_file_never_takes_anothers_place(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    new_file(path, b"first", synced=True)
    with pytest.raises(FileExistsError):
        new_file(path, b"second", synced=True)
    assert path.read_bytes() == b"first"


def test_files_take_anothers_place_by_this_function_alone() -> None:
    """`Path.replace` and `os.replace` are told from those of texts and dates by their arguments."""
    found = set()
    for package in ("cli", "entry", "flows", "operations", "pipeline", "receiver", "town", "collectors", "expectations",
                    "transforms", "publishers", "warehouse", "texts"):  # fmt: skip
        for path in (ROOT / package).rglob("*.py"):
            calls = [one for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(one, ast.Call)]
            for one in calls:
                named = isinstance(one.func, ast.Attribute) and one.func.attr == "replace" and not one.keywords
                owner = one.func.value if isinstance(one.func, ast.Attribute) else None
                of_os = isinstance(owner, ast.Name) and owner.id == "os"
                if named and len(one.args) == (2 if of_os else 1):
                    found.add(path.relative_to(ROOT).as_posix())
    assert found == {"warehouse/files.py"}


def test_a_file_of_the_lake_says_once_that_the_disk_is_full_and_is_thrown_away_in_silence() -> None:
    file = Draft(os.open("/dev/full", os.O_WRONLY))
    file.write(b"rows")
    with pytest.raises(OSError, match="No space"):
        file.make_durable()
    file.close()
    assert file.closed
