"""Months beside other months, columns beside other columns: what says the same, what stands in another's place."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from expectations.copies import SAME, copies
from expectations.lines import Line, MonthsContext, Place, written
from expectations.swaps import columns_of, likest


def copied(fact: str, months: Collection[str], context: MonthsContext) -> Iterator[Line]:
    """What a month says against what any other says: little of it may be the same. A copy is said by one content."""
    known: set[Place] = set()
    for name in context.suites[fact].contents:
        sketches = {
            (month, thing): sketch
            for (one, month), profile in context.new.items()
            if one == fact
            for thing, sketch in profile.contents.get(name, {}).items()
        }
        for one in copies(sketches, months):
            if one.place in known:
                continue
            known.add(one.place)
            month, thing = one.place
            said = {
                "measure": f"{fact}.{name}",
                "month": month,
                "other": one.of[0],
                "observed": written(100 * one.share),
            }
            yield Line((fact, month), thing, name, "month_copied", one.share, SAME, said)


def swapped(fact: str, months: Collection[str], context: MonthsContext) -> Iterator[Line]:
    """Columns beside each other that may stand in each other's place: of each table the two that look so most."""
    suite = context.suites[fact]
    series = {(thing, name): by for (one, thing, name), by in context.series.items() if one == fact}
    things: dict[str, list[str]] = {}
    for thing in sorted({thing for thing, _ in series}):
        things.setdefault(suite.space_of(thing), []).append(thing)
    for rule, swap in suite.swaps.items():
        for table, columns in columns_of(swap.among, series, things):
            where = suite.space_of(table)
            for month in sorted(months):
                is_part = {(fact, where, month), (fact, "", month)} & set(context.partial)
                is_whole = month < f"{context.today:%Y-%m}" and not is_part
                one = likest({name: series[place] for name, place in columns.items()}, month, is_whole)
                if one is not None:
                    (thing, name), (other, next_to) = columns[one.one], columns[one.other]
                    said = {
                        "measure": f"{fact}.{name}", "month": month,
                        "beside": f"{fact}.{next_to}" if thing == other else other.rpartition(":")[2],
                    }  # fmt: skip
                    yield Line((fact, month), thing, rule, "columns_swapped", one.less, one.more, said)
