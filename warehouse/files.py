"""A file is whole or absent: written beside its place, then given its name in one step.

`synced` says whether it must be there after a power cut once the call returns: the bytes first, then the name.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

ANYBODY, OWNER_ONLY, PRIVATE = 0o666, 0o600, 0o700
"""Permissions a new file, or a folder that only its owner enters, asks for; the process's mask takes its share."""


def new_file(path: Path, content: bytes, *, synced: bool, mode: int = ANYBODY) -> None:
    """Write a file that is not there yet; its name is not made durable, see `sync_folder`.

    `synced`: its content is durable on return. `mode` are the permissions asked for. Raises FileExistsError when the
    name is taken, OSError when the disk does not write: then a part may be there.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        if synced:
            os.fsync(stream.fileno())


def replace_file(path: Path, content: bytes, *, synced: bool, mode: int = ANYBODY) -> None:
    """A whole new file takes the old one's place: whoever reads sees all of the old content or all of the new.

    `synced`: it is durable on return, content and name. `mode` are the permissions asked for. Raises OSError, and the
    old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        new_file(temporary, content, synced=synced, mode=mode)
        put_in_place(temporary, path, synced=synced)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def private_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, which only their owner enters; one that is there stays.

    `mkdir` gives a mode to the last of them alone.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=PRIVATE, exist_ok=True)


def put_in_place(temporary: str | Path, path: str | Path, *, synced: bool) -> None:
    """Give a written file of the same folder its name, in place of whatever bears it."""
    os.replace(temporary, path)  # noqa: PTH105 (a Path would be a quarter of the cost of a small file of the lake)
    if synced:
        sync_folder(os.path.dirname(path))  # noqa: PTH120 (as above)


def sync_folder(folder: str | Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
