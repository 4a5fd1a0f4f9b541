"""People of a chat who changed their telephone number: one person from the notice on.

Only a notice that tells the new number joins two, and in its own chat alone: a name is one person nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from transforms.staging.chat_merge import Ints

CHANGED = "number_changed"
Known = list[list[int]]
"""[Ordinal, the ordinal of the person it is by now], in order; what a month hands on to the next."""


def one_person(
    said: pa.Table, events: pa.Table, known: Iterable[tuple[int, int]], staff: Collection[int]
) -> tuple[pa.Table, pa.Table, Known]:
    """Messages and events of a month with one ordinal a person since her notice, and what the next month has to know.

    She keeps the ordinal she had, unless the roster knows her by the new one. In the rows of the notices themselves the
    `actor` is who she is by now, the `member` who she was or is called as well.
    """
    is_now: dict[int, int] = dict(known)
    sender, sent = _ordinals(said["sender"]), _instants(said["sent_local"])
    actor, member, at = _ordinals(events["actor"]), _ordinals(events["member"]), _instants(events["at_local"])
    is_notice = np.array([one == CHANGED for one in events["event"].to_pylist()], bool)
    for column in (sender, actor, member):
        _replace(column, is_now, True)
    told = np.flatnonzero(is_notice & (actor >= 0) & (member >= 0))
    for place in told[np.argsort(at[told], kind="stable")]:
        before, after = (is_now.get(int(column[place]), int(column[place])) for column in (actor, member))
        if before == after:
            continue
        person, other = (after, before) if after in staff and before not in staff else (before, after)
        is_now = {one: person if now == other else now for one, now in is_now.items()} | {other: person}
        is_now.pop(person, None)
        _replace(sender, {other: person}, sent >= at[place])
        _replace(actor, {other: person}, (at >= at[place]) & ~is_notice)
        _replace(member, {other: person}, (at >= at[place]) & ~is_notice)
        actor[place], member[place] = person, other
    return (
        _with(said, sender=sender),
        _with(events, actor=actor, member=member),
        [[one, person] for one, person in sorted(is_now.items())],
    )


def _replace(column: Ints, by: dict[int, int], where: Any) -> None:
    for one, person in by.items():
        column[(column == one) & where] = person


def _ordinals(column: pa.ChunkedArray) -> Ints:
    return np.array(column.fill_null(-1).to_numpy(zero_copy_only=False), np.int64)


def _instants(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.cast(pa.timestamp("s")).cast(pa.int64()).to_numpy(zero_copy_only=False)) // 60


def _with(table: pa.Table, **columns: Ints) -> pa.Table:
    for name, values in columns.items():
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(name), pa.array(values, mask=values < 0))
    return table
