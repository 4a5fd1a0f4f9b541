"""The places a town's sources speak of: those that wait to be registered, and the town's own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import pyarrow as pa
from sqlalchemy import select

from town.accounts import configured_spaces
from town.landed import LandedParts, landed_tables
from town.store import TownStore
from transforms.staging import facebook_group, staff, whatsapp, whatsapp_cloud
from transforms.staging.chats import chats, distinct
from transforms.staging.town import Town
from warehouse.ledger import core
from warehouse.ledger_tables import ImportedFile, RunRow
from warehouse.vocabulary import UNREGISTERED

State = Literal["waiting", "account", "registered"]
"""Nobody registered it: it counts nowhere. An account of `kehila.toml` names it: it counts as the authority's. Or it
stands in the town's register."""
STATES: tuple[State, ...] = ("waiting", "account", "registered")
MARK = 8
"""Digits of a file's keyed digest that are shown."""


@dataclass(frozen=True)
class File:
    """An imported file by the beginning of its keyed digest; `path` is what it is called on the asker's own disk."""

    file: str
    imported_at: datetime  # UTC
    path: str = ""


@dataclass
class Place:
    """A place and what was heard of it. Days are local; `messages` is None where none can be counted."""

    space: str
    state: State
    title: str = ""
    asset: str = ""
    kind: str = ""
    operated_by: str = ""
    first_day: date | None = None
    last_day: date | None = None
    messages: int | None = None
    files: list[File] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """What `kehila spaces --json` prints of it."""
        return dataclasses.asdict(self)


@dataclass(frozen=True)
class _Heard:
    """What one source landed of one place; `runs` are those that landed it."""

    space: str
    asset: str
    first_day: date
    last_day: date
    messages: int | None = None
    runs: frozenset[str] = frozenset()


def places(store: TownStore, on_disk: Mapping[str, str] | None = None) -> list[Place]:
    """Every place, those that wait first. What has landed counts, whether refreshed or not.

    `on_disk` maps the keyed digest of a file's content to where it lies on the asker's disk.
    """
    town = _town(store)
    found = {one.space: _registered(one.space, town) for one in town.spaces.values()}
    for space in configured_spaces(store.config, store.authority.code) - set(found):
        found[space] = Place(space, "account")
    files = _files(store, on_disk or {})
    for heard in _heard(store, town):
        place = found.setdefault(heard.space, Place(heard.space, "waiting"))
        place.asset = place.asset or heard.asset
        place.first_day = min(heard.first_day, place.first_day or heard.first_day)
        place.last_day = max(heard.last_day, place.last_day or heard.last_day)
        if heard.messages is not None:
            place.messages = (place.messages or 0) + heard.messages
        place.files += sorted((files[run] for run in heard.runs if run in files), key=lambda one: one.imported_at)
    return sorted(found.values(), key=lambda one: (STATES.index(one.state), one.space))


def space_rows(store: TownStore, note: Callable[[Place], str] = lambda _place: "") -> list[Mapping[str, object]]:
    """The sheet of spaces as the town has it: what is registered, and of all others what is known, to be completed.

    Each row maps a column of the sheet to its value (codes for words), and `note` to what `note` says of a place that
    is not registered; without it nothing is said.
    """
    said = staff.spaces_said(landed_tables(store, staff.STREAMS))
    rows: list[Mapping[str, object]] = []
    for place in places(store):
        if place.state == "registered":
            # Names are not kept; a place is known again by the code it had, or would have, before it was registered.
            row = said[place.space]
            names = [key if key.startswith(UNREGISTERED) else f"{UNREGISTERED}{key[:8]}" for key in row["source_keys"]]
            rows.append({**row, "names": names})
        else:
            rows.append({"space": place.space, "asset": place.asset, "note": note(place)})
    return rows


def _town(store: TownStore) -> Town:
    return staff.town_from(landed_tables(store, staff.STREAMS), store.authority.code, store.authority.timezone)


def _registered(code: str, town: Town) -> Place:
    one = town.spaces[code]
    return Place(code, "registered", one.title, one.asset, one.kind, one.operated_by)


def _files(store: TownStore, on_disk: Mapping[str, str]) -> dict[str, File]:
    """Run -> the file it imported."""
    files, runs = core(ImportedFile), core(RunRow)
    query = (
        select(files.c.run, files.c.fingerprint, runs.c.started_at)
        .join(runs, runs.c.run == files.c.run)
        .where(files.c.authority == store.authority.code)
    )
    with store.engine.connect() as connection:
        return {
            run: File(digest[:MARK], when, on_disk.get(digest, "")) for run, digest, when in connection.execute(query)
        }


def _heard(store: TownStore, town: Town) -> Iterator[_Heard]:
    """What landed of each place. What is called by a name of its own is read as it landed, the rest from the facts."""
    by_name = {whatsapp.SOURCE, facebook_group.SOURCE, whatsapp_cloud.SOURCE}
    for partition in store.ledger.partitions():
        if partition.fact == "coverage" and partition.source not in by_name:
            table = store.lake.read([partition.path])
            for (space, asset), (first, last) in _days(table, ("space", "asset"), "first_day", "last_day"):
                if space and asset:
                    yield _Heard(space, asset, first, last)
    yield from _chats(store, town)
    groups = landed_tables(store, ["facebook_group_metric"])["facebook_group_metric"]
    for (key, run), (first, last) in _days(groups, ("group_key", "batch"), "period_start"):
        yield _Heard(town.space_for(key), "facebook", first, last, runs=frozenset({run}))
    yield from _numbers(store, town)


def _chats(store: TownStore, town: Town) -> Iterator[_Heard]:
    landed = LandedParts(store)
    for chat in chats(landed, town):
        if chat.days:
            count = sum(whatsapp.count_merged(landed, distinct(one)) for one in chat.months.values())
            runs = frozenset(one["batch"] for one in chat.exports)
            yield _Heard(whatsapp.space_of(chat, town), "whatsapp", chat.days[0][0], chat.days[-1][1], count, runs)


def _numbers(store: TownStore, town: Town) -> Iterator[_Heard]:
    """The town's own WhatsApp numbers."""
    landed = landed_tables(store, ["whatsapp_cloud_message", "whatsapp_cloud_status", "whatsapp_cloud_metric"])
    messages = landed["whatsapp_cloud_message"].select(["space_key", "message"]).group_by("space_key")
    counted = messages.aggregate([("message", "count_distinct")]).to_pylist()
    counts = {town.space_for(one["space_key"]): one["message_count_distinct"] for one in counted}
    for stream, when in zip(landed, ("sent_at", "at", "day"), strict=True):
        for (key,), (first, last) in _days(landed[stream], ("space_key",), when):
            days = [town.local_day(one) if isinstance(one, datetime) else one for one in (first, last)]
            space = town.space_for(key)
            yield _Heard(space, "whatsapp", days[0], days[1], counts.pop(space, None))


def _days(table: pa.Table, keys: tuple[str, ...], first: str, last: str = "") -> Iterable[tuple[Any, Any]]:
    """The values of `keys` that occur together -> the least `first` and the greatest `last` of their rows."""
    last = last or first
    rows = table.group_by(list(keys)).aggregate([(first, "min"), (last, "max")]).to_pylist()
    return [(tuple(row[key] for key in keys), (row[f"{first}_min"], row[f"{last}_max"])) for row in rows]
