"""From facts to indicator values: only the indicators and months whose inputs changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import pyarrow as pa

from transforms.catalogue import Indicator
from transforms.cells import NOTHING_HIDDEN, Asking, Silent, cells_of, life_of, residents_in, suspect_assets
from transforms.choice import Cell
from transforms.disclosure import DISCLOSURE
from transforms.doubted import waits_for_doubt
from transforms.engines import Engine
from transforms.engines.duck import DuckSession
from transforms.few import Few
from transforms.heard import Heard
from transforms.inputs import COMPUTED_SCHEMA, Inputs, Partition, fill, months_table
from transforms.replaced import Changed, Others, reached_by, read_before, spans_of
from transforms.waves import Waves
from transforms.working_days import Workdays
from warehouse.facts import FACTS

MAX_ROWS = 300_000
"""Rows of facts in memory at once, about 250 bytes each: a history of millions is computed some months at a time."""


@dataclass
class Computed:
    """The outcome for one indicator: its stale months, their cells, lineage and fingerprints.

    Of months that were not computed there are lineage and fingerprint too, where files they read have others' place and
    differ in nothing the indicator counts.
    """

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
    shown: Mapping[str, date],
) -> str:
    """What else a month's outcome depends on: assets not used, sources and places ever heard, and since when they are
    `shown` to be there."""
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
    return f"{since}{heard}{known}{by_staff}{unused}"


@dataclass(frozen=True)
class Asks:
    """What a town asks of a computation: its inputs, its months, and what its cells are judged by.

    `known` maps (indicator, month) to the fingerprint of the stored value, '' where that is to be forgotten: what a
    published month waits for it waits for all the same. `computed` holds stored values for the indicators that read
    others' values. Where all assets of an indicator are `unused_assets` its cells are not applicable; what is in
    `silent` is missing for that reason, or flagged where other sources have data. Of small places nothing is said that
    `few` keeps back. `today` is the local day: the month it lies in is provisional.

    A month of `published`, once computed, is left as it is while another it reads is doubted and was not published.
    With `changed`, the files replaced since all was last computed, nothing that reads none of them is looked
    at: whatever else may have changed (registers, the date) is left to the next time without it.
    """

    authority: str
    inputs: Inputs
    months: Sequence[str]
    today: date
    known: Mapping[tuple[str, str], str]
    unused_assets: frozenset[str] = frozenset()
    computed: pa.Table = field(default_factory=COMPUTED_SCHEMA.empty_table)
    silent: Silent = frozenset()
    changed: Changed | None = None
    published: Collection[str] = frozenset()
    few: Few = NOTHING_HIDDEN
    inputs_heard: Heard | None = None
    """Who listened, where that is known already."""

    @cached_property
    def heard(self) -> Heard:
        """Who listened, in any month."""
        return self.inputs_heard or heard_by(self.inputs)

    @cached_property
    def workdays(self) -> Workdays:
        """When it works."""
        return Workdays.of(self.inputs.working_days)

    @cached_property
    def residents(self) -> dict[str, int]:
        """Residents by month."""
        register = self.inputs.registers.get("population")
        return {} if register is None else residents_in(register)

    def stale(self, indicators: Iterable[Indicator]) -> list[Computed]:
        """The indicators with months whose inputs are not those of the stored value, as yet without cells."""
        inputs, found = self.inputs, []
        others = Others(self.computed)
        spoken = inputs.ever_covered
        for indicator in indicators:
            one, spans = Computed(indicator, []), spans_of(indicator)
            months = self.months if self.changed is None else reached_by(self.changed, spans, self.months)
            if not months:
                continue
            extra = circumstances(indicator, spoken, self.unused_assets, self.heard.ever.shown)
            extra += waiting_places(indicator, inputs.waiting)
            for month in months:
                read = inputs.with_their_coverage(inputs.read_by(spans, month), "survey_response")
                quiet = f"silent:{hush}" if (hush := suspect_assets(indicator, self.silent, month)) else ""
                beside = extra + quiet + self.few.mark(indicator, month) + others.mark(indicator, month)
                life = life_of(indicator, month, self.today, self.workdays)
                mark = fingerprint(indicator, inputs, read, month, life, beside)
                stored = self.known.get((indicator.id, month))
                if stored == mark:
                    continue
                was = None if self.changed is None else read_before(indicator, read, self.changed)
                if was is not None and stored == fingerprint(indicator, inputs, was, month, life, beside):
                    one.lineage[month], one.fingerprints[month] = read, mark
                    continue
                doubts = inputs.doubted(read)
                if stored is not None and waits_for_doubt(indicator, self.heard, month, doubts, self.published):
                    continue
                one.months.append(month)
                one.lineage[month] = read
                one.fingerprints[month] = mark
            if one.fingerprints:
                found.append(one)
        return found

    def asking(self, one: Computed, months: Sequence[str], answers: pa.Table) -> Asking:
        """The town as it asks for these months of an indicator; `answers` are its answers to surveys."""
        return Asking(
            months_table(self.authority, months, self.inputs.timezone), self.today, self.heard, self.workdays,
            self.residents, answers, self.unused_assets, self.silent,
            {month: self.inputs.doubted(one.lineage[month]) for month in months}, self.few,
        )  # fmt: skip


def compute(
    indicators: Iterable[Indicator],
    towns: Sequence[Asks],
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> list[list[Computed]]:
    """Compute the stale months of each indicator in each town; those with unchanged inputs do not appear.

    Gives cells, lineage and fingerprints by town; nothing is stored.
    """
    indicators = list(indicators)
    found = [town.stale(indicators) for town in towns]
    add_cells(indicators, towns, found, engine, progress)
    return found


def add_cells(
    indicators: Sequence[Indicator],
    towns: Sequence[Asks],
    found: Sequence[Sequence[Computed]],
    engine: Engine | None = None,
    progress: Callable[[str], None] = lambda _text: None,
) -> None:
    """Compute the cells of what each town `found` stale, and add them to it.

    A statement runs once for all towns and months that are in memory together: what planning it costs is paid a batch.
    Each town's cells are decided by its own rules, from its own rows. Statements that are not ours see one town at a
    time: nobody has looked whether they keep towns apart. `engine` is where they run, DuckDB by itself; `progress` is
    called with what is being computed.
    """
    waiting = [(at, one) for at, mine in enumerate(found) for one in mine]
    # What reaches far back reads a year and more for one month: its batches are its own.
    near = [(at, one) for at, one in waiting if not one.indicator.header.reaches_back and not one.indicator.origin]
    far = [(at, one) for at, one in waiting if one.indicator.header.reaches_back and not one.indicator.origin]
    own = [[(at, one) for at, one in waiting if one.indicator.origin and at == town] for town in range(len(towns))]
    for some in (near, far, *own):
        for batch in batches(some):
            _compute(indicators, towns, some, batch, engine or DuckSession, progress)


def _compute(
    indicators: Sequence[Indicator], towns: Sequence[Asks], waiting: Sequence[tuple[int, Computed]], batch: Batch,
    engine: Engine, progress: Callable[[str], None],
) -> None:  # fmt: skip
    """Add the cells of one batch to what waits for them."""
    now: dict[str, list[tuple[int, Computed, list[str]]]] = {}
    needed: dict[int, set[Partition]] = {}
    for at, one in waiting:
        if mine := [month for month in one.months if (at, month) in batch]:
            now.setdefault(one.indicator.id, []).append((at, one, mine))
            needed.setdefault(at, set()).update(file for month in mine for file in one.lineage[month])
    tables = {at: towns[at].inputs.tables(files, towns[at].computed) for at, files in sorted(needed.items())}
    # Asked of all months that any of them wants, views are made once for all statements.
    wanted = {
        at: sorted({month for mine in now.values() for town, _, of in mine if town == at for month in of})
        for at in needed
    }
    register = pa.concat_tables(
        [months_table(towns[at].authority, wanted[at], towns[at].inputs.timezone) for at in sorted(needed)]
    )
    session = engine()
    try:
        fill(session, list(tables.values()))
        waves = Waves(session)
        for indicator in indicators:
            if asked := now.get(indicator.id):
                progress(indicator.id)
                asking = [towns[at].asking(one, mine, tables[at]["survey_response"]) for at, one, mine in asked]
                for (_, one, _), cells in zip(
                    asked, cells_of(session, indicator, asking, register, waves), strict=True
                ):
                    one.cells += cells
    finally:
        session.close()


Batch = set[tuple[int, str]]
"""Town, by its place, and month."""


def batches(waiting: Iterable[tuple[int, Computed]], most: int = MAX_ROWS) -> list[Batch]:
    """The towns' stale months in runs whose facts are at most so many rows together, or a single month's of a town.

    What is in memory at once is bounded by that, however long a history, or however many towns are computed.
    """
    needs: dict[tuple[int, str], set[Partition]] = {}
    for at, one in waiting:
        for month in one.months:
            needs.setdefault((at, month), set()).update(one.lineage[month])
    found: list[Batch] = []
    held: set[Partition] = set()
    for place in sorted(needs):
        held |= needs[place]
        if not found or sum(partition.records for partition in held) > most:
            found.append(set())
            held = set(needs[place])
        found[-1].add(place)
    return found


def waiting_places(indicator: Indicator, waiting: pa.Table) -> str:
    """The places of the indicator's assets that wait to be registered: when they are, the same facts count."""
    assets = set(indicator.header.assets)
    places = zip(waiting["space"].to_pylist(), waiting["asset"].to_pylist(), strict=True)
    return "".join(sorted({f"waiting:{space}" for space, asset in places if not assets or asset in assets}))


def heard_by(inputs: Inputs) -> Heard:
    """Who listened, by the coverage and the register of places."""
    places = inputs.registers.get("space")
    return Heard(inputs.coverage, [] if places is None else places.to_pylist(), inputs.waiting)
