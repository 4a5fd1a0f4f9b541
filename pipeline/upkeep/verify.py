"""Looking through all of a store for what is damaged or gone: which things, and what brings each of them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, text

from publishers.placing import SnapshotDamaged, published
from receiver.events import open_inbox
from town.store import TownStore
from warehouse.inbox import START, InboxDamaged, Position
from warehouse.keys import KeyProblem
from warehouse.ledger import SEGMENT_FILE, core
from warehouse.ledger_tables import EventRow, FactPartition, QuarantineRow, SegmentRow
from warehouse.proof import LakeDamaged
from warehouse.row_sums import DatabaseDamaged, damaged_tables, page_faults
from warehouse.segments import digest_of
from warehouse.store import LEDGER_TABLES, WAREHOUSE_TABLES
from warehouse.tables import Snapshot

LAKE, VAULT, INBOX, DATABASE, SNAPSHOTS = "lake", "vault", "inbox", "database", "snapshots"
REBUILD, BACKUP = "rebuild", "backup"
STEP = 200
"""Files between two words of progress."""


@dataclass(frozen=True)
class Damage:
    """One thing that is not as it was written. `remedy` is `rebuild` (made anew from what landed) or `backup`."""

    store: str
    name: str
    in_words: str
    remedy: str


@dataclass
class Verified:
    """What was looked at, by store, and what is damaged."""

    looked_at: Counter[str] = field(default_factory=Counter)
    damaged: list[Damage] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The object `kehila verify --json` prints."""
        return {
            "ok": not self.damaged,
            "looked_at": dict(self.looked_at),
            "damaged": [vars(one) for one in self.damaged],
        }


def verify(store: TownStore) -> Verified:
    """Look through lake, vault, inbox, database and snapshots of the installation; nothing is changed."""
    done = Verified()
    for look in (_database, _lake, _vault, _inbox, _snapshots):
        for one in look(store, done.looked_at):
            done.damaged.append(one)
    return done


Looked = Counter[str]
File = tuple[str, str]
"""Path of a file of the lake, and the digest the ledger wrote down for it."""


def _database(store: TownStore, looked: Looked) -> Iterator[Damage]:
    """The pages, indexes and rows of SQLite; on PostgreSQL, which checks its own pages, every row is read once."""
    store.progress("verify: database")
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            looked[DATABASE] = int(connection.execute(text("pragma page_count")).scalar_one())
            for said in page_faults(connection, 20):
                yield Damage(DATABASE, "warehouse", f"the database is damaged: {_first_line(said)}", BACKUP)
            for name in damaged_tables(connection):
                yield Damage(DATABASE, name, str(DatabaseDamaged(name)), BACKUP)
            return
        for table in (*WAREHOUSE_TABLES, *LEDGER_TABLES):
            looked[DATABASE] += sum(1 for _ in connection.execute(select(core(table))))


def _lake(store: TownStore, looked: Looked) -> Iterator[Damage]:
    """Every listed file, against the digest that the ledger wrote down for it."""
    with store.engine.connect() as connection:
        segment = core(SegmentRow).c
        for row in connection.execute(select(segment.path, segment.sha256, segment.rows).where(segment.rows != "")):
            looked[LAKE] += 1
            if digest_of(row.rows) != row.sha256:
                yield Damage(LAKE, row.path, f"{row.path} is damaged: it is not what was written", BACKUP)
    # Meanwhile files are laid together, and those of before destroyed: what is listed by then is looked at as well.
    seen = set[File]()
    while listed := [(file, remedy) for file, remedy in _listed(store).items() if file not in seen]:
        damaged: dict[File, Damage] = {}
        for number, (file, remedy) in enumerate(listed):
            if not number % STEP:
                store.progress(f"verify: lake, {number:,} of {len(listed):,} files")
            looked[LAKE] += 1
            path, sha256 = file
            try:
                if store.lake.sha256_of(path) != sha256:
                    raise LakeDamaged(store.lake.name, path)
            except LakeDamaged as problem:
                damaged[file] = Damage(LAKE, path, str(problem), remedy)
        seen |= {file for file, _ in listed}
        still = _listed(store) if damaged else {}
        yield from (one for file, one in damaged.items() if file in still)


def _listed(store: TownStore) -> dict[File, str]:
    """The files the ledger lists now -> what brings each back."""
    segment, facts = core(SegmentRow).c, core(FactPartition).c
    landed = select(SEGMENT_FILE, segment.sha256).where(segment.rows == "").distinct()
    found: dict[File, str] = {}
    with store.engine.connect() as connection:
        for query, remedy in ((landed, BACKUP), (select(facts.path, facts.sha256), REBUILD)):
            found |= dict.fromkeys(sorted(connection.execute(query).tuples()), remedy)
    return found


def _vault(store: TownStore, looked: Looked) -> Iterator[Damage]:
    """Every sealed original that something still stands for: whether its key opens it."""
    sealed: dict[str, str] = {}
    with store.engine.connect() as connection:
        for table in (QuarantineRow, EventRow):
            columns = core(table).c
            rows = connection.execute(select(columns.sealed_path, columns.authority).where(columns.sealed_path != ""))
            sealed |= {row.sealed_path: row.authority for row in rows}
    for number, (path, authority) in enumerate(sorted(sealed.items())):
        if not number % STEP:
            store.progress(f"verify: vault, {number:,} of {len(sealed):,} files")
        looked[VAULT] += 1
        try:
            store.of(authority).unsealed(path)
        except LakeDamaged as problem:
            yield Damage(VAULT, path, str(problem), BACKUP)


def _inbox(store: TownStore, looked: Looked) -> Iterator[Damage]:
    """Every entry of the inbox, also those that are drained and not destroyed yet."""
    inbox = open_inbox(store.config)
    place: Position | None = START if inbox.folder.is_dir() else None
    while place is not None:
        store.progress(f"verify: inbox, {looked[INBOX]:,} entries")
        after, place = place, None
        try:
            for entry in inbox.read(after):
                looked[INBOX] += 1
                after = entry.position
        except InboxDamaged as problem:
            yield Damage(INBOX, problem.name, str(problem), BACKUP)
            place = problem.resume
        except KeyProblem as problem:  # of the segment that comes next: all of it
            number = next(
                one for one in inbox.segments() if one > after.segment or (one == after.segment and not after.offset)
            )
            yield Damage(INBOX, inbox.path(number).name, str(problem), BACKUP)
            later = [one for one in inbox.segments() if one > number]
            place = Position(later[0]) if later else None


def _snapshots(store: TownStore, looked: Looked) -> Iterator[Damage]:
    """Every closed month, against its manifest, and that against the ledger."""
    with store.engine.connect() as connection:
        rows = connection.execute(select(core(Snapshot)).order_by(*core(Snapshot).primary_key.columns)).all()
    for row in rows:
        store.progress(f"verify: snapshot {row.authority} {row.month} r{row.revision}")
        looked[SNAPSHOTS] += 1
        try:
            published(store.output / row.folder, row.manifest_sha256)
        except SnapshotDamaged as problem:
            name = f"{row.authority} {row.month} r{row.revision}"
            yield Damage(SNAPSHOTS, name, f"snapshot {row.month} {problem}", BACKUP)


def _first_line(words: str) -> str:
    return words.strip().splitlines()[0][:120]
