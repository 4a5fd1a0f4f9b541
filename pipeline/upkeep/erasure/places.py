"""Where originals that may name a person are kept, beside rows that hold ordinals only: which of them name her.

A new place where something is kept as it came is a new class here; a test holds the list to what the product writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.land.drop_folder import candidates, dealt_with, drop_folder
from pipeline.upkeep.erasure.subject import Subject, Unsearchable
from receiver.events import open_inbox
from town.store import TownStore
from warehouse.events import position
from warehouse.keys import KeyProblem
from warehouse.proof import LakeMissing


@dataclass
class Found:
    """What was found of a person in one place. `searched` files in all."""

    place: str
    searched: int = 0
    named: list[Path] = field(default_factory=list)
    unsearched: list[Path] = field(default_factory=list)
    """Files whose content could not be read to its end: whether they name her nobody knows."""


def _search(place: str, files: Iterator[tuple[Path, bytes]], subject: Subject) -> Found:
    found = Found(place)
    for path, content in files:
        found.searched += 1
        try:
            if subject.is_named_by(path.name) or subject.is_named_in(content):
                found.named.append(path)
        except Unsearchable:
            found.unsearched.append(path)
    return found


def in_vault(store: TownStore, subject: Subject) -> Found:
    """Sealed originals: files and records that were put aside, events that wait; listed by the ledger or not.

    What is found is named by its path in the lake.
    """
    unread: list[Path] = []

    def files() -> Iterator[tuple[Path, bytes]]:
        for one in store.lake.files(f"vault/{store.authority.code}"):
            if not one.path.endswith(".sealed"):
                continue
            try:
                yield Path(one.path), store.keys.unseal(store.lake.read_bytes(one.path))
            except KeyProblem:
                unread.append(Path(one.path))
            except LakeMissing:  # an event that could be read meanwhile
                continue

    found = _search("vault", files(), subject)
    found.unsearched += unread
    return found


def in_drop_folder(store: TownStore, subject: Subject) -> Found:
    """Files as they were handed over, after they were imported or refused or went back, with what lies beside them."""
    places = dealt_with(store.config, store.authority.code)
    files = [path for place in places if place.is_dir() for path in sorted(place.rglob("*")) if path.is_file()]
    files += [path for path in _undealt(store) if _has_landed(store, path)]
    return _search("drop", ((path, path.read_bytes()) for path in files), subject)


def waiting_in_drop_folder(store: TownStore, subject: Subject) -> Found:
    """Files nobody has imported yet: what is in them has not landed, so they stay."""
    paths = [path for path in _undealt(store) if not _has_landed(store, path)]
    return _search("drop_waiting", ((path, path.read_bytes()) for path in paths), subject)


def _undealt(store: TownStore) -> list[Path]:
    folder = drop_folder(store.config, store.authority.code)
    return [one.path for one in candidates(folder)] if folder and folder.is_dir() else []


def _has_landed(store: TownStore, path: Path) -> bool:
    """Whether a file that lies where it was dropped was imported all the same, by `kehila run` or `kehila import`."""
    return store.ledger.file_imported(store.import_fingerprint(path)) is not None


def in_reports(store: TownStore, subject: Subject) -> Found:
    """Workbooks, pages and packages of months: they show what staff call places and days that are not like others."""
    paths = sorted(path for path in store.output.rglob("*") if path.is_file()) if store.output.is_dir() else []
    return _search("reports", ((path, path.read_bytes()) for path in paths), subject)


def in_inbox(store: TownStore, subject: Subject) -> Found:
    """Segments of webhooks that are drained and not destroyed yet, for somebody is still writing them."""
    inbox = open_inbox(store.config)
    reached = inbox.known(position(store.engine, inbox.identity))
    found = Found("inbox")
    for entry in inbox.read() if inbox.folder.is_dir() else ():
        found.searched += 1
        path = inbox.path(entry.position.segment)
        if path not in found.named and entry.position <= reached and subject.is_named_in(entry.body):
            found.named.append(path)
    return found
