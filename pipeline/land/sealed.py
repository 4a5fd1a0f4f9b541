"""A file as it is sealed in the vault: with all that decides how it is read, and laid out again just so."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from collectors.mapping_file import sidecar_of


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


def unpacked(content: bytes, folder: Path) -> Path:
    """Lay a sealed file into a private folder under the name it had."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "folder" in archive.namelist():
            folder = folder.with_name(Path(os.fsdecode(archive.read("folder"))).name or folder.name)
        folder.mkdir(mode=0o700)
        path = folder / Path(os.fsdecode(archive.read("name"))).name
        path.write_bytes(archive.read("content"))
        if "mapping" in archive.namelist():
            path.with_name(f"{path.stem}.mapping.yaml").write_bytes(archive.read("mapping"))
    return path
