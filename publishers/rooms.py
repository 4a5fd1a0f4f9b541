"""Rooms: a folder, or a bucket, in which whole files are put and from which they are read, over one interface.

A file is written once, with its digest taken on the way. In a folder it is durable on return, and readable by its owner
only; a bucket's service answers for that itself.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from pyarrow import fs

from publishers.addresses import host_of, is_public, resolve
from warehouse.buckets import opened, reached
from warehouse.files import OWNER_ONLY, put_in_place
from warehouse.refused import Refused

BLOCK = 1 << 20
SECTION = "[backup]"


class RoomRefused(Refused):
    """A room cannot be used as it is configured; the message names the remedy."""


class Access(NamedTuple):
    """How a bucket is reached: its service's address, the keys, and the hosts that may be spoken to, as for push."""

    endpoint: str = ""
    access_key: str = ""
    secret_key: str = ""
    allow_hosts: Iterable[str] = ()
    private_hosts: Iterable[str] = ()
    region: str = "us-east-1"


class Room:
    """A place for files, by names with slashes. Of a bucket all raises BucketRefused, BucketUnreachable too."""

    def __init__(self, filesystem: fs.FileSystem, root: str) -> None:
        self._fs, self._root = filesystem, root.rstrip("/")
        self._is_folder = isinstance(filesystem, fs.LocalFileSystem)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine; None for a bucket."""
        return Path(self._root) if self._is_folder else None

    def put(self, name: str, content: BinaryIO) -> tuple[int, str]:
        """Write a file; gives its size and SHA-256. Raises OSError; of a bucket, part of the file may be there then."""
        with self._reached():
            return self._put(f"{self._root}/{name}", content)

    def _put(self, place: str, content: BinaryIO) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        if self._is_folder:
            os.makedirs(os.path.dirname(place), exist_ok=True, mode=0o700)  # noqa: PTH103, PTH120 (a text as for buckets)
            out: BinaryIO = os.fdopen(os.open(f"{place}.tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb")
        else:
            out = self._fs.open_output_stream(place, compression=None)
        with out:
            while block := content.read(BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
            if self._is_folder:
                out.flush()
                os.fsync(out.fileno())
        if self._is_folder:
            put_in_place(f"{place}.tmp", place, synced=True)
        return size, digest.hexdigest()

    def put_bytes(self, name: str, content: bytes) -> tuple[int, str]:
        """`put` of what is in memory."""
        return self.put(name, io.BytesIO(content))

    def read(self, name: str) -> bytes:
        """All of a file. Raises FileNotFoundError."""
        with self._reached(), self._fs.open_input_stream(f"{self._root}/{name}", compression=None) as stream:
            return bytes(stream.read())

    def folders(self) -> Iterator[str]:
        """Names of the folders right below the room's own, sorted."""
        with self._reached():
            found = self._fs.get_file_info(fs.FileSelector(self._root, allow_not_found=True))
        yield from sorted(one.base_name for one in found if one.type == fs.FileType.Directory)

    def has(self, name: str) -> bool:
        """Whether a file of that name is there."""
        with self._reached():
            return bool(self._fs.get_file_info(f"{self._root}/{name}").type == fs.FileType.File)

    def delete_file(self, name: str) -> None:
        """Delete a file."""
        with self._reached():
            self._fs.delete_file(f"{self._root}/{name}")

    def delete(self, folder: str) -> None:
        """Delete a folder with all in it."""
        with self._reached():
            self._fs.delete_dir(f"{self._root}/{folder}")

    def _reached(self) -> AbstractContextManager[None]:
        """What the library of buckets says, in our words."""
        return nullcontext() if self._is_folder else reached(SECTION)


def room_of(address: str, base: Path, access: Access) -> Room:
    """The room at an address: a folder, relative to `base`, or `s3://BUCKET/PLACE`. Raises RoomRefused, PushRefused."""
    if "://" not in address:
        return Room(fs.LocalFileSystem(), str((base / address).absolute()))
    return Room(*bucket_of(address, access, SECTION))


def bucket_of(address: str, access: Access, section: str) -> tuple[fs.FileSystem, str]:
    """Gives the buckets of a service, and BUCKET/PLACE in them; `section` of kehila.toml configures them.

    Raises RoomRefused, PushRefused.
    """
    parts = urlsplit(address)
    if parts.scheme != "s3" or not parts.hostname or parts.username or parts.query:
        raise RoomRefused(
            f"{section} of kehila.toml: it lies in a folder, or in s3://BUCKET/PLACE; the service's address stands in "
            "`endpoint`"
        )
    if not access.endpoint:
        raise RoomRefused(f"a bucket needs the address of its service: `endpoint` in {section} of kehila.toml")
    if not (access.access_key and access.secret_key):
        raise RoomRefused(f"a bucket needs keys: access_key and secret_key in {section} of kehila.toml, by reference")
    host, inside = host_of(access.endpoint, access.allow_hosts, access.private_hosts)
    service = urlsplit(access.endpoint)
    found = resolve(host, service.port or (443 if service.scheme == "https" else 80), inside)
    if not inside and not is_public(found):
        raise RoomRefused(
            f"host {host!r} leads to an address that is not public; list it in private_hosts if you mean it"
        )
    buckets = opened(service.netloc, service.scheme, access.region, access.access_key, access.secret_key)
    return buckets, f"{parts.hostname}{parts.path}".rstrip("/")
