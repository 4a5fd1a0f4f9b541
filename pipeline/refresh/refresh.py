"""Refresh: landed records -> facts through the gate -> the indicator months whose inputs changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from time import monotonic

from sqlalchemy.exc import DBAPIError

from pipeline.events import refreshed
from pipeline.months import Months
from pipeline.refresh.ages import note_ages
from pipeline.refresh.checked import announce_checks
from pipeline.refresh.dimensions import publish_dimensions
from pipeline.refresh.doubts import doubts_of
from pipeline.refresh.entered import Entered
from pipeline.refresh.follow_ups import refresh_follow_ups
from pipeline.refresh.in_step import Steps, alone
from pipeline.refresh.indicators import (
    computed_months,
    forget_computed,
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
from pipeline.refresh.programmes import named_by_staff, refresh_programmes
from pipeline.refresh.published import FIGURES, note_figures
from pipeline.refresh.restatements import changed_since, note_restatements
from pipeline.refresh.seen import changed_by, look
from pipeline.refresh.staging import stage_source
from pipeline.refresh.verdicts import refresh_verdicts
from pipeline.refresh.warm import Warm
from pipeline.refresh.words import bring_words_up
from town.staged import staging_modules
from town.store import TownStore
from warehouse.checks import checks
from warehouse.gate_tables import CheckRow
from warehouse.ledger_tables import ComputedMonth, FactPartition, PartRow, SegmentRow, StagedSource, StagedUnit
from warehouse.locks import landing, town_at_rest
from warehouse.refusals import wait_for_another_go
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
    warm: Warm | None = None,
) -> Refreshed:
    """Do the steps of `refreshing` to their end, for one town."""
    return alone(
        refreshing(store, months=months, streams=streams, month_asked=month_asked, is_forced=is_forced, warm=warm)
    )


def refreshing(
    store: TownStore,
    *,
    months: Sequence[str] | None = None,
    streams: Collection[str] | None = None,
    month_asked: str | None = None,
    is_forced: bool = False,
    warm: Warm | None = None,
) -> Steps[Refreshed]:
    """Bring facts and indicators up to date with what has landed. Running it twice changes nothing.

    With `months` only their indicators are computed. `month_asked` is computed beside the months sources speak of,
    even when none speaks of it: its cells then say why they are missing. No month that has not begun is computed, nor
    one before the first record; `month_asked` is when `is_forced`. Raises MonthProblem when one of `months` is such.
    Raises DatabaseDamaged where the ledger that facts are made by is not what was written.
    With `streams` only the sources staged from one of these are looked at, and only what reads what changed by it;
    `warm` is what this process kept of the town.
    """
    began = monotonic()
    try:
        done, standing = yield from _at_rest(store, months, streams, month_asked, is_forced, warm or Warm())
    except BaseException:
        refreshed(store.authority.code, "failed", {}, monotonic() - began)
        raise
    refreshed(store.authority.code, "changed" if done.indicators else "same", done.indicators, monotonic() - began)
    announce_facts(store, done)
    figures = {FIGURES} if streams is None and done.indicators else set()
    announce_checks(store.authority.code, {*done.checks, *figures}, standing)
    return done


def _at_rest(
    store: TownStore, months: Sequence[str] | None, streams: Collection[str] | None, month_asked: str | None,
    is_forced: bool, warm: Warm,
) -> Steps[tuple[Refreshed, list[CheckRow]]]:  # fmt: skip
    """Do it while nobody else works on the town; gives what stands against its months too."""
    # The drainer and a scheduled run, or two workers, would stage the same segments at once.
    with town_at_rest(store.engine, store.authority.code):
        if streams is None:  # a single event has to be seen at once
            refuse_damaged(store.engine, READ)
        try:
            done = yield from _refresh(store, months, streams, month_asked, is_forced, warm)
        except DBAPIError as problem:
            wait_for_another_go(problem)
            # What broke off after it made facts is not known by what changes the next time.
            done = yield from _refresh(store, months, None, month_asked, is_forced, warm)
        # What was found earlier and still stands is said in every run, whatever was staged in this one.
        standing = checks(store.ledger)
        done.refused = [Standing.of(one) for one in standing if one.verdict in ("refused", "held")]
        done.warnings = [Standing.of(one) for one in standing if one.verdict == "doubted"]
        if streams is None:
            done.changed_since = changed_since(store.ledger)
    return done, standing


def _refresh(
    store: TownStore, months: Sequence[str] | None, streams: Collection[str] | None, month_asked: str | None,
    is_forced: bool, warm: Warm,
) -> Steps[Refreshed]:  # fmt: skip
    done, code = Refreshed(), store.authority.code
    entered = Entered.of(store, warm)
    known = checks(store.ledger, is_open=False)
    reopened = {source for source, fingerprint in store.ledger.staged().items() if not fingerprint}
    for module in staging_modules():
        if streams is not None and not set(module.STREAMS) & set(streams):
            continue
        with landing(store.engine):
            stage_source(store, module, entered.town, done, known, warm)
    if streams is not None and not done.replaced:
        return done
    partitions = store.ledger.partitions()
    note_ages(store, partitions, known)
    there_are = Months.of(partitions, store.today)
    for problem in filter(None, map(there_are.problem, months or ())):
        raise problem
    silent = silences(store)
    doubts = doubts_of(store, partitions, checks(store.ledger))
    covered = {row.month for row in partitions if row.fact == "coverage"}
    extra = {month_asked} - covered if month_asked and (is_forced or month_asked in there_are) else set()
    is_judged = was_judged(store.ledger, store.suites.digest)
    state = "" if streams is not None else state_of(store, entered.town, partitions, silent, doubts)
    if state and not months and not extra and not done.staged and is_judged and was_computed(store.ledger, state):
        bring_words_up(store.engine, code, store.catalogue)
        return done
    forget_computed(store.ledger, state)
    # A month nobody speaks of any more, since all that was entered of it was withdrawn, has values to take back.
    before = computed_months(store.ledger)
    wanted = list(months or sorted({month for month in covered if month in there_are} | extra | before))
    seen = look(store, partitions, entered, covered | set(wanted), warm)
    seen.inputs.doubts = doubts
    changed = None if streams is None else changed_by(store, done, seen)
    if not warm.is_same("dimensions", seen.made_of) or changed is None:
        refresh_follow_ups(store, entered.rows)
        publish_dimensions(store.engine, store.authority, store.catalogue, seen.town)
    written = yield from refresh_indicators(store, seen, wanted, silent, done, changed, warm)
    refresh_verdicts(store, seen.town, None if changed is None else written)
    is_named = any(fact == "report" for fact, *_ in changed or ())
    if changed is None or is_named or written.figures & named_by_staff(seen.inputs, warm):
        refresh_programmes(store, seen.town, seen.inputs)
    computed = {month for found in done.indicators.values() for month in found}
    if streams is None:  # a single event has to be seen at once; who publishes or closes judges what he takes
        note_figures(store, computed if is_judged or months else wanted, reopened)
    if streams is None or written.of:  # where no cell is another one, none differs otherwise from what was published
        done.restated = note_restatements(store.ledger, done.staged, None if streams is None else written.of)
    if state and not months:
        note_computed(store.ledger, state)
        if not is_judged:
            note_judged(store.ledger, store.suites.digest)
    return done
