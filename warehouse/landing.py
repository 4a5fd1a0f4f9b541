"""Landing: pages of records become durable segments, and true in one ledger transaction.

Personal fields become ordinals before a byte touches disk. The segments, the dictionary's new
people, the quarantine, the file's own row and the watermark appear together or not at all; a process
killed before that leaves files no one lists, and the next run starts from the same place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any, Literal, Protocol, TypedDict

import pyarrow as pa
from sqlalchemy import Connection, delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from warehouse.accounts import StreamRef
from warehouse.arrow_alone import look_for_no_pandas
from warehouse.condemned import condemn, destroy_condemned
from warehouse.identity import say_landings
from warehouse.identity_tables import count_landing
from warehouse.keys import Keys
from warehouse.lake import Lake, LakeFile
from warehouse.ledger import FIRST_SEEN, Ledger, core, now
from warehouse.ledger_tables import ImportedFile, PartRow, QuarantineRow, SegmentRow
from warehouse.locks import landing
from warehouse.marks import advance
from warehouse.packs import EVERY, lay_together
from warehouse.parts import ByLike, PendingSegment
from warehouse.people import GROUP_ROWS, PEOPLE_SCHEMA, PEOPLE_STREAM, Dictionary, People, absorbed, landed_schema
from warehouse.proof import LakeDamaged
from warehouse.segments import NEW_SEGMENT, LedgerRows, in_ledger, may_stand_in_ledger, segment_row
from warehouse.store import as_text, transaction, upsert

Kind = Literal["file", "record", "object", "event", "fact"]
FILE: Kind = "file"
RECORD: Kind = "record"
OBJECT: Kind = "object"
EVENT: Kind = "event"
FACT: Kind = "fact"
"""What an item of the quarantine is: a file as it was handed over (or a place in one), a record of a service, a thing
of a service of which nothing could be read, the body of a webhook, rows of a fact (landing holds them and staging makes
them again: nothing is sealed)."""
RECORDS = "records"
"""Folder of the vault where records of services lie, each in a file named after its item of the quarantine."""
RACES = 5
"""How often a landing that met another process of the same authority starts again."""

_SEGMENTS = core(SegmentRow)
_LANDED = NEW_SEGMENT.returning(_SEGMENTS.c.landed_order)


class StreamLike(Protocol):
    """What landing needs to know of a collector's stream."""

    name: str
    schema: pa.Schema
    personal_fields: Mapping[str, Any]

    @property
    def partition(self) -> ByLike | None: ...


class PageLike(Protocol):
    """A page of a collector."""

    @property
    def stream(self) -> Any: ...
    @property
    def rows(self) -> pa.Table: ...


class RejectedLike(Protocol):
    """A record a collector could not take."""

    @property
    def where(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, Any]: ...
    @property
    def raw(self) -> bytes: ...


class Also(Protocol):
    """What is written in the transaction of a landing, with the number of rows landed."""

    def __call__(self, tx: Connection, *, landed: int) -> None: ...


def _noop(tx: Connection, *, landed: int) -> None:
    """Nothing."""


Quiet = Callable[[Mapping[str, LedgerRows]], bool]
"""Takes over what a pull without records covered, by stream; says whether it does."""


def _commit_now(_covered: Mapping[str, LedgerRows]) -> bool:
    return False


class _Raced(Exception):
    """Another process gave out ordinals since we read the dictionary; ours would clash."""


class Landing:
    """Lands pages for one authority."""

    def __init__(self, ledger: Ledger, lake: Lake, keys: Keys) -> None:
        self._ledger = ledger
        self._lake = lake
        self._keys = keys

    def land(
        self,
        run: str,
        read: Callable[[], Iterable[PageLike]],
        *,
        source: str,
        rejected: Callable[[], Sequence[RejectedLike]] = lambda: (),
        sealed_path: str = "",
        file: Mapping[str, str] | None = None,
        file_status: Callable[[], str] = lambda: "read",
        watermarks: Mapping[StreamRef, datetime] | None = None,
        also: Also = _noop,
        quiet: Quiet = _commit_now,
    ) -> int:
        """Land everything `read` yields, or nothing; gives the number of records landed.

        `read` may be called again from the start when another process landed for this authority in
        between. `sealed_path` is where the file itself lies sealed, if any of it was
        put aside. `file` names format and keyed fingerprint of an imported file. `watermarks` maps
        a stream of an account to the instant everything before which is now read; `read` may still fill it. `also` is
        called in the same transaction with the number of records landed. Where nothing came but rows that say what was
        covered, `quiet` is asked whether it sees to them itself; they have not landed then.
        """
        look_for_no_pandas()
        with landing(self._ledger.engine):
            marks = {} if watermarks is None else watermarks  # an empty one may be filled yet
            return self._land(run, read, source, rejected, sealed_path, file, file_status, marks, also, quiet)

    def _land(
        self,
        run: str,
        read: Callable[[], Iterable[PageLike]],
        source: str,
        rejected: Callable[[], Sequence[RejectedLike]],
        sealed_path: str,
        file: Mapping[str, str] | None,
        file_status: Callable[[], str],
        marks: Mapping[StreamRef, datetime],
        also: Also,
        quiet: Quiet,
    ) -> int:
        code = self._ledger.authority
        for race in range(RACES):
            known = self._ledger.segments([PEOPLE_STREAM])
            people = People(self._keys.derive("pseudonym"), Dictionary(self._lake, [row.path for row in known]))
            try:
                kept = self._written(read, people, run, is_pull=file is None)
                files = {stream: file for stream, (file, _) in kept.items()}
                parts = [{"path": file.path, **one} for file, found in kept.values() for one in found]
                taken_in: list[str] = []
                if (met := people.new_people()).num_rows:
                    count = absorbed(met.num_rows, [row.records for row in reversed(known)])
                    taken_in = [row.path for row in known[len(known) - count :]]
                    whole = pa.concat_tables([met, *(self._lake.read([path], PEOPLE_SCHEMA) for path in taken_in)])
                    folder = f"landing/{code}/{PEOPLE_STREAM}"
                    files[PEOPLE_STREAM] = self._lake.write(folder, whole.sort_by("person_hash"), group_rows=GROUP_ROWS)
                landed = sum(f.records for stream, f in files.items() if stream != PEOPLE_STREAM)
                # The file holds its own records; what a service sent is sealed record by record.
                vault, kind = (self._lake, RECORD) if file is None else (None, FILE)
                aside = quarantine_rows(code, run, source, rejected(), self._keys, sealed_path, vault, kind)
                covered = {stream: one for stream, one in files.items() if isinstance(one, LedgerRows)}
                if len(covered) == len(files) and not aside and file is None and quiet(covered):
                    return landed
                order = known[-1].landed_order if known else 0
                many = self._commit(
                    run, order, files, parts, taken_in, aside, file, file_status(), marks, partial(also, landed=landed)
                )
            except (_Raced, IntegrityError):
                if race == RACES - 1:
                    raise
                continue
            except FileNotFoundError:
                # A segment of the dictionary that another landing took in, or of which somebody was forgotten.
                if race == RACES - 1 or self._ledger.segments([PEOPLE_STREAM]) == known:
                    raise
                continue
            say_landings(self._ledger.engine, self._lake)
            if taken_in:
                destroy_condemned(self._ledger, self._lake)
            if many:
                with suppress(LakeDamaged, OSError, SQLAlchemyError):  # it has landed, and the night tries again
                    lay_together(self._ledger, self._lake, many)
            return landed
        raise AssertionError("unreachable")

    def _written(
        self, read: Callable[[], Iterable[PageLike]], people: People, run: str, *, is_pull: bool
    ) -> dict[str, tuple[LakeFile, list[dict[str, object]]]]:
        """Stream -> its durable segment with its partitions, none of them true yet."""
        pending: dict[str, PendingSegment] = {}
        covered: dict[str, list[PageLike]] = {}
        try:
            for page in read():
                held = covered.get(page.stream.name, [])
                rows = page.rows.num_rows + sum(one.rows.num_rows for one in held)
                if is_pull and (not rows or may_stand_in_ledger(page.stream, rows)):
                    covered[page.stream.name] = [*held, page]
                else:
                    self._append(pending, page, people)
            if pending:  # beside records, in whose transaction a file more is no matter
                for page in (one for pages in covered.values() for one in pages):
                    self._append(pending, page, people)
                covered = {}
        except BaseException:
            for one in pending.values():
                one.discard()
            raise
        # The run is part of the name: two exports may hold equal rows and are still two landings.
        kept = {stream: one.keep(run[:8]) for stream, one in sorted(pending.items())}
        for stream, pages in sorted(covered.items()):
            whole = pa.concat_tables([one.rows for one in pages])
            if whole.num_rows:
                kept[stream] = in_ledger(self._ledger.authority, stream, run, whole), []
        return kept

    def _append(self, pending: dict[str, PendingSegment], page: PageLike, people: People) -> None:
        stream: StreamLike = page.stream
        if stream.name not in pending:
            folder = f"landing/{self._ledger.authority}/{stream.name}"
            schema = landed_schema(stream.schema, stream.personal_fields)
            pending[stream.name] = PendingSegment(self._lake, folder, schema, stream.partition)
        pending[stream.name].write(people.replace(page.rows, stream.personal_fields))

    def _commit(
        self,
        run: str,
        base: int,
        files: Mapping[str, LakeFile],
        parts: Sequence[Mapping[str, object]],
        taken_in: Sequence[str],
        aside: Sequence[QuarantineItem],
        file: Mapping[str, str] | None,
        file_status: str,
        watermarks: Mapping[StreamRef, datetime],
        also: Callable[[Connection], None],
    ) -> list[str]:
        """Make it true; gives the streams whose small files are to be looked at by now."""
        authority = self._ledger.authority
        many: list[str] = []
        with transaction(self._ledger.engine) as tx:
            if PEOPLE_STREAM in files and self._ledger.next_order(tx, authority, PEOPLE_STREAM) != base + 1:
                raise _Raced
            for stream, landed in files.items():
                landed_order = tx.execute(_LANDED, segment_row(authority, stream, run, landed)).scalar_one()
                if not landed_order % EVERY:
                    many.append(stream)
            upsert(tx, PartRow, parts)
            if taken_in:
                tx.execute(delete(_SEGMENTS).where(_SEGMENTS.c.path.in_(taken_in)))
                condemn(tx, self._ledger, taken_in)
            if file is not None:
                upsert(tx, ImportedFile, [{"authority": authority, "status": file_status, "run": run, **file}])
            advance(tx, authority, watermarks)
            upsert(tx, QuarantineRow, aside, keep=FIRST_SEEN)
            also(tx)
            count_landing(tx)
        return many


class QuarantineItem(TypedDict):
    """The columns of a new `QuarantineRow`."""

    item: str
    authority: str
    source: str
    kind: Kind
    place: str
    code: str
    arguments: str
    status: str
    attempts: int
    first_seen_at: datetime
    sealed_path: str
    run: str
    stream: str
    about: str


def quarantine_rows(
    authority: str,
    run: str,
    source: str,
    rejected: Iterable[RejectedLike],
    keys: Keys,
    sealed_path: str = "",
    vault: Lake | None = None,
    kind: Kind = "file",
) -> list[QuarantineItem]:
    """Rows for the quarantine. What was rejected lies sealed in the vault under `sealed_path`.

    With `vault`, each record is sealed there by itself, as it came or as its stream can read it again. `kind` says
    what is sealed, and with it who can read it again.

    The identifier is made of what was rejected and where, keyed: the same bad record put aside twice
    is one item.
    """
    rows: dict[str, QuarantineItem] = {}
    key = keys.derive("file")
    for one in rejected:
        mark = f"{authority}|{source}|{sealed_path}|{one.where}|{one.code}|".encode() + one.raw
        item = hashlib.blake2b(mark, key=key, digest_size=16).hexdigest()
        path = sealed_path
        if vault is not None and (content := getattr(one, "kept", b"") or one.raw):
            path = vault.write_bytes(f"vault/{authority}/{RECORDS}", f"{item}.sealed", keys.seal(content))
        rows[item] = {
            "item": item, "authority": authority, "source": source, "kind": kind, "place": one.where, "code": one.code,
            "arguments": as_text(one.arguments), "status": "open", "attempts": 1, "first_seen_at": now(),
            "sealed_path": path, "run": run, "stream": getattr(one, "stream", ""),
            "about": as_text(getattr(one, "about", {})),
        }  # fmt: skip
    return list(rows.values())
