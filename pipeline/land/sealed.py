"""A file as it is sealed in the vault: with all that decides how it is read, and laid out again just so."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collectors.mapping_file import sidecar_of
from town.store import TownStore
from warehouse.files import OWNER_ONLY, new_file, private_folder

_READING = "reading-"
"""Folders in which sealed files are laid out; the number of the process follows."""


def _folder_of(store: TownStore) -> Path:
    """On this machine, wherever the lake is."""
    return store.config.base / ".reading"


def packed(path: Path) -> bytes:
    """A file as it is sealed: with its name, its folder's and its mapping, without which it would be read otherwise.

    A chat is matched with the workbook by the file's name, or the folder's, a survey's columns are known by the mapping
    beside it.
    """
    buffer = io.BytesIO()
    sidecar = sidecar_of(path)
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("name", os.fsencode(path.name))
        archive.writestr("folder", os.fsencode(path.absolute().parent.name))
        archive.writestr("content", path.read_bytes())
        if sidecar is not None:
            archive.writestr("mapping", sidecar.read_bytes())
    return buffer.getvalue()


def clear_left_over(store: TownStore) -> None:
    """Clear away what processes that died while they read a sealed file left of its names."""
    for left in _folder_of(store).glob(f"{_READING}*"):
        try:
            os.kill(int(left.name.removeprefix(_READING)), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(left, ignore_errors=True)
        except PermissionError:  # another user's, alive
            continue


@contextmanager
def laid_out(store: TownStore, content: bytes) -> Iterator[Path]:
    """A sealed file under the name it had, in a private folder of its own, while it is read.

    The bytes lie in memory: in the folder there are only links to them, which lead nowhere when the process dies. Where
    the system has no such memory they lie there meanwhile.
    """
    clear_left_over(store)
    private_folder(_folder_of(store))
    scratch = _folder_of(store) / f"{_READING}{os.getpid()}"
    opened: list[int] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            named = os.fsdecode(archive.read("folder")) if "folder" in archive.namelist() else ""
            folder = scratch / (Path(named).name or "file")
            scratch.mkdir(mode=0o700)
            folder.mkdir(mode=0o700)
            path = folder / Path(os.fsdecode(archive.read("name"))).name
            _lay(path, archive.read("content"), opened)
            if "mapping" in archive.namelist():
                _lay(path.with_name(f"{path.stem}.mapping.yaml"), archive.read("mapping"), opened)
        yield path
    finally:
        for one in opened:
            os.close(one)
        shutil.rmtree(scratch, ignore_errors=True)


def _lay(path: Path, content: bytes, opened: list[int]) -> None:
    """Make a name in a folder lead to bytes in memory; the descriptor that keeps them is added to `opened`."""
    if not hasattr(os, "memfd_create"):
        new_file(path, content, synced=False, mode=OWNER_ONLY)
        return
    opened.append(os.memfd_create("kehila"))
    with os.fdopen(os.dup(opened[-1]), "wb") as stream:
        stream.write(content)
    path.symlink_to(f"/proc/{os.getpid()}/fd/{opened[-1]}")
