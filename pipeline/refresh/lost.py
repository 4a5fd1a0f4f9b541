"""What of a source's facts is lost on the way: objects passed over, what was put aside, rows staging leaves out.

All lower coverage. An object that cannot be read falls on the days it may speak of, until it can be. A row of a file
that could not be taken falls on the days it tells, else on any of its file's; they are whole again once it is read
again, or a later file that tells of them has been imported. A record put aside at landing falls on some day of the
window it was pulled with, and the day is whole again once a pull of the same stream that put nothing aside has read it.
An event of a webhook falls on the day it came; it is made good by a pull that reads that day for the same fact.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
from sqlalchemy import select

from collectors.service import sources
from town.staged import facts_of
from town.store import TownStore
from town.streams import streams_by_name
from transforms.staging.coverage import Days, Lost, joined, whole_days, without
from transforms.staging.skipped import BY_RULE
from transforms.staging.town import Town
from warehouse.landing import EVENT, FILE, OBJECT, RECORD
from warehouse.ledger import core, select_rows
from warehouse.ledger_tables import PullRow, QuarantineRow
from warehouse.pulls import OPEN, WAITING

_TICK = timedelta(microseconds=1)
_NEVER = date.min


def lost_in_quarantine(store: TownStore, module: ModuleType, town: Town) -> list[Lost]:
    """What is lost of a source's facts because rows of files, records or events of it wait in the quarantine."""
    items = _open_items(store)
    told = [one for item in items if item.stream in module.STREAMS for one in _told_by_itself(item, module, town)]
    return sorted({*told, *_lost_of_service(store, module, items)}, key=repr)


def _told_by_itself(item: QuarantineRow, module: ModuleType, town: Town) -> list[Lost]:
    """What a row would have spoken of; of a file's list of places or people no fact lacks anything."""
    if item.kind == FILE and not {*streams_by_name()[item.stream].facts} - {"coverage"}:
        return []
    told: dict[str, Any] = json.loads(item.about)
    key = told.get("group_key")
    space = told.get("space") or (town.space_for(key) if key else "")
    days = ((date.fromisoformat(told["since"]), date.fromisoformat(told["until"])),) if "since" in told else ()
    known = defaultdict(str, told)
    facts = (told["fact"],) if "fact" in told else facts_of(module, item.stream)
    return [Lost(fact.format_map(known), space, days=days) for fact in facts]


def _lost_of_service(store: TownStore, module: ModuleType, waiting: Sequence[QuarantineRow]) -> list[Lost]:
    services = {name: one for name, one in sources().items() if _streams(one) & set(module.STREAMS)}
    items = [row for row in waiting if row.kind in (RECORD, EVENT) and _origin(row)[0] in services]
    if not items:
        return []
    timezone = store.authority.timezone
    pulls = _pulls(store, services)
    by_run = {one.run: one for one in pulls}
    found = []
    for item in items:
        service, stream = _origin(item)
        if item.kind == RECORD:
            if stream not in module.STREAMS:
                continue
            pull = by_run.get(item.run)
            day = _day(item.first_seen_at, timezone)
            days = _days(pull, timezone) if pull else [(day, day)]
            clean = [one for one in pulls if pull and _of(one) == _of(pull)]
            found += _each(facts_of(module, stream), without(days, _clean(clean, timezone)))
            continue
        day = _day(item.first_seen_at, timezone)
        pulled = {one.name for one in services[service].streams}
        for side in services[service].side_streams:
            for fact in facts_of(module, side.name) if side.name in module.STREAMS else ():
                feeding = [one for one in pulled & set(module.STREAMS) if fact in facts_of(module, one)]
                clean = [one for one in pulls if one.source == service and one.stream in feeding]
                found += _each([fact], without([(day, day)], _clean(clean, timezone)))
    return found


def left_out(store: TownStore, skipped: pa.Table) -> list[Lost]:
    """What is lost by rows staging left out; one of no month falls on the days its landing had read."""
    runs = {row["batch"] for row in skipped.to_pylist() if not row["month"]}
    table, pulls = core(PullRow), dict[str, PullRow]()
    if runs:
        query = select(table).where(table.c.run.in_(sorted(runs)))
        pulls = {one.run: one for one in select_rows(store.engine, PullRow, query)}
    found = []
    for row in skipped.to_pylist():
        if row["code"] in BY_RULE:
            continue
        pull = None if row["month"] else pulls.get(row["batch"])
        days = tuple(_days(pull, store.authority.timezone)) if pull else ()
        found.append(Lost(row["fact"], row["space"], row["month"], days))
    return sorted(set(found), key=repr)


def counted(skipped: pa.Table) -> list[dict[str, Any]]:
    """What was left out as the ledger keeps it: added up over the landings it came with."""
    sums: dict[tuple[str, ...], int] = defaultdict(int)
    names = ("stream", "fact", "space", "month", "code", "subject")
    for row in skipped.to_pylist():
        sums[tuple(row[name] for name in names)] += row["records"]
    return [{**dict(zip(names, key, strict=True)), "records": amount} for key, amount in sorted(sums.items())]


def _streams(source: Any) -> set[str]:
    return {one.name for one in (*source.streams, *source.side_streams)}


def _open_items(store: TownStore) -> list[QuarantineRow]:
    table = core(QuarantineRow)
    mine = (table.c.authority == store.authority.code) & table.c.status.in_([OPEN, WAITING])
    query = select(table).where(mine & table.c.kind.in_([FILE, RECORD, OBJECT, EVENT]))
    return select_rows(store.engine, QuarantineRow, query)


def _origin(item: QuarantineRow) -> tuple[str, str]:
    """The service and, of a record, the stream."""
    service, _, stream = item.source.partition(".")
    return service, stream


def _pulls(store: TownStore, services: Mapping[str, Any]) -> list[PullRow]:
    table = core(PullRow)
    mine = (table.c.authority == store.authority.code) & table.c.source.in_(sorted(services))
    return select_rows(store.engine, PullRow, select(table).where(mine))


def _of(pull: PullRow) -> tuple[str, str, str]:
    return pull.source, pull.account, pull.stream


def _day(at: datetime, timezone: str) -> date:
    return at.astimezone(ZoneInfo(timezone)).date()


def _days(pull: PullRow, timezone: str) -> Days:
    """The local days a pull read any of."""
    first = _NEVER if pull.since is None else _day(pull.since, timezone)
    return [(first, _day(pull.until - _TICK, timezone))]


def _clean(pulls: Iterable[PullRow], timezone: str) -> Days:
    """The local days that pulls read whole and put nothing aside of."""
    good = [one for one in pulls if one.status == "done" and not one.quarantined]
    open_ended = [(_NEVER, _day(one.until, timezone) - timedelta(days=1)) for one in good if one.since is None]
    return joined([*open_ended, *whole_days(((o.since, o.until) for o in good if o.since is not None), timezone)])


def _each(facts: Iterable[str], days: Days) -> list[Lost]:
    return [Lost(fact, days=tuple(days)) for fact in facts] if days else []
