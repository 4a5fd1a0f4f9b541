"""From facts to indicator values: only the indicators and months whose inputs changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa

from transforms.catalogue import Indicator
from transforms.cells import NOTHING_HIDDEN, Silent, cells_of, life_of, suspect_assets
from transforms.choice import Cell
from transforms.disclosure import DISCLOSURE
from transforms.doubted import waits_for_doubt
from transforms.few import Few
from transforms.heard import Heard
from transforms.inputs import COMPUTED_SCHEMA, Inputs, Partition, months_table
from transforms.working_days import Workdays
from warehouse.calendar import shift
from warehouse.facts import FACTS

MAX_ROWS = 300_000
"""Rows of facts in memory at once, about 250 bytes each: a history of millions is computed some months at a time."""

Changed = Mapping[str, Collection[str]]
"""Fact -> months of it that were replaced."""


@dataclass
class Computed:
    """The outcome for one indicator: its stale months, their cells, lineage and fingerprints."""

    indicator: Indicator
    months: list[str]
    cells: list[Cell] = field(default_factory=list)
    lineage: dict[str, list[Partition]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)


def fingerprint(
    indicator: Indicator, inputs: Inputs, read: Sequence[Partition], month: str, status: str, extra: str
) -> str:
    """Digest of everything a month's value depends on, `read` being the partitions it reads."""
    parts = [indicator.definition_version, f"disclosure {DISCLOSURE}", status, extra, inputs.timezone]
    parts += [f"{one.fact}/{one.month}/{one.source}:{one.sha256}" for one in read]
    parts += map(repr, inputs.doubted(read))
    spans = {name: span for name, span in indicator.header.inputs.items() if name not in FACTS}
    spans.setdefault("space", (0, 0))  # of what a total is, and what it lacks, the register of places decides
    parts += [f"{name}={inputs.register_digest(name, month, span)}" for name, span in sorted(spans.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def circumstances(
    indicator: Indicator,
    spoken: set[tuple[str, str, str]],
    unused_assets: frozenset[str],
    others: str,
    shown: Mapping[str, date],
) -> str:
    """What else a month's outcome depends on: assets not used, sources and places ever heard, and since when they are
    `shown` to be there; values of others."""
    facts, assets = set(indicator.facts), set(indicator.header.assets)
    heard = sorted(
        f"{fact}/{asset}/{space}"
        for fact, asset, space in spoken
        if fact.split(":")[0] in facts and (not assets or asset in assets)
    )
    # Why there is nothing depends on what else of these assets is heard, and on whether staff ever told the figure.
    known = sorted({asset for _, asset, _ in spoken if asset and (not assets or asset in assets)})
    by_staff = any(fact == f"report:{indicator.id}" for fact, _, _ in spoken)
    unused = sorted(assets & unused_assets)
    since = sorted(
        {f"{space}:{shown[space]}" for _, asset, space in spoken if space and (not assets or asset in assets)}
    )
    return f"{since}{heard}{known}{by_staff}{unused}{others if 'computed' in indicator.header.inputs else ''}"


def compute(
    indicators: Iterable[Indicator],
    inputs: Inputs,
    *,
    authority: str,
    months: Sequence[str],
    today: date,
    known: Mapping[tuple[str, str], str],
    unused_assets: frozenset[str] = frozenset(),
    computed: pa.Table | None = None,
    silent: Silent = frozenset(),
    changed: Changed | None = None,
    published: Collection[str] = frozenset(),
    few: Few = NOTHING_HIDDEN,
    progress: Callable[[str], None] = lambda _text: None,
) -> list[Computed]:
    """Compute the stale months of each indicator; those with unchanged inputs do not appear.

    A month of `published`, once computed, is left as it is while another it reads is doubted and was not published.

    With `changed`, the partitions replaced since all was last computed, nothing that reads none of them is looked
    at: whatever else may have changed (registers, the date) is left to the next call without it.

    `known` maps (indicator, month) to the fingerprint of the stored value, '' where that is to be forgotten: what a
    published month waits for it waits for all the same. `computed` holds stored
    values for the indicators that read others' values. Where all assets of an indicator are
    `unused_assets` its cells are not applicable; what is in `silent` is missing for that reason, or flagged where other
    sources have data. Of small places nothing is said that `few` keeps back. `today` is the local day: the month it
    lies in is provisional. `progress` is called with what is being computed. Gives cells, lineage and fingerprints;
    nothing is stored.
    """
    waiting: list[Computed] = []
    computed = COMPUTED_SCHEMA.empty_table() if computed is None else computed
    others = hashlib.sha256(repr(computed.to_pylist()).encode()).hexdigest()
    spoken = inputs.covered()
    workdays = Workdays.of(inputs.working_days)
    places = inputs.registers.get("space")
    heard = Heard(inputs.coverage, [] if places is None else places.to_pylist(), inputs.waiting)
    for indicator in indicators:
        one = Computed(indicator, [])
        extra = circumstances(indicator, spoken, unused_assets, others, heard.ever.shown) + waiting_places(
            indicator, inputs.waiting
        )
        spans = {name: span for name, span in indicator.header.inputs.items() if name in FACTS}
        before, after = spans.get("coverage", (0, 0))
        spans["coverage"] = (before, max(after, indicator.header.months_waited))
        for month in months if changed is None else reached_by(changed, spans, months):
            read = inputs.with_their_coverage(inputs.read_by(spans, month), "survey_response")
            quiet = f"silent:{hush}" if (hush := suspect_assets(indicator, silent, month)) else ""
            beside = extra + quiet + few.mark(indicator, month)
            mark = fingerprint(indicator, inputs, read, month, life_of(indicator, month, today, workdays), beside)
            stored = known.get((indicator.id, month))
            if stored == mark:
                continue
            if stored is not None and waits_for_doubt(indicator, heard, month, inputs.doubted(read), published):
                continue
            one.months.append(month)
            one.lineage[month] = read
            one.fingerprints[month] = mark
        if one.months:
            waiting.append(one)
    # What reaches far back reads a year and more for one month: its batches are its own.
    far = [one for one in waiting if one.indicator.header.reaches_back]
    near = [one for one in waiting if not one.indicator.header.reaches_back]
    for some, batch in [*((near, batch) for batch in batches(near)), *((far, batch) for batch in batches(far))]:
        now = [(one, [month for month in one.months if month in batch]) for one in some]
        con = inputs.open({p for one, mine in now for month in mine for p in one.lineage[month]}, computed)
        try:
            for one, mine in now:
                if mine:
                    progress(one.indicator.id)
                    months_register = months_table(authority, mine, inputs.timezone)
                    doubts = {month: inputs.doubted(one.lineage[month]) for month in mine}
                    one.cells += cells_of(
                        con, one.indicator, months_register, today, unused_assets, silent, heard, workdays, doubts, few
                    )
        finally:
            con.close()
    return waiting


def batches(waiting: Iterable[Computed], most: int = MAX_ROWS) -> list[set[str]]:
    """The stale months in runs whose facts are at most so many rows together, or a single month's.

    What is in memory at once is bounded by that, however long a history is computed anew.
    """
    needs: dict[str, set[Partition]] = {}
    for one in waiting:
        for month in one.months:
            needs.setdefault(month, set()).update(one.lineage[month])
    found: list[set[str]] = []
    held: set[Partition] = set()
    for month in sorted(needs):
        held |= needs[month]
        if not found or sum(partition.records for partition in held) > most:
            found.append(set())
            held = set(needs[month])
        found[-1].add(month)
    return found


def waiting_places(indicator: Indicator, waiting: pa.Table) -> str:
    """The places of the indicator's assets that wait to be registered: when they are, the same facts count."""
    assets = set(indicator.header.assets)
    places = zip(waiting["space"].to_pylist(), waiting["asset"].to_pylist(), strict=True)
    return "".join(sorted({f"waiting:{space}" for space, asset in places if not assets or asset in assets}))


def reached_by(changed: Changed, spans: Mapping[str, tuple[int, int]], months: Sequence[str]) -> list[str]:
    """The months whose values read one of the changed partitions."""
    read = [(one, before, after) for fact, (before, after) in spans.items() for one in changed.get(fact, ())]
    return [
        month
        for month in months
        if any(shift(month, before) <= one <= shift(month, after) for one, before, after in read)
    ]
