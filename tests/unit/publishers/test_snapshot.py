"""The snapshot folder: whole or absent, immutable, the same bytes from the same warehouse."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from publishers import placing
from publishers.history import FILES, file_name
from publishers.placing import SnapshotDamaged, checked_files, place_of, read_manifest
from publishers.push import FolderTarget, PushRefused, push
from publishers.snapshot import build_snapshot
from tests.unit.publishers import town

ARGUMENTS = (town.AUTHORITY, town.MONTH, town.TIMEZONE, 1, town.CLOSED_AT)
ROOT = Path(__file__).parents[3]


def test_it_holds_what_people_and_machines_open(built: Path) -> None:
    assert sorted(file.name for file in built.iterdir()) == [
        "changes.json", "codes.csv", "cuts.csv", "datapackage.json", "dataset.jsonld", "definitions.json", "goals.csv", "headline.csv",
        *sorted(file_name(name) for name in FILES), "indicators.csv", "manifest.json",
        "page-ar-details.html", "page-ar.html", "page-ar.pdf", "page-en-details.html", "page-en.html", "page-en.pdf", "page-he-details.html", "page-he.html", "page-he.pdf", "personas.csv", "values.csv", "values.parquet", "workbook-ar.xlsx", "workbook-en.xlsx", "workbook-he.xlsx",
    ]  # fmt: skip
    content = json.loads((built / "manifest.json").read_text())
    paths = [one["path"] for one in content["files"]]
    assert paths == sorted(paths) and len(paths) == 24 + len(FILES)
    for one in content["files"]:
        raw = (built / one["path"]).read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert not list(built.parent.glob("*.partial")) and not list(built.parent.glob(".*.partial"))


def test_same_warehouse_same_bytes(engine: Engine, built: Path, tmp_path: Path) -> None:
    digest = build_snapshot(engine, *ARGUMENTS, tmp_path)
    assert digest == hashlib.sha256((built / "manifest.json").read_bytes()).hexdigest()


def test_a_published_revision_is_never_touched(tmp_path: Path) -> None:
    engine = town.warehouse(tmp_path)
    digest = build_snapshot(engine, *ARGUMENTS, tmp_path / "out")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*")}
    with engine.begin() as connection:
        connection.execute(text("update indicator_value set value = 7 where indicator = 'website.resident_users'"))
    assert build_snapshot(engine, *ARGUMENTS, tmp_path / "out") == digest
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*")} == before
    again = build_snapshot(engine, town.AUTHORITY, town.MONTH, town.TIMEZONE, 2, town.CLOSED_AT, tmp_path / "out")
    assert again != digest


def test_a_changed_file_is_noticed(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path / "r1")
    (tmp_path / "r1" / "values.csv").write_bytes(b"x")
    with pytest.raises(SnapshotDamaged, match=r"values\.csv was changed"):
        checked_files(tmp_path / "r1", read_manifest(tmp_path / "r1"))
    (tmp_path / "r1" / "values.csv").unlink()
    with pytest.raises(SnapshotDamaged, match="missing"):
        checked_files(tmp_path / "r1", read_manifest(tmp_path / "r1"))


@pytest.mark.parametrize(
    ("authority", "month", "revision"),
    [("../x", "2026-10", 1), ("9999", "2026-13", 1), ("9999", "../..", 1), ("9999", "2026-10", 0), ("", "2026-10", 1)],
)
def test_codes_cannot_leave_the_folder(authority: str, month: str, revision: int) -> None:
    with pytest.raises(ValueError):
        place_of(authority, month, revision)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/b", "manifest.json", ".hidden", ""])
def test_a_manifest_cannot_name_files_elsewhere(built: Path, tmp_path: Path, name: str) -> None:
    content = json.loads((built / "manifest.json").read_text())
    content["files"][0]["path"] = name
    (tmp_path / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(SnapshotDamaged):
        read_manifest(tmp_path)


def test_pushed_to_a_folder_once_and_unchanged(built: Path, tmp_path: Path) -> None:
    first = push(built, FolderTarget(tmp_path))
    copied = tmp_path / town.AUTHORITY / town.MONTH / "r1"
    before = {file: file.stat().st_mtime_ns for file in copied.iterdir()}
    second = push(built, FolderTarget(tmp_path))
    assert first == second and first.status == "delivered"
    assert first.idempotency_key == "9999-2026-10-r1"
    assert {file: file.stat().st_mtime_ns for file in copied.iterdir()} == before
    assert checked_files(copied, read_manifest(copied)) == checked_files(built, read_manifest(built))


def test_another_content_under_the_same_revision_is_refused(built: Path, tmp_path: Path) -> None:
    other = town.warehouse(tmp_path)
    with other.begin() as connection:
        connection.execute(text("update indicator_value set value = 7 where indicator = 'website.resident_users'"))
    build_snapshot(other, *ARGUMENTS, tmp_path / "out")
    with pytest.raises(PushRefused, match="never replaced"):
        push(built, FolderTarget(tmp_path / "out"))


def test_a_failure_half_way_leaves_nothing(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []

    def full(path: Path, content: bytes, **_options: bool) -> None:
        written.append(path)
        if len(written) == 5:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    with monkeypatch.context() as patch:
        patch.setattr("publishers.push.new_file", full)
        receipt = push(built, FolderTarget(tmp_path))
    assert (receipt.status, receipt.problem) == ("failed", "the folder was not written: No space left on device")
    place = tmp_path / town.AUTHORITY / town.MONTH
    assert list(place.iterdir()) == []
    assert push(built, FolderTarget(tmp_path)).status == "delivered"


def test_what_killed_processes_left_is_swept_when_old(built: Path, tmp_path: Path) -> None:
    place = tmp_path / town.AUTHORITY / town.MONTH
    old, young = place / ".r1.old.partial", place / ".r1.young.partial"
    old.mkdir(parents=True)
    young.mkdir()
    past = time.time() - placing.ABANDONED_SECONDS - 60
    os.utime(old, (past, past))
    push(built, FolderTarget(tmp_path))
    assert not old.exists() and young.exists()


SLOW_PUSH = """
import sys, time
from pathlib import Path
import publishers.push as pushing
write = pushing.new_file
def slow(path, content, **options):
    write(path, content, **options)
    print(path.name, flush=True)
    time.sleep(0.05)
pushing.new_file = slow
pushing.push(Path(sys.argv[1]), pushing.FolderTarget(Path(sys.argv[2])))
"""


def test_killed_while_pushing_the_folder_is_absent_or_whole(built: Path, tmp_path: Path) -> None:
    final = tmp_path / town.AUTHORITY / town.MONTH / "r1"
    for stop_after in (1, 7, 12):
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_PUSH, str(built), str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        for _ in range(stop_after):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert not final.exists() or checked_files(final, read_manifest(final))
    assert push(built, FolderTarget(tmp_path)).status == "delivered"
