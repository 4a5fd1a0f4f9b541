"""Delivering a snapshot: to a folder or to an HTTP endpoint. One logical delivery, whatever fails on the way."""

from __future__ import annotations

import hashlib
import io
import random
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests

from collectors.deadline import ends_within
from publishers.addresses import AddressRefused, PushRefused, host_of, resolve, session, unlogged
from publishers.placing import Manifest, SnapshotDamaged, checked_files, place_folder, read_manifest
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
MAX_ANSWER = 65_536
IN_ALL_SECONDS = 300.0
"""Of one attempt, however slowly the target takes and answers."""
MAX_WAIT_SECONDS = 300.0


@dataclass(frozen=True)
class FolderTarget:
    """A folder, for instance a share of the municipality."""

    folder: Path


@dataclass(frozen=True)
class HttpTarget:
    """An endpoint that takes a signed zip. Hosts in `private_hosts` may stand on the town's own network."""

    url: str = field(repr=False)  # it may carry a token
    secret: str = field(repr=False)
    allow_hosts: frozenset[str] = frozenset()
    private_hosts: frozenset[str] = frozenset()
    attempts: int = 5
    connect_seconds: float = 10.0
    read_seconds: float = 60.0


@dataclass(frozen=True)
class Receipt:
    """What came of a push. `answer` is a digest: of the target's answer, or of the manifest in a folder."""

    status: str  # delivered or failed
    answer: str
    idempotency_key: str
    attempts: int
    problem: str = ""


def push(folder: Path, target: FolderTarget | HttpTarget, *, sleep: Callable[[float], None] = time.sleep) -> Receipt:
    """Deliver a snapshot folder, trying again for a while; the receipt says whether it arrived.

    `sleep` waits between attempts, in seconds. Raises PushRefused when the target may not be sent to,
    SnapshotDamaged when a file differs from the manifest: then nothing was sent.
    """
    manifest = read_manifest(folder)
    files = checked_files(folder, manifest)
    if isinstance(target, FolderTarget):
        return to_folder(files, manifest, target)
    return to_endpoint(files, manifest, target, sleep)


def to_folder(files: dict[str, bytes], manifest: Manifest, target: FolderTarget) -> Receipt:
    """Copy below the target folder: manifest last, then one rename. What is there already is not touched."""
    final = target.folder / manifest.place

    def fill(working: Path) -> None:
        for name, content in files.items():  # the manifest comes last
            new_file(working / name, content, synced=True)

    if not final.exists() or not any(final.iterdir()):
        place_folder(final, fill)
    there = read_manifest(final)
    if there.sha256 != manifest.sha256:
        raise PushRefused(
            f"the target holds another {manifest.idempotency_key}; a published revision is never replaced: "
            "publish a new revision"
        )
    checked_files(final, there)
    return Receipt("delivered", there.sha256, manifest.idempotency_key, 1)


def body_of(files: dict[str, bytes]) -> bytes:
    """The snapshot as one zip, the same bytes every time, the manifest its last member."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, ZIP_DAY)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()


def to_endpoint(
    files: dict[str, bytes], manifest: Manifest, target: HttpTarget, sleep: Callable[[float], None]
) -> Receipt:
    """POST the zip until it is taken, refused for good, or the attempts are used up."""
    host, inside = host_of(target.url, target.allow_hosts, target.private_hosts)
    if len(target.secret.strip()) < SHORTEST_SECRET:
        raise PushRefused(f"the secret of the target must have at least {SHORTEST_SECRET} characters")
    body = body_of(files)
    key = manifest.idempotency_key
    problem = "no attempt was made"
    for attempt in range(1, target.attempts + 1):
        wait = min(2.0**attempt, MAX_WAIT_SECONDS) * (0.5 + random.random() / 2)  # noqa: S311 spreads retries
        try:
            status, answer, asked = post(body, manifest, target, host, inside)
        except AddressRefused:
            raise PushRefused(
                f"host {host!r} leads to a loopback, private or metadata address; "
                "list it in private_hosts if you mean it"
            ) from None
        except (requests.RequestException, OSError) as trouble:
            # Only the kind: the text of such errors holds the address, and that may hold a token.
            problem = f"{host}: {type(trouble).__name__}"
        else:
            if 200 <= status < 300:
                return Receipt("delivered", answer, key, attempt)
            problem = f"{host} answered {status}"
            if 300 <= status < 400:
                return Receipt("failed", answer, key, attempt, f"{problem}; redirects are not followed")
            if status != 429 and status < 500:
                return Receipt("failed", answer, key, attempt, problem)
            wait = asked if asked is not None else wait
        if attempt < target.attempts:
            sleep(wait)
    return Receipt("failed", "", key, target.attempts, problem)


def post(body: bytes, manifest: Manifest, target: HttpTarget, host: str, inside: bool) -> tuple[int, str, float | None]:
    """One attempt: status, digest of the answer, and the wait the target asked for."""
    parts = urlsplit(target.url)
    approved = resolve(host, parts.port or (443 if parts.scheme == "https" else 80), inside)
    stamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/zip",
        "User-Agent": "kehila",
        "Accept-Encoding": "identity",
        KEY_HEADER: manifest.idempotency_key,
        MANIFEST_HEADER: manifest.sha256,
        TIMESTAMP_HEADER: stamp,
        SIGNATURE_HEADER: signature(target.secret, stamp, body),
    }
    with (
        unlogged(),
        ends_within(IN_ALL_SECONDS),
        session(approved, inside) as speaking,
        speaking.post(
            target.url, data=body, headers=headers, allow_redirects=False, stream=True,
            timeout=(target.connect_seconds, target.read_seconds),
        ) as response,
    ):  # fmt: skip
        answer = response.raw.read(MAX_ANSWER, decode_content=False) or b""
        return response.status_code, hashlib.sha256(answer).hexdigest(), asked_wait(response.headers.get("Retry-After"))


def asked_wait(text: str | None) -> float | None:
    """Seconds of a Retry-After header, capped; None when absent or not understood."""
    if not text:
        return None
    try:
        seconds = float(text) if text.strip().isdigit() else _until(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(seconds, MAX_WAIT_SECONDS) if seconds >= 0 else None


def _until(text: str) -> float:
    moment = parsedate_to_datetime(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return (moment - datetime.now(UTC)).total_seconds()
