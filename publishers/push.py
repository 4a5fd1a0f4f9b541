"""Delivering a snapshot: to a folder or to an HTTP endpoint. One logical delivery, whatever fails on the way.

A bucket (`publishers.bucket`) and mail (`publishers.mail`) are targets of the same interface.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publishers.addresses import PushRefused, host_of
from publishers.delivery import ATTEMPTS, Answered, Package, Receipt, Sleep, Target, call, unix_now, until_answered
from publishers.placing import SnapshotDamaged, checked_files, place_folder, read_manifest
from publishers.signing import (
    KEY_HEADER,
    MANIFEST_HEADER,
    SHORTEST_SECRET,
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    signature,
    verify_signature,
)
from warehouse.files import new_file

__all__ = ["FolderTarget", "HttpTarget", "PushRefused", "Receipt", "SnapshotDamaged", "push", "verify_signature"]

ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def push(folder: Path, target: Target, *, sleep: Sleep = time.sleep) -> Receipt:
    """Deliver a snapshot folder, trying again for a while; the receipt says whether it arrived.

    `sleep` waits between attempts, in seconds. Raises PushRefused when the target may not be sent to,
    SnapshotDamaged when a file differs from the manifest: then nothing was sent.
    """
    manifest = read_manifest(folder)
    return target.deliver(Package(checked_files(folder, manifest), manifest), sleep)


@dataclass(frozen=True)
class FolderTarget:
    """A folder, for instance a share of the municipality."""

    folder: Path

    def deliver(self, package: Package, sleep: Sleep) -> Receipt:
        """Copy below the folder: manifest last, then one rename. What is there already is not touched."""
        manifest, key = package.manifest, package.key
        final = self.folder / manifest.place

        def fill(working: Path) -> None:
            for name, content in package.files.items():
                new_file(working / name, content, synced=True)

        try:
            if not final.exists() or not any(final.iterdir()):
                place_folder(final, fill)
        except OSError as trouble:  # a full disk, a share that is away: the other targets are served
            said = os.strerror(trouble.errno) if trouble.errno else type(trouble).__name__
            return Receipt("failed", "", key, 1, f"the folder was not written: {said}")
        there = read_manifest(final)
        if there.sha256 != manifest.sha256:
            raise another(key)
        checked_files(final, there)
        return Receipt("delivered", there.sha256, key, 1)


def another(key: str) -> PushRefused:
    """The refusal where a target holds something else of the same name."""
    return PushRefused(
        f"the target holds another {key}; a published revision is never replaced: publish a new revision"
    )


@dataclass(frozen=True)
class HttpTarget:
    """An endpoint that takes a signed zip. Hosts in `private_hosts` may stand on the town's own network."""

    url: str = field(repr=False)  # it may carry a token
    secret: str = field(repr=False)
    allow_hosts: frozenset[str] = frozenset()
    private_hosts: frozenset[str] = frozenset()
    attempts: int = ATTEMPTS
    connect_seconds: float = 10.0
    read_seconds: float = 60.0

    def deliver(self, package: Package, sleep: Sleep) -> Receipt:
        """POST the zip until it is taken, refused for good, or the attempts are used up."""
        host, inside = host_of(self.url, self.allow_hosts, self.private_hosts)
        if len(self.secret.strip()) < SHORTEST_SECRET:
            raise PushRefused(f"the secret of the target must have at least {SHORTEST_SECRET} characters")
        body = body_of(package.files)
        done = until_answered(host, self.attempts, sleep, lambda: self.post(body, package, host, inside))
        said = hashlib.sha256(done.answered.body).hexdigest() if done.answered and not done.answered.may_pass else ""
        if not done.problem:
            return Receipt("delivered", said, package.key, done.attempts)
        redirected = done.answered is not None and 300 <= done.answered.status < 400
        more = "; redirects are not followed" if redirected else ""
        return Receipt("failed", said, package.key, done.attempts, done.problem + more)

    def post(self, body: bytes, package: Package, host: str, inside: bool) -> Answered:
        """One attempt."""
        stamp = str(unix_now())
        headers = {
            "Content-Type": "application/zip",
            KEY_HEADER: package.key,
            MANIFEST_HEADER: package.manifest.sha256,
            TIMESTAMP_HEADER: stamp,
            SIGNATURE_HEADER: signature(self.secret, stamp, body),
        }
        seconds = (self.connect_seconds, self.read_seconds)
        return call("POST", self.url, host, inside, body=body, headers=headers, seconds=seconds)


def body_of(files: Mapping[str, bytes]) -> bytes:
    """The snapshot as one zip, the same bytes every time, the manifest its last member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, ZIP_DAY)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()
