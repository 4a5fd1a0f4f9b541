"""What was published of small closed places, and what is kept back of them now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from pipeline.refresh.warm import Warm
from town.store import TownStore
from transforms.catalogue import Indicator
from transforms.disclosure.places import Said
from transforms.few import ASSETS, MEMBERS, Few, few_in, is_of_places, is_share_of_members, scope_of
from transforms.inputs import Inputs
from transforms.standing import FIGURES
from transforms.standing import is_of_answers as is_known_from_answers
from warehouse.ledger import core
from warehouse.published import SHOWN
from warehouse.tables import IndicatorValue, Restatement, Snapshot, SnapshotValue


def kept_back(
    store: TownStore, inputs: Inputs, months: Iterable[str], warm: Warm, *, is_of_answers: bool = True
) -> Few:
    """What is kept back in these months and in all others whose members are known.

    Without `is_of_answers` nothing of those who answered surveys is going to be computed.
    """
    code = store.authority.code
    known = {month for fact in MEMBERS for month in inputs.partitions.get(fact, {})}
    asked = sorted(known | set(months))
    register = inputs.registers.get("space")
    spaces = [] if register is None else register.to_pylist()
    published, definitions = (
        _published(store),
        tuple((one.id, one.definition_version) for one in store.catalogue.values()),
    )
    said, of_shares = warm.of("said", (published, definitions, repr(spaces)), lambda: said_of(store, spaces))
    files = (one for fact in sorted(MEMBERS) for _, of in sorted(inputs.partitions.get(fact, {}).items()) for one in of)
    state = (tuple(asked), tuple(one.sha256 for one in files), repr(spaces), published, definitions)
    few = warm.of("few", state, lambda: few_in(inputs, store.catalogue.values(), code, asked, said, of_shares))
    told = _answers_told(store, said) if is_of_answers else {}
    return replace(few, published=told, personas=store.authority.personas)


def _published(store: TownStore) -> tuple[object, ...]:
    """What was published so far: each revision, and how often one was said to be otherwise since. Neither ever goes."""
    snapshots, later = core(Snapshot), core(Restatement)
    of = store.authority.code
    with store.engine.connect() as connection:
        query = select(snapshots.c.month, snapshots.c.revision, snapshots.c.manifest_sha256)
        found = connection.execute(query.where(snapshots.c.authority == of)).tuples().all()
        restated = connection.execute(select(func.count()).select_from(later).where(later.c.authority == of)).scalar()
    return *sorted(map(tuple, found)), restated


def _answers_told(store: TownStore, closed: Iterable[str]) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """(indicator, month, cut, part) -> what is told in a closed month of all who answered, and of their groups."""
    table = core(IndicatorValue)
    names = (*FIGURES, "as_of")
    surveys = [one.id for one in store.catalogue.values() if is_known_from_answers(one)]
    of_answers = (table.c.cut != "") | table.c.indicator.in_(surveys)
    told = table.c.status.in_((*SHOWN, "suppressed")) & of_answers & (table.c.space == "")
    query = select(table).where(told, table.c.authority == store.authority.code, table.c.month.in_(list(closed)))
    with store.engine.connect() as connection:
        return {
            (row.indicator, row.month, row.cut, row.part): {name: getattr(row, name) for name in names}
            for row in connection.execute(query)
        }


def said_of(store: TownStore, spaces: Sequence[Mapping[str, Any]]) -> tuple[dict[str, Said], dict[str, Said]]:
    """Month -> what its snapshots, and what was restated since, showed and hid of places and of their totals.

    Of what members do, which is kept back of more places, apart: it comes second.
    """
    code, catalogue = store.authority.code, store.catalogue
    table, later, snapshots = core(SnapshotValue), core(Restatement), core(Snapshot)
    names = ("month", "indicator", "space", "part")
    plain = (table.c.authority == code) & (table.c.cut == "")
    again = (later.c.authority == code) & (later.c.cut == "")
    with store.engine.connect() as connection:
        closed = set(connection.execute(select(snapshots.c.month).where(snapshots.c.authority == code)).scalars())
        rows = list(connection.execute(select(*(table.c[name] for name in names), table.c.status).where(plain))) + list(
            connection.execute(select(*(later.c[name] for name in names), later.c.new_status).where(again))
        )
    rest, of_shares = _Heard(closed), _Heard(closed)
    for month, name, space, part, status in rows:
        indicator = catalogue.get(name)
        if month not in closed or indicator is None or not is_of_places(indicator):
            continue
        heard = of_shares if is_share_of_members(indicator) else rest
        if space and status == "suppressed":
            heard.hidden[month].add(space)
        elif space and status in SHOWN:
            heard.shown[month].add(space)
        elif status == "suppressed" and not space and _is_total(indicator, part):
            heard.totals[month].add(scope_of(indicator, part, spaces))
    return rest.said(), of_shares.said()


class _Heard:
    """What was said of closed months, while it is read."""

    def __init__(self, closed: Iterable[str]) -> None:
        self.hidden: dict[str, set[str]] = {month: set() for month in sorted(closed)}
        self.shown: dict[str, set[str]] = {month: set() for month in self.hidden}
        self.totals: dict[str, set[frozenset[str]]] = {month: set() for month in self.hidden}

    def said(self) -> dict[str, Said]:
        return {
            month: Said(frozenset(hidden), frozenset(self.shown[month] - hidden), frozenset(self.totals[month]), True)
            for month, hidden in self.hidden.items()
        }


def _is_total(indicator: Indicator, part: str) -> bool:
    """Whether a figure that is suppressed is so for the places it is of, and for nothing else."""
    return not indicator.header.min_people and (not part or part in ASSETS)
