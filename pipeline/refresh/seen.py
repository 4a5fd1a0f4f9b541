"""What the indicators of a town are computed from: inputs, registers, who listened; and which of it is new."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.refresh.dimensions import registers_for, with_accounts, with_calendar
from pipeline.refresh.entered import Entered
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.warm import Warm
from town.store import TownStore
from transforms.compute import heard_by
from transforms.heard import Heard
from transforms.inputs import Inputs, Partition
from transforms.replaced import OF_ONE_ASSET, Changed, Replaced
from transforms.staging.town import Town
from warehouse.ledger import FactFile
from warehouse.ledger_tables import FactPartition
from warehouse.schemas import arrow_schema

SEEN = "seen"


@dataclass(frozen=True)
class Seen:
    """All that is read: `made_of` is equal where all of it but the rows of facts is, `before` what was seen last."""

    inputs: Inputs
    town: Town
    heard: Heard
    made_of: object
    before: Seen | None


def look(
    store: TownStore, partitions: Sequence[FactPartition], entered: Entered, months: Collection[str], warm: Warm
) -> Seen:
    """Take in what there is; what was looked at before and is the same is not read again."""
    inputs = Inputs.of(store.lake, partitions, store.authority.timezone)
    before: Seen | None = warm.last(SEEN)
    if before is not None:
        inputs.take_over(before.inputs)
    of_town = (entered.made_of, inputs.edition)
    town = warm.of("town", of_town, lambda: with_calendar(with_accounts(entered.town, inputs.heard), store.authority))
    made_of = (*of_town, sorted(months), store.catalogue)
    inputs.registers = warm.of("registers", made_of, lambda: registers_for(store.authority, town, months))
    if before is not None:
        inputs.take_over(before.inputs)
    heard = warm.of("heard", made_of, lambda: heard_by(inputs))
    seen = Seen(inputs, town, heard, made_of, before)
    warm.keep(SEEN, Seen(inputs, town, heard, made_of, None))
    return seen


def changed_by(store: TownStore, done: Refreshed, seen: Seen) -> Changed | None:
    """The files that took others' place, where nothing but their own months can come out otherwise by them.

    None where all has to be looked at: a source that speaks of more than before may end the silence of any month.
    """
    if seen.before is None:
        is_told_more = any(fact == "coverage" for fact, *_ in done.replaced)
    else:
        is_told_more = seen.before.heard is not seen.heard and seen.before.heard.ever.said != seen.heard.ever.said
    if is_told_more:
        return None
    register = seen.inputs.registers["space"].select(["space", "kind"]).to_pylist()
    kinds = {row["space"]: row["kind"] for row in register}
    found = {}
    for place, (before, after) in done.replaced.items():
        assets, spaces = _places(store, place[0], before, after)
        of_kinds = frozenset(kinds.get(space, "") for space in spaces)
        found[place] = Replaced(_partition(place, before), assets, of_kinds)
    return found


def _partition(place: tuple[str, str, str], file: FactFile | None) -> Partition | None:
    return None if file is None else Partition(*place, file.path, file.sha256, file.records)


def _places(store: TownStore, fact: str, *files: FactFile | None) -> tuple[frozenset[str], frozenset[str]]:
    """The assets and the spaces of all rows; only some rows in both files differ, so it may be more than changed."""
    if fact not in OF_ONE_ASSET:
        return frozenset(), frozenset()
    rows = store.lake.read([one.path for one in files if one is not None], arrow_schema(fact))
    assets, spaces = (rows[name].unique().to_pylist() for name in ("asset", "space"))
    return frozenset(one or "" for one in assets), frozenset(one or "" for one in spaces)
