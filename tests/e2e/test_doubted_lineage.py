"""A doubt on a fact marks the figures that were computed from it, and no others, whatever they are mostly about."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from pipeline.refresh.refresh import refresh
from tests.e2e.bad_town import NOW, OPEN, copied
from town.store import TownStore
from warehouse.checks import Found, Judged, note_checks
from warehouse.facts import FACTS
from warehouse.ledger import core
from warehouse.ledger_tables import FactPartition
from warehouse.store import transaction
from warehouse.tables import IndicatorInput, IndicatorValue

pytestmark = pytest.mark.more

SAID = {"month": OPEN, "measure": "message.twice_at_most", "observed": "0.5", "high": "0.3"}


def doubt(store: TownStore, fact: str) -> None:
    """Something stands against the files of a fact, and no more against those of others; what leans on it is told."""
    rows = [one for one in store.ledger.partitions() if one.month == OPEN]
    with transaction(store.engine) as tx:
        for row in rows:
            planted = Found(row.fact, row.month, "planted", "", "doubted", "bound_broken", SAID, 1)
            found = [planted] if row.fact == fact else []
            note_checks(tx, store.authority.code, row.source, Judged({(row.fact, row.month)}, found))
    with time_machine.travel(NOW, tick=True):
        refresh(store, months=[OPEN])


def figures(store: TownStore) -> dict[str, tuple[float | None, bool]]:
    """Indicator -> the value of the town as a whole, and whether it is marked."""
    table = core(IndicatorValue)
    asked = select(table.c.indicator, table.c.value, table.c.quality).where(
        table.c.month == OPEN, table.c.space == "", table.c.part == "", table.c.cut == ""
    )
    with store.engine.connect() as con:
        return {name: (value, "suspect" in quality.split()) for name, value, quality in con.execute(asked).tuples()}


def reading(store: TownStore, rows: list[FactPartition]) -> dict[str, set[str]]:
    """Indicator -> the assets in those of the files that its stored inputs name."""
    table = core(IndicatorInput)
    asked = select(table.c.indicator, table.c.partition).where(
        table.c.month == OPEN, table.c.partition.in_([one.path for one in rows])
    )
    files = {one.path: store.lake.read([one.path]) for one in rows}
    found: dict[str, set[str]] = {}
    with store.engine.connect() as con:
        for name, path in con.execute(asked).tuples():
            of_any = "asset" not in files[path].column_names
            found.setdefault(name, set()).update({""} if of_any else files[path]["asset"].unique().to_pylist())
    return found


def test_a_doubt_on_each_fact_marks_what_was_computed_from_it(bad_town_built: Path, tmp_path: Path) -> None:
    with copied(bad_town_built, tmp_path / "town") as store:
        doubt(store, "")
        plain = figures(store)
        assert not any(is_marked for _, is_marked in plain.values())
        marked_by: dict[str, set[str]] = {}
        for fact in sorted(set(FACTS) - {"coverage"}):
            rows = [one for one in store.ledger.partitions() if (one.fact, one.month) == (fact, OPEN)]
            read = reading(store, rows)
            assert rows, fact
            doubt(store, fact)
            found = figures(store)
            assert {name: one[0] for name, one in found.items()} == {name: one[0] for name, one in plain.items()}
            marked_by[fact] = {name for name, (_, is_marked) in found.items() if is_marked}
            direct = {name for name in marked_by[fact] if "computed" not in store.catalogue[name].header.inputs}
            assert direct <= set(read), fact
            for name, assets in read.items():
                head, value = store.catalogue[name].header, plain[name][0]
                is_of_it = not head.assets or "" in assets or bool(assets & {*head.assets})
                if head.method == "measured" and value is not None and fact != "report":
                    assert (name in marked_by[fact]) == is_of_it, (fact, name)
        assert {"facebook.engagement_rate", "policy.residents_in_contact"} & set(plain) <= marked_by["membership"]
        assert sum(map(bool, marked_by.values())) >= 8, {fact: len(names) for fact, names in marked_by.items()}
