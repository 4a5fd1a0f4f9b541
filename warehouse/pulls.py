"""Pulls from services as the ledger keeps them: what came of each, how far, in what shape, what is left of quotas."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, select
from sqlmodel import SQLModel

from warehouse.accounts import AccountRef, StreamRef
from warehouse.landing import OBJECT
from warehouse.ledger import Ledger, TableRow, core, select_rows
from warehouse.ledger_tables import BackfillRow, DriftRow, PullRow, QuarantineRow, QuotaRow, RunRow, WatermarkRow
from warehouse.store import transaction, upsert

WAITING, OPEN = "waiting", "open"
"""An object that will be tried again by itself; one that waits for a person."""

_SHAPE = re.compile(r"(?P<field>.*?)(?: \((?P<kind>[^()]*)\))?", re.DOTALL)
_FIELD = re.compile(r"(?!.*\d{5})[A-Za-z_][\w.\- ]{0,119}", re.ASCII)


# Put together once: that costs more than running them does.
NEW_RUN, NEW_PULL, _PULLS = core(RunRow).insert(), core(PullRow).insert(), core(PullRow)
_LAST_PULLS = (
    select(_PULLS)
    .where(
        *(_PULLS.c[name] == bindparam(f"of_{name}") for name in ("authority", "source", "account", "stream")),
        _PULLS.c.is_backfill.is_(False),
    )
    .order_by(_PULLS.c.started_at.desc(), _PULLS.c.until.desc())
    .limit(bindparam("most"))
)

_PAST = _LAST_PULLS.with_only_columns(_PULLS.c.status, _PULLS.c.records, _PULLS.c.code).subquery()
_SPOKEN = select(_PAST.c.status).where(
    _PAST.c.status == "done", (_PAST.c.records > 0) | (_PAST.c.code == bindparam("accepted"))
)


def shape_of(stream: str, told: str) -> tuple[str, str]:
    """Field and kind of what a collector counted as drift: `stream.field` or `stream.field (kind)`.

    A service may name a field after a person (an object keyed by address): what does not look like the name
    of a field is `(other)`.
    """
    found = _SHAPE.fullmatch(told)
    assert found is not None
    field = found["field"].removeprefix(f"{stream}.")
    return (field if _FIELD.fullmatch(field) else "(other)"), (found["kind"] or "unknown")[:60]


def of(ledger: Ledger, ref: StreamRef, table: type[SQLModel] = PullRow) -> ColumnElement[bool]:
    """The condition that a row is one of the stream."""
    found = core(table).c.authority == ledger.authority
    for name, value in ref.columns.items():
        found &= core(table).c[name] == value
    return found


class NewPull(TypedDict):
    """The columns of a `PullRow` but the authority."""

    run: str
    source: str
    account: str
    stream: str
    since: datetime | None
    until: datetime
    is_backfill: bool
    started_at: datetime
    ended_at: datetime
    status: str
    code: str
    arguments: str
    records: int
    quarantined: int
    calls: int
    bytes: int


def _ref(row: NewPull) -> StreamRef:
    return StreamRef(AccountRef(row["source"], row["account"]), row["stream"])


def run_row(ledger: Ledger, row: NewPull, landed: int) -> dict[str, object]:
    """The run of a pull that landed so many rows: one pull is one run."""
    aside = row["quarantined"]
    return {
        "authority": ledger.authority, "run": row["run"], "started_at": row["started_at"], "ended_at": row["ended_at"],
        "received": landed + aside, "loaded": landed, "quarantined": aside, "kind": "collect",
        "status": "done" if row["status"] == "done" else "failed", "note": str(_ref(row)),
    }  # fmt: skip


def quota_rows(ledger: Ledger, row: NewPull, quota: Mapping[str, str]) -> list[dict[str, object]]:
    """What a pull was told is left of quotas, as rows."""
    same = {"authority": ledger.authority, "source": row["source"], "account": row["account"]}
    return [{**same, "name": name[:120], "value": value, "seen_at": row["ended_at"]} for name, value in quota.items()]


def write_pull(
    tx: Connection,
    ledger: Ledger,
    row: NewPull,
    *,
    landed: int = 0,
    drift: Mapping[str, int],
    quota: Mapping[str, str],
    backfill: str = "",
) -> list[tuple[str, str]]:
    """Write a pull with its run, shape and quotas; gives the (field, kind) never seen before.

    `landed` counts all rows landed with it. With `backfill`, the stretch asked for, its position moves to the end of
    a pull that is done.
    """
    same, ref, seen_at = {"authority": ledger.authority}, _ref(row), row["ended_at"]
    tx.execute(NEW_RUN, run_row(ledger, row, landed))
    tx.execute(NEW_PULL, {**same, **row})
    upsert(tx, QuotaRow, quota_rows(ledger, row, quota))
    if backfill and row["status"] == "done":
        upsert(tx, BackfillRow, [{**same, **ref.columns, "asked": backfill, "reached_at": row["until"]}])
    return write_drift(tx, ledger, ref, drift, seen_at) if drift else []


def write_drift(
    tx: Connection, ledger: Ledger, ref: StreamRef, drift: Mapping[str, int], seen_at: datetime
) -> list[tuple[str, str]]:
    """Write what was counted as drift, `seen_at` an instant in UTC; gives the (field, kind) never seen before."""
    counted: dict[tuple[str, str], int] = {}
    for told, times in drift.items():
        shape = shape_of(ref.stream, told)
        counted[shape] = counted.get(shape, 0) + times
    table = core(DriftRow)
    rows = tx.execute(select(table.c.field, table.c.kind, table.c.times).where(of(ledger, ref, DriftRow)))
    known = {(row.field, row.kind): row.times for row in rows}
    told_now = [
        {
            "authority": ledger.authority, **ref.columns, "field": field, "kind": kind, "first_seen_at": seen_at,
            "last_seen_at": seen_at, "times": times + known.get((field, kind), 0),
        }
        for (field, kind), times in sorted(counted.items())
    ]  # fmt: skip
    upsert(tx, DriftRow, told_now, keep=("first_seen_at",))
    return sorted(set(counted) - set(known))


def has_spoken(ledger: Ledger, ref: StreamRef, limit: int, accepted: str) -> bool:
    """Whether any of the last pulls of a stream that were no backfill had records, or was `accepted` without."""
    mine = {"authority": ledger.authority, **ref.columns}
    asked = {f"of_{name}": value for name, value in mine.items()}
    with ledger.engine.connect() as connection:
        return connection.execute(_SPOKEN, {**asked, "most": limit, "accepted": accepted}).first() is not None


def last_pulls(ledger: Ledger, ref: StreamRef, limit: int) -> list[PullRow]:
    """The last pulls of a stream that were no backfill, the latest first."""
    mine = {"authority": ledger.authority, **ref.columns}
    asked = {f"of_{name}": value for name, value in mine.items()}
    return select_rows(ledger.engine, PullRow, _LAST_PULLS, {**asked, "most": limit})


def first_nonempty_window(ledger: Ledger, ref: StreamRef) -> datetime | None:
    """The start (UTC) of the earliest window in which a stream had records; None when it never had any."""
    table = core(PullRow)
    with ledger.engine.connect() as connection:
        query = select(func.min(table.c.since)).where(of(ledger, ref), table.c.records > 0)
        return connection.execute(query).scalar()


def read_until(ledger: Ledger, ref: StreamRef, instant: datetime) -> datetime | None:
    """Until when (UTC) a stream was read by pulls that began and end at an instant or before; None where none did."""
    table = core(PullRow)
    query = select(func.max(table.c.until)).where(
        of(ledger, ref), table.c.status == "done", table.c.is_backfill.is_(False),
        table.c.until <= instant, table.c.started_at <= instant,
    )  # fmt: skip
    with ledger.engine.connect() as connection:
        return connection.execute(query).scalar()


def watermarks(ledger: Ledger) -> dict[StreamRef, datetime]:
    """Stream -> the instant (UTC) everything before which was read."""
    table = core(WatermarkRow)
    query = select(table).where(table.c.authority == ledger.authority)
    found = select_rows(ledger.engine, WatermarkRow, query)
    return {StreamRef(AccountRef.parse(row.account), row.stream): row.reached_at for row in found}


def open_suspects(ledger: Ledger) -> list[tuple[StreamRef, datetime, datetime]]:
    """Streams whose last answer is a suspect empty one: (stream, known until, asked until), in UTC."""
    table = core(PullRow)
    columns = (table.c.source, table.c.account, table.c.stream)
    mine = (table.c.authority == ledger.authority) & (table.c.status == "suspect") & table.c.is_backfill.is_(False)
    query = (
        select(*columns, func.min(table.c.since).label("since"), func.max(table.c.until).label("until"))
        .where(mine)
        .group_by(*columns)
    )
    with ledger.engine.connect() as connection:
        rows = list(connection.execute(query))
    marks = watermarks(ledger) if rows else {}
    found = []
    for row in rows:
        ref = StreamRef.of(row)
        mark = marks.get(ref)
        if mark is None or mark < row.until:
            found.append((ref, mark or row.since, row.until))
    return sorted(found)


def backfill_positions(ledger: Ledger, asked: str) -> dict[StreamRef, datetime]:
    """How far an unfinished backfill of a stretch has come, by stream: everything before the instant (UTC) was read."""
    table = core(BackfillRow)
    query = select(table).where(table.c.authority == ledger.authority, table.c.asked == asked)
    return {StreamRef.of(row): row.reached_at for row in select_rows(ledger.engine, BackfillRow, query)}


def forget_backfill(ledger: Ledger, asked: str, refs: Collection[StreamRef]) -> None:
    """A backfill is finished: asked for again, it reads everything again."""
    if not refs:
        return
    table = core(BackfillRow)
    with transaction(ledger.engine) as tx:
        for ref in refs:
            tx.execute(delete(table).where(of(ledger, ref, BackfillRow), table.c.asked == asked))


def latest(ledger: Ledger, each: int) -> dict[StreamRef, list[PullRow]]:
    """Stream -> its last pulls, backfills left out, the latest first; at most `each` of a stream."""
    table = core(PullRow)
    keys = (table.c.source, table.c.account, table.c.stream)
    order = (table.c.started_at.desc(), table.c.until.desc())
    number = func.row_number().over(partition_by=keys, order_by=order).label("number")
    mine = (table.c.authority == ledger.authority) & table.c.is_backfill.is_(False)
    numbered = select(table, number).where(mine).subquery()
    query = select(numbered).where(numbered.c.number <= each).order_by(numbered.c.number)
    found: dict[StreamRef, list[PullRow]] = {}
    for row in select_rows(ledger.engine, PullRow, query):
        found.setdefault(StreamRef.of(row), []).append(row)
    return found


def last_done(ledger: Ledger) -> dict[StreamRef, datetime]:
    """When each stream was last read well (UTC), backfills left out; a stream that never was is not in it."""
    table = core(PullRow)
    keys = (table.c.source, table.c.account, table.c.stream)
    mine = (table.c.authority == ledger.authority) & table.c.is_backfill.is_(False) & (table.c.status == "done")
    query = select(*keys, func.max(table.c.ended_at).label("ended_at")).where(mine).group_by(*keys)
    with ledger.engine.connect() as connection:
        return {StreamRef.of(row): row.ended_at for row in connection.execute(query)}


def read_since(ledger: Ledger, instant: datetime) -> frozenset[StreamRef]:
    """Streams whose last pull went well and that were read up to an instant (UTC) or further; backfills left out."""
    table = core(PullRow)
    mine = (table.c.authority == ledger.authority) & table.c.is_backfill.is_(False) & (table.c.until >= instant)
    found = select_rows(ledger.engine, PullRow, select(table).where(mine).order_by(table.c.started_at, table.c.until))
    last = {StreamRef.of(row): row.status for row in found}
    return frozenset(ref for ref, status in last.items() if status == "done")


def read_again_whole(ledger: Ledger) -> list[str]:
    """Open items of the quarantine whose window was pulled again later, as a whole, with nothing put aside."""
    item, first, later = core(QuarantineRow), core(PullRow).alias("first"), core(PullRow).alias("later")
    same = [first.c[name] == later.c[name] for name in ("authority", "source", "account", "stream")]
    holds = (later.c.since.is_(None) | (later.c.since <= first.c.since)) & (later.c.until >= first.c.until)
    is_whole = (later.c.status == "done") & (later.c.quarantined == 0) & (later.c.started_at >= first.c.ended_at)
    query = (
        select(item.c.item)
        .join(first, first.c.run == item.c.run)
        .join(later, and_(*same, holds, is_whole))
        .where(item.c.authority == ledger.authority, item.c.status == "open")
        .distinct()
    )
    with ledger.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def object_rows(ledger: Ledger) -> list[QuarantineRow]:
    """The things of services that cannot be read: waiting, open, discarded by hand."""
    table = core(QuarantineRow)
    query = select(table).where(table.c.authority == ledger.authority, table.c.kind == OBJECT)
    query = query.where(table.c.status.in_([WAITING, OPEN, "discarded"])).order_by(table.c.item)
    return select_rows(ledger.engine, QuarantineRow, query)


def object_stream(row: QuarantineRow) -> StreamRef:
    """The stream of an account that an object's row is of."""
    return StreamRef(AccountRef.parse(json.loads(row.about)["account"]), row.stream)


def rows_of(ledger: Ledger, table: type[TableRow]) -> list[TableRow]:
    """All rows of the authority in a table of the ledger, by key."""
    found = core(table)
    query = select(found).where(found.c.authority == ledger.authority).order_by(*found.primary_key.columns)
    return select_rows(ledger.engine, table, query)
