"""Several sources that speak of one space: what they say together, decided here for every fact and statement.

The same thing read twice counts once; two things are added; what people entered stays beside what was measured, and
`choice` decides between them. A source that merges several accounts, groups or chats of its own does so in staging.

    message          the same where seven in ten of what both say agree (minute, kind and length): then each once;
                     else two conversations beside each other
    membership       a page and a group are two: their members are added, day by day
    platform_metric  the same: a month one counted and days another counted are added to a month
    coverage         of two things a month is full only where both are heard

No two sources of ours tell of one space anything else. The outcome does not depend on the order of the sources.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.staging.counted_members import Count, membership_rows
from transforms.staging.coverage import OUTLIVES, PARTIAL
from transforms.staging.records import Row
from warehouse.calendar import first_day, shift

ALIKE = 0.7
"""Of what two sources say of one space and month, the share that agrees where they are one; as of chats."""
ENOUGH = 5
"""Messages in common below which nothing is known to be the same."""

Tables = Mapping[str, pa.Table]
"""Source -> its rows of a fact."""
Place = tuple[str, str]
"""Space and asset."""


def together(fact: str, tables: Tables, told: Mapping[str, Collection[Place]] | None = None) -> pa.Table:
    """The rows of a fact of all sources (one at least), put together where several speak of one space.

    `told` is what `places_of` says of each source, where that is known.
    """
    rule = RULES.get(fact)
    places = (shared(tables) if told is None else _of_several(told.values())) if rule is not None else set()
    if rule is None or not places:
        return pa.concat_tables(tables.values(), promote_options="permissive")
    where = pa.array(sorted({space for space, _ in places}))
    aside = {name: pc.and_(pc.is_in(table["space"], where), _is_measured(table)) for name, table in tables.items()}
    rest = [table.filter(pc.invert(aside[name])) for name, table in tables.items()]
    found = [rule({name: table.filter(aside[name]) for name, table in sorted(tables.items())})]
    return pa.concat_tables([*rest, *found], promote_options="permissive")


def shared(tables: Tables) -> set[Place]:
    """The spaces several sources measured anything of one asset in."""
    return _of_several(map(places_of, tables.values()))


def places_of(table: pa.Table) -> set[Place]:
    """The spaces a source measured anything of an asset in."""
    own = table.filter(_is_measured(table)).select(["space", "asset"]).group_by(["space", "asset"]).aggregate([])
    return {(row["space"], row["asset"]) for row in own.to_pylist() if row["space"] and row["asset"]}


def _of_several(told: Iterable[Collection[Place]]) -> set[Place]:
    found = Counter(place for places in told for place in places)
    return {place for place, sources in found.items() if sources > 1}


def same_months(tables: Tables) -> set[tuple[str, str]]:
    """(space, month) in which sources said the same of one space, of messages."""
    where = pa.array(sorted({space for space, _ in shared(tables)}), pa.string())
    tables = {name: table.filter(pc.is_in(table["space"], where)) for name, table in tables.items()}
    found = set()
    for (space, _, month), sources in _said(tables).items():
        counted = [Counter(key for _, key in said) for said in sources.values()]
        if any(_agree(one, other) for at, one in enumerate(counted) for other in counted[:at]):
            found.add((space, month))
    return found


def lowered_where_shared(tables: Tables, same: Callable[[str, str], bool]) -> pa.Table:
    """Coverage of all sources: of two things in one space a month is full only where both are heard.

    `same` tells whether sources said the same of a space in a month: then each of them speaks for it.
    """
    places = shared(tables)
    spoken: dict[tuple[str, ...], dict[str, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    for source, table in tables.items() if places else ():
        for row in table.to_pylist():
            if (row["space"], row["asset"]) in places and row["basis"] != "entered":
                months = spoken[row["fact"], row["space"], row["asset"]][source]
                months[row["month"]] = months.get(row["month"], False) or row["extent"] == "full"
    short = {
        (*place, month)
        for place, sources in spoken.items()
        for month in {month for months in sources.values() for month in months}
        if not all(
            months.get(month, False)
            for months in sources.values()
            if min(months) <= month <= shift(max(months), OUTLIVES)
        )
        and not same(place[1], month)
    }
    whole = pa.concat_tables(tables.values(), promote_options="permissive")
    if not short:
        return whole
    rows = whole.to_pylist()
    for row in rows:
        if (row["fact"], row["space"], row["asset"], row["month"]) in short and row["extent"] == "full":
            row["extent"] = "part"
            row["quality"] = " ".join(sorted({*row["quality"].split(), PARTIAL}))
    return pa.Table.from_pylist(rows, schema=whole.schema)


def _is_measured(table: pa.Table) -> pa.ChunkedArray:
    if "basis" not in table.column_names:
        return pa.chunked_array([pa.array(np.ones(table.num_rows, bool))])
    return pc.invert(pc.is_in(table["basis"], pa.array(["entered", "derived", "seen"])))


Said = list[tuple[int, tuple[Any, ...]]]
"""Place in the source's table and what tells two messages apart without their text."""


def _said(tables: Tables) -> dict[tuple[str, str, str], dict[str, Said]]:
    """(space, asset, month) -> source -> its messages."""
    found: dict[tuple[str, str, str], dict[str, Said]] = defaultdict(lambda: defaultdict(list))
    for source, table in tables.items():
        columns = ("space", "asset", "month", "sent_at", "kind", "length")
        for at, row in enumerate(table.select(columns).to_pylist()):
            minute = row["sent_at"].replace(second=0, microsecond=0)
            key = minute, row["kind"], row["length"]
            found[row["space"], row["asset"], row["month"]][source].append((at, key))
    return found


def _agree(one: Counter[Any], other: Counter[Any]) -> bool:
    """Whether two sources say the same of the time both tell of."""
    since = max(min(key[0] for key in said) for said in (one, other))
    until = min(max(key[0] for key in said) for said in (one, other))
    fewer = min(sum(n for key, n in said.items() if since <= key[0] <= until) for said in (one, other))
    common = (one & other).total()
    return common >= ENOUGH and common >= ALIKE * fewer


def _messages(tables: Tables) -> pa.Table:
    """Each message once, from the source with most of them; the others add what it does not have."""
    left_out: dict[str, set[int]] = defaultdict(set)
    for sources in _said(tables).values():
        order = sorted(sources, key=lambda name: (-len(sources[name]), name))
        told: list[Counter[Any]] = []
        for name in order:
            own = Counter(key for _, key in sources[name])
            for other in told:
                if not _agree(own, other):
                    continue
                known = Counter(other)
                for at, key in sources[name]:
                    if known[key] > 0:
                        known[key] -= 1
                        left_out[name].add(at)
            told.append(own)
    kept = [
        table.filter(pa.array([at not in left_out[name] for at in range(table.num_rows)], pa.bool_()))
        for name, table in tables.items()
    ]
    return pa.concat_tables(kept, promote_options="permissive")


def _members(tables: Tables) -> pa.Table:
    counts: dict[Place, dict[str, dict[date, Count]]] = defaultdict(lambda: defaultdict(dict))
    same: dict[Place, Row] = {}
    for source, table in tables.items():
        for row in table.to_pylist():
            place = row["space"], row["asset"]
            counts[place][source][row["day"]] = (row["members"], row["joined"], row["left"])
            same[place] = min(same.get(place, row), row, key=lambda one: str(one["basis"]))
    rows = [
        {**{name: same[place][name] for name in ("authority", "asset", "basis")}, **row}
        for place, each in sorted(counts.items())
        for row in membership_rows(place[0], list(each.values()))
    ]
    return _table(rows, tables)


def _metrics(tables: Tables) -> pa.Table:
    amounts: dict[tuple[str, ...], dict[str, dict[tuple[str, date], Row]]] = defaultdict(lambda: defaultdict(dict))
    for source, table in tables.items():
        for row in table.to_pylist():
            place = row["space"], row["asset"], row["metric"], row["month"]
            amounts[place][source][row["period"], row["period_start"]] = row
    rows = []
    for (*_, month), sources in sorted(amounts.items()):
        added: dict[tuple[str, date], Row] = {}
        for own in sources.values():
            whole = ("month", first_day(month))
            days = [row for (period, _), row in own.items() if period == "day"]
            if len(sources) > 1 and whole not in own and days and any(whole in other for other in sources.values()):
                total = sum(row["amount"] for row in days)
                own = {**own, whole: {**days[0], "period": "month", "period_start": whole[1], "amount": total}}
            for key, row in own.items():
                known = added.get(key)
                added[key] = row if known is None else {**known, "amount": known["amount"] + row["amount"]}
        rows += [added[key] for key in sorted(added)]
    return _table(rows, tables)


def _table(rows: Collection[Row], tables: Tables) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=next(iter(tables.values())).schema)


RULES: Mapping[str, Callable[[Tables], pa.Table]] = {
    "message": _messages,
    "membership": _members,
    "platform_metric": _metrics,
}
