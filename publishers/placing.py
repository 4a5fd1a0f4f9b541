"""Folders that are whole or absent: written aside, made durable, then given their name in one step."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.files import sync_folder
from warehouse.refused import Refused

MANIFEST = "manifest.json"
FORMAT = "kehila-snapshot/1"
ABANDONED_SECONDS = 3600
"""A folder still under its working name after this long was left by a killed process."""

CODE = re.compile(r"[A-Za-z0-9_-]{1,8}")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(\.[a-z0-9]+)+")


class SnapshotDamaged(Refused):
    """A snapshot folder is not what its manifest says. The message names the file and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a snapshot holds."""

    authority: str
    month: str
    revision: int
    files: Mapping[str, tuple[int, str]]  # name -> size, sha256
    sha256: str

    @property
    def place(self) -> Path:
        """Where the snapshot stands below any folder of snapshots."""
        return place_of(self.authority, self.month, self.revision)

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt and every target."""
        return f"{self.authority}-{self.month}-r{self.revision}"


def place_of(authority: str, month: str, revision: int) -> Path:
    """authority/month/r<revision>; ValueError for a code that could leave the folder."""
    if not CODE.fullmatch(authority) or not MONTH.fullmatch(month) or revision < 1:
        raise ValueError(f"no snapshot can be named {authority!r}, {month!r}, revision {revision}")
    return Path(authority, month, f"r{revision}")


def json_bytes(content: Any) -> bytes:
    """JSON with sorted keys: the same content gives the same bytes."""
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def manifest_bytes(files: Mapping[str, bytes], authority: str, month: str, revision: int, closed_at: datetime) -> bytes:
    """The manifest of a snapshot about to be written."""
    return json_bytes(
        {
            "format": FORMAT,
            "authority": authority,
            "month": month,
            "revision": revision,
            "closed_at": closed_at.isoformat(),
            "files": [
                {"path": name, "bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}
                for name in sorted(files)
            ],
        }
    )


def place_folder(final: Path, fill: Callable[[Path], None]) -> bool:
    """Fill a folder beside its final place and rename it there. False when another was faster."""
    final.parent.mkdir(parents=True, exist_ok=True)
    sweep(final)
    working = Path(tempfile.mkdtemp(prefix=f".{final.name}.", suffix=".partial", dir=final.parent))
    try:
        fill(working)
        working.chmod(0o755)  # mkdtemp makes it private; a snapshot is for reading
        sync_folder(working)
        try:
            working.rename(final)
        except OSError:
            if not (final / MANIFEST).exists():
                raise
            return False
        for folder in (final.parent, *final.parents[1:3]):
            sync_folder(folder)
        return True
    finally:
        shutil.rmtree(working, ignore_errors=True)


def sweep(final: Path) -> None:
    """Remove what killed processes left beside the place; one that is still being written is young."""
    for left in final.parent.glob(f".{final.name}.*.partial"):
        if time.time() - left.stat().st_mtime > ABANDONED_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a snapshot folder, its form checked. SnapshotDamaged when it cannot be trusted."""
    try:
        raw = (folder / MANIFEST).read_bytes()
        content = json.loads(raw)
        files = {one["path"]: (int(one["bytes"]), str(one["sha256"])) for one in content["files"]}
        known = content["format"] == FORMAT
        place_of(content["authority"], content["month"], content["revision"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SnapshotDamaged(f"{folder.name}: no readable {MANIFEST}; publish the revision again") from None
    if not known or not all(FILE_NAME.fullmatch(name) and name != MANIFEST for name in files):
        raise SnapshotDamaged(f"{folder.name}: {MANIFEST} is of another format; publish the revision again")
    digest = hashlib.sha256(raw).hexdigest()
    return Manifest(content["authority"], content["month"], content["revision"], files, digest)


def published(folder: Path, manifest_sha256: str) -> None:
    """See that a folder holds the snapshot that was published with this manifest. Raises SnapshotDamaged."""
    manifest = read_manifest(folder)
    checked_files(folder, manifest)
    if manifest.sha256 != manifest_sha256:
        raise SnapshotDamaged(
            f"{folder.name}: {MANIFEST} is not the one that was published; restore the folder from a backup"
        )


def checked_files(folder: Path, manifest: Manifest) -> dict[str, bytes]:
    """Every file by name, each equal to what the manifest says, the manifest itself last. Raises SnapshotDamaged."""
    found = {}
    for name, (size, digest) in sorted(manifest.files.items()):
        try:
            content = (folder / name).read_bytes()
        except OSError:
            raise SnapshotDamaged(f"{folder.name}: {name} is missing; restore the folder from a backup") from None
        if len(content) != size or hashlib.sha256(content).hexdigest() != digest:
            raise SnapshotDamaged(f"{folder.name}: {name} was changed; restore the folder from a backup")
        found[name] = content
    found[MANIFEST] = (folder / MANIFEST).read_bytes()
    return found
