"""Prefect flows: thin wrappers that give the plain functions names, retries, progress and a report.

What Prefect stores can be read by everybody who may open its page, so it gets no file name (a private
chat is named after a person), no path inside the drop folder and no text of an exception that may
quote a row. Its database may be deleted at any time: what was collected is in our ledger.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from prefect import Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed

from collectors.base import FileReport
from flows.due import is_publishing_due
from flows.parameters import DUE, ENDS, LAST, Month, called, town_name
from flows.plain_log import set_plain_logs
from flows.verdicts import closed_or_why, refreshed_lines, validated_lines, verdict_of
from pipeline.land.drop_folder import QUIET_SECONDS, drop_folder, put_away, stable_now, waiting_mappings
from pipeline.land.files import import_file
from pipeline.month.publish import publish
from pipeline.month.push import push
from pipeline.month.run import bring_up_to_date
from pipeline.month.values import month_values_of
from pipeline.months import last_full_month, months_of
from pipeline.refresh.outcome import Refreshed
from pipeline.upkeep.retention import expire
from pipeline.upkeep.upkeep import tend
from texts import LANGUAGES, error
from texts.values import counted_in_words, month_values
from town.config import Config, load
from town.faults import FaultKind, describe, trace_place
from town.log import at_work_for
from town.parts import end_with_supervisor
from town.store import TownStore, open_store
from warehouse.calendar import first_day, month_of
from warehouse.ledger import now
from warehouse.patience import UNATTENDED, be_patient

T = TypeVar("T")

CLOSE_DAY = 10
RETRY_SECONDS = [2.0, 10.0, 30.0]


class StepFailed(Exception):
    """A step failed. The text names what to do and carries no value, file name or path."""


class TryAgain(StepFailed):
    """Something that passes by itself: the database is busy, the disk or the network stumbled."""


class OurError(StepFailed):
    """A fault in our own code, met at `where`."""

    def __init__(self, sentence: str, where: str = "") -> None:
        super().__init__(sentence)
        self.where = where


set_plain_logs(StepFailed)


def in_plain_words(problem: Exception, config: Config | None = None) -> StepFailed:
    """The error as it may be shown and stored; of a type that says whether trying again can help.

    `config` is that of the town it was met in.
    """
    if isinstance(problem, StepFailed):
        return problem
    fault = describe(problem, config)
    if fault.kind is FaultKind.OURS:
        return OurError(fault.sentence, trace_place(problem))
    return (TryAgain if fault.kind is FaultKind.PASSING else StepFailed)(fault.sentence)


def as_task(name: str, work: Callable[[], T], run_name: str | None = None, tags: Iterable[str] = ()) -> Task[[], T]:
    """A plain function as Prefect runs all of ours: tried again where that can help, and nothing of it is stored."""
    return task(
        name=name,
        task_run_name=run_name,
        tags=tags,
        retries=len(RETRY_SECONDS),
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=may_pass,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(work)


@dataclass
class RunLog:
    """One run as it is shown: steps done of those planned, and what came of them."""

    title: str
    key: str
    planned: int
    done: int = 0
    files: list[FileReport] = field(default_factory=list)
    refreshed: Refreshed | None = None
    lines: list[str] = field(default_factory=list)
    bar: Any = None
    config: Config | None = None
    began: datetime = field(default_factory=now)

    def step(self, name: str, work: Callable[[], T], tags: Iterable[str] = ()) -> T:
        """Run a plain function as a task of its own; only what may pass by itself is tried again.

        The work is a closure, so Prefect sees no argument it could store. A state it gives is the task's.
        """

        def attempt() -> T:
            try:
                return work()
            except Exception as problem:  # noqa: BLE001 (whatever it is, its text must not reach Prefect)
                raise in_plain_words(problem, self.config) from None

        if self.bar is None:
            self.bar = create_progress_artifact(0.0, key=f"progress-{self.key}", description=self.title)
        found = as_task(re.sub(r" \d+ of \d+$", "", name), attempt, name, tags)()
        self.done += 1
        update_progress_artifact(self.bar, min(100.0, round(100 * self.done / max(self.planned, 1), 1)))
        return found

    def markdown(self) -> str:
        """What landed, what was recomputed and what was refused: counts and codes only."""
        text = [f"# {self.title}", ""]
        if self.files:
            text += ["| file | kind | outcome | records | put aside |", "|---|---|---|---|---|"]
            for number, one in enumerate(self.files, start=1):
                kept = [one.details.get(name) for name in ("messages", "answers", "rows", "entries")]
                count = next((str(n) for n in kept if isinstance(n, int)), "")
                outcome = f"{one.status} ({one.code})" if one.code else one.status
                text.append(f"| {number} | {one.format} | {outcome} | {count} | {len(one.rejected)} |")
            text.append("")
            for number, one in enumerate(self.files, start=1):
                if (counted := one.details.get("counted")) and counted["verdict"] != "first":
                    text.append(f"- file {number}: {counted_in_words(counted, 'en')}")
                if one.code == "wave_doubles":
                    text.append(f"- file {number}: {error(one.code, 'en', **one.arguments)}")
        if self.refreshed is not None:
            text += refreshed_lines(self.refreshed)
        return "\n".join([*text, *self.lines, ""])


def may_pass(_task: Any, _run: Any, state: Any) -> bool:
    """Retry a failed step only when waiting can help: refused data stays refused."""
    return isinstance(state.result(raise_on_failure=False), TryAgain)


@contextmanager
def running(title: str, config: str, authority: str, planned: int) -> Iterator[tuple[RunLog, TownStore]]:
    """An opened store, a progress bar, and a report that is written even when the run fails."""
    end_with_supervisor()
    at_work_for(authority)
    be_patient(f"the run {title}", UNATTENDED, lambda text: get_run_logger().info(text))
    log = RunLog(
        f"{title} of {town_name(config, authority)}",
        re.sub(r"[^a-z0-9]+", "-", f"{title}-{authority}".lower()),
        planned + 1,
    )

    def opened() -> TownStore:
        log.config = found = load(Path(config))
        return open_store(found, authority)

    try:
        yield log, log.step("Open the store", opened)
    except Exception as problem:  # noqa: BLE001
        told = in_plain_words(problem, log.config)
        log.lines.append(f"- stopped: {told}")
        raise told from None
    finally:
        create_markdown_artifact(log.markdown(), key=log.key, description="What landed, was computed, was refused")


def bring_in(log: RunLog, store: TownStore, quiet_seconds: float = QUIET_SECONDS) -> None:
    """Import what has settled in the drop folder, one task a file, and move it out of the way."""
    folder = drop_folder(store.config, store.authority.code)
    if folder is None:
        return
    waiting = log.step("Look at the drop folder", lambda: stable_now(folder, quiet_seconds))
    log.planned += len(waiting)
    failed: list[StepFailed] = []
    for number, one in enumerate(waiting, start=1):
        report = FileReport("", status="rejected")
        try:
            report = log.step(f"Import file {number} of {len(waiting)}", lambda one=one: import_file(store, one.path))  # type: ignore[misc]
        except OurError as problem:
            # Left where it is, the file would stop every run from now on.
            report.code, report.arguments = "internal_error", {"where": problem.where}
        except StepFailed as problem:
            failed.append(problem)
            continue
        log.files.append(report)
        put_away(folder, one, report, reason_text(report))
    if lone := waiting_mappings(folder):
        log.lines.append(f"- {len(lone)} waiting in the drop folder: {error('mapping_alone', 'en')} [mapping_alone]")
    if failed:
        raise failed[0]


def reason_text(report: FileReport) -> str:
    """Why a file was refused and what to do, in the three languages; it lies beside the file."""
    said = [error(report.code, language, **report.arguments) for language in LANGUAGES]
    return "\n\n".join([*said, f"[{report.code}]"]) + "\n"


def refresh_step(log: RunLog, store: TownStore, month: str | None = None) -> Any:
    """Facts and indicators of what landed, and of the month asked for; gives the run's state where something stands."""
    done, _ = log.step("Facts and indicators", lambda: bring_up_to_date(store, month))
    refreshed_in(log, done)
    return verdict_of(done)


def refreshed_in(log: RunLog, done: Refreshed) -> None:
    """What a refresh did, in the run's report and log."""
    log.refreshed = done
    get_run_logger().info("recomputed %d indicators, wrote %d cells", len(done.indicators), done.cells_written)


def deliver(log: RunLog, store: TownStore, month: str | None) -> None:
    """Push closed months to the targets that have not got them; the next run tries again."""
    rows = log.step("Push", lambda: push(store, month, by_itself=True))
    log.lines += [f"- push {r['month']} revision {r['revision']} to {r['target']}: {r['status']}" for r in rows]
    lost = sum(row["status"] not in ("delivered", "waiting") for row in rows)
    if lost:
        raise StepFailed(f"{lost} deliveries did not arrive; they are tried again with the same key")


def chosen(store: TownStore, month: str) -> str:
    """The month meant: as named, or the last full one."""
    return last_full_month(store.today) if month in (LAST, DUE) else month_of(first_day(month))


def values_line(store: TownStore, month: str) -> str:
    """How many indicators have a value in a month, and why the others have none."""
    return month_values("en", **month_values_of(store, month).as_json())


@flow(name="Import and refresh", flow_run_name=called("Import and refresh"), **ENDS)
def import_flow(config: str, authority: str) -> Any:
    """Import what waits in the drop folder, bring facts and indicators up to date, destroy what is too old, tidy up."""
    with running("Import and refresh", config, authority, 5) as (log, store):
        bring_in(log, store)
        state = refresh_step(log, store)
        log.lines += log.step("Validate what kernels let through", lambda: validated_lines(store))
        gone = log.step("Retention", lambda: expire(store))
        if gone["sealed"] or gone["files"]:
            log.lines.append(
                f"- kept for {gone['days']} days and destroyed: {gone['sealed']} sealed originals, "
                f"{gone['files']} files of the drop folder"
            )
        log.lines.append(f"- {log.step('Upkeep', lambda: tend(store))}")
        return state


@flow(name="Refresh", flow_run_name=called("Refresh"), **ENDS)
def refresh_flow(config: str, authority: str) -> Any:
    """Bring facts and indicators up to date with what has landed."""
    with running("Refresh", config, authority, 1) as (log, store):
        return refresh_step(log, store)


@flow(name="Month", flow_run_name=called("Month"), **ENDS)
def month_flow(config: str, authority: str, month: Month = LAST) -> Any:
    """Everything for a month: the drop folder, facts and indicators, the reports."""
    with running("Month", config, authority, 3) as (log, store):
        name = chosen(store, month)
        if month == DUE and not is_publishing_due(store, name):
            return Completed(message="not the first working Sunday of the month")
        bring_in(log, store)
        stands = refresh_step(log, store, name)
        if month == DUE and (why := months_of(store).refusal(name)):
            return Completed(message=why)
        log.step("Reports", lambda: publish(store, name))
        log.lines.append(f"- reports of {name} written: {values_line(store, name)}")
        return stands


@flow(name="Close", flow_run_name=called("Close"), **ENDS)
def close_flow(config: str, authority: str, month: Month = LAST) -> Any:
    """Close a month into its numbered snapshot, then push what was not delivered yet."""
    with running("Close", config, authority, 2) as (log, store):
        name = chosen(store, month)
        if month == DUE and store.today.day < CLOSE_DAY:
            return Completed(message=f"a month is closed from day {CLOSE_DAY} of the next one on")
        if month == DUE and (why := months_of(store).refusal(name)):
            return Completed(message=why)
        done, doubts = log.step("Close", lambda: closed_or_why(store, name))
        if done is None:
            # Nobody can be asked here, and no month is closed over a doubt unsaid: it waits, and says so every day.
            log.lines += [f"- {line}" for line in doubts]
            return Completed(name="Doubted", message=doubts[0])
        log.lines.append(f"- {name} revision {done.revision}: {'closed' if done.is_new else 'was closed before'}")
        log.lines.append(f"- {values_line(store, name)}")
        if store.config.push:
            deliver(log, store, None)
    return None


@flow(name="Push", flow_run_name=called("Push"), **ENDS)
def push_flow(config: str, authority: str) -> None:
    """Deliver every closed month to the targets that have not got it; mail from the first working Sunday on."""
    with running("Push", config, authority, 1) as (log, store):
        deliver(log, store, None)


FLOWS = (import_flow, month_flow, close_flow, refresh_flow, push_flow)


@contextmanager
def without_heartbeat() -> Iterator[None]:
    """For short flows called in this process: each would wait up to a second for its heartbeat to end.

    No environment variable turns it off; a flow started by `kehila serve` keeps it, a second is nothing there.
    """
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
