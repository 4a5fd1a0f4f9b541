"""Refresh: landed records -> facts through the gate -> the indicator months whose inputs changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.events import refreshed
from pipeline.months import Months
from pipeline.refresh.ages import note_ages
from pipeline.refresh.checked import announce_checks
from pipeline.refresh.dimensions import publish_dimensions, registers_for, with_accounts, with_calendar
from pipeline.refresh.doubts import doubts_of
from pipeline.refresh.follow_ups import refresh_follow_ups
from pipeline.refresh.indicators import (
    note_computed,
    note_judged,
    refresh_indicators,
    silences,
    state_of,
    was_computed,
    was_judged,
)
from pipeline.refresh.materialised import announce_facts
from pipeline.refresh.outcome import Refreshed, Standing
from pipeline.refresh.programmes import refresh_programmes
from pipeline.refresh.published import FIGURES, note_figures
from pipeline.refresh.restatements import changed_since, closed_months, note_restatements
from pipeline.refresh.staging import stage_source
from pipeline.refresh.verdicts import refresh_verdicts
from pipeline.refresh.words import bring_words_up
from town.landed import landed_tables
from town.population import with_population
from town.staged import staging_modules
from town.store import TownStore
from transforms.inputs import Inputs
from transforms.staging import staff
from warehouse.checks import checks
from warehouse.ledger_tables import ComputedMonth, FactPartition, PartRow, SegmentRow, StagedSource, StagedUnit
from warehouse.locks import landing, town_at_rest
from warehouse.refusals import once_more
from warehouse.row_sums import refuse_damaged

READ = (SegmentRow, PartRow, FactPartition, StagedSource, StagedUnit, ComputedMonth)
"""What facts and figures are made by."""


def refresh(
    store: TownStore,
    *,
    months: Sequence[str] | None = None,
    streams: Collection[str] | None = None,
    month_asked: str | None = None,
    is_forced: bool = False,
) -> Refreshed:
    """Bring facts and indicators up to date with what has landed. Running it twice changes nothing.

    With `months` only their indicators are computed. `month_asked` is computed beside the months sources speak of,
    even when none speaks of it: its cells then say why they are missing. No month that has not begun is computed, nor
    one before the first record; `month_asked` is when `is_forced`. Raises MonthProblem when one of `months` is such.
    Raises DatabaseDamaged where the ledger that facts are made by is not what was written.
    With `streams` only the sources staged from one of these are looked at.
    """
    # The drainer and a scheduled run, or two workers, would stage the same segments at once.
    with town_at_rest(store.engine, store.authority.code):
        if streams is None:  # a single event has to be seen at once
            refuse_damaged(store.engine, READ)
        done = once_more(lambda: _refresh(store, months, streams, month_asked, is_forced))
        # What was found earlier and still stands is said in every run, whatever was staged in this one.
        standing = checks(store.ledger)
        done.refused = [Standing.of(one) for one in standing if one.verdict in ("refused", "held")]
        done.warnings = [Standing.of(one) for one in standing if one.verdict == "doubted"]
        if streams is None:
            done.changed_since = changed_since(store.ledger)
    refreshed(store.authority.code, done.indicators)
    announce_facts(store, done)
    figures = {FIGURES} if streams is None and done.indicators else set()
    announce_checks(store.authority.code, {*done.checks, *figures}, standing)
    return done


def _refresh(
    store: TownStore, months: Sequence[str] | None, streams: Collection[str] | None, month_asked: str | None,
    is_forced: bool,
) -> Refreshed:  # fmt: skip
    done = Refreshed()
    entered = landed_tables(store, staff.STREAMS)
    town = staff.town_from(entered, store.authority.code, store.authority.timezone)
    town = with_population(town, store.authority)
    known = checks(store.ledger, is_open=False)
    reopened = {source for source, fingerprint in store.ledger.staged().items() if not fingerprint}
    for module in staging_modules():
        if streams is not None and not set(module.STREAMS) & set(streams):
            continue
        with landing(store.engine):
            stage_source(store, module, town, done, known)
    partitions = store.ledger.partitions()
    note_ages(store, partitions, known)
    there_are = Months.of(partitions, store.today)
    for problem in filter(None, map(there_are.problem, months or ())):
        raise problem
    silent = silences(store)
    doubts = doubts_of(store, partitions, checks(store.ledger))
    state = state_of(store, town, partitions, silent, doubts)
    covered = {row.month for row in partitions if row.fact == "coverage"}
    extra = {month_asked} - covered if month_asked and (is_forced or month_asked in there_are) else set()
    is_judged = was_judged(store.ledger, store.suites.digest)
    if not months and not extra and not done.staged and is_judged and was_computed(store.ledger, state):
        bring_words_up(store.engine, store.authority.code, store.catalogue)
        return done
    inputs = Inputs.of(store.lake, partitions, store.authority.timezone)
    inputs.doubts = doubts
    town = with_calendar(with_accounts(town, inputs.heard), store.authority)
    months = list(months) if months else None
    # A month nobody speaks of any more, since all that was entered of it was withdrawn, has values to take back.
    before = {month for _, month in store.ledger.computed() if month}
    wanted = months or sorted({month for month in covered if month in there_are} | extra | before)
    inputs.registers = registers_for(store.authority, town, covered | set(wanted))
    refresh_follow_ups(store, entered)
    publish_dimensions(store.engine, store.authority, store.catalogue, town)
    # A source that speaks of more than before may end the silence of any month: then everything is looked at.
    is_narrow = streams is not None and "coverage" not in done.changed
    refresh_indicators(store, town, inputs, wanted, silent, done, done.changed if is_narrow else None)
    refresh_verdicts(store, town, done.indicators if is_narrow else None)
    refresh_programmes(store, town, inputs)
    computed = {month for found in done.indicators.values() for month in found}
    if streams is None:  # a single event has to be seen at once; who publishes or closes judges what he takes
        note_figures(store, computed if is_judged or months else wanted, reopened)
    if streams is None or computed & closed_months(store.ledger):
        done.restated = note_restatements(store.ledger, done.staged)
    if not months and not is_narrow:
        note_computed(store.ledger, state)
        if streams is None and not is_judged:
            note_judged(store.ledger, store.suites.digest)
    return done
