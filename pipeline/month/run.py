"""A whole month in one call: what is in the drop folder, the refresh, the reports. No server needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.base import FileReport
from collectors.mapping_file import is_mapping
from pipeline.land.drop_folder import DEALT_WITH, bring_back, candidates, drop_folder, waiting_mappings
from pipeline.land.files import files_under, import_file
from pipeline.month.publish import publish
from pipeline.months import refuse_ahead, refuse_outside, why_refused
from pipeline.refresh.in_step import Steps, alone
from pipeline.refresh.outcome import Refreshed
from pipeline.refresh.refresh import refreshing
from pipeline.refresh.validation import validate_stored
from town.store import TownStore
from warehouse.checks import checks
from warehouse.ledger import now
from warehouse.left_out import left_out_rows


@dataclass
class MonthRun:
    """What a month's run did."""

    month: str
    files: list[FileReport] = field(default_factory=list)
    refreshed: Refreshed = field(default_factory=Refreshed)
    reports: list[Path] = field(default_factory=list)
    problem: str = ""  # why the month has no reports; what was imported and refreshed stands all the same

    def as_json(self) -> dict[str, Any]:
        """The object `kehila run --json` prints."""
        return {
            "month": self.month,
            "files": [one.as_json() for one in self.files],
            "refresh": self.refreshed.as_json(),
            "reports": [str(path) for path in self.reports],
            "problem": self.problem,
        }


def run_month(
    store: TownStore,
    month: str,
    paths: Iterable[Path] = (),
    on_file: Callable[[FileReport], None] = lambda _report: None,
    *,
    is_forced: bool = False,
) -> MonthRun:
    """Do the steps of `running_month` to their end, for one town."""
    return alone(running_month(store, month, paths, on_file, is_forced=is_forced))


def running_month(
    store: TownStore,
    month: str,
    paths: Iterable[Path] = (),
    on_file: Callable[[FileReport], None] = lambda _report: None,
    *,
    is_forced: bool = False,
) -> Steps[MonthRun]:
    """Import the files at `paths` and those in the drop folder, refresh, and write the month's reports.

    `on_file` is called with each file's report as soon as the file is dealt with. Raises MonthProblem for a month that
    is none of those there are, unless it `is_forced`: of one ahead before anything is read. Of one before the first
    record that is known when facts are up to date; where something was done by then, it is told as the run's `problem`.
    """
    if not is_forced:
        refuse_ahead(store, month)
    done = MonthRun(month)
    drop = drop_folder(store.config, store.authority.code)
    waiting = list(files_under(paths))
    if drop is not None and drop.is_dir():
        for one in candidates(drop):
            if is_mapping(one.path):
                bring_back(drop, one)
        waiting += [path for path in files_under([drop]) if not _was_put_away(path, drop)]
        waiting += waiting_mappings(drop, 0)
    for number, path in enumerate(waiting, start=1):
        store.progress(f"file {number} of {len(waiting)}")
        done.files.append(import_file(store, path))
        on_file(done.files[-1])
    done.refreshed, validation = yield from bringing_up_to_date(store, month, is_forced=is_forced)
    done.reports = [validation] if validation else []
    done.problem = "" if is_forced else why_refused(store, month)
    if done.problem:
        if not (done.files or done.refreshed.staged):
            refuse_outside(store, month)
        return done
    validate_stored(store)  # what a report says rests on the suite, not on kernels
    store.progress("reports")
    folder = publish(store, month, is_forced=is_forced)
    done.reports = [*sorted(path for path in folder.iterdir() if path.is_file()), *done.reports]
    return done


def _was_put_away(path: Path, drop: Path) -> bool:
    """Files the watched folder has dealt with already."""
    return path.relative_to(drop).parts[0] in DEALT_WITH


def bring_up_to_date(store: TownStore, month: str | None = None) -> tuple[Refreshed, Path | None]:
    """Do the steps of `bringing_up_to_date` to their end, for one town: gives what was done, and the report's place.

    With `month`, that one is computed too even when no source has data of it.
    """
    return alone(bringing_up_to_date(store, month))


def bringing_up_to_date(
    store: TownStore, month: str | None = None, *, is_forced: bool = False
) -> Steps[tuple[Refreshed, Path | None]]:
    """Facts, indicators and the report of what the gate checked (None when nothing was), however a run was started.

    With `month`, that one is computed too even when no source has data of it; one that has not begun or lies before
    the first record only when it `is_forced`.
    """
    store.progress("facts and indicators")
    done = yield from refreshing(store, month_asked=month, is_forced=is_forced)
    return done, write_validation_report(store, done)


def write_validation_report(store: TownStore, refreshed: Refreshed) -> Path | None:
    """Our own report of what the gate checked, which opens without a network; None when nothing was checked."""
    results = {source: found for source, found in refreshed.checks.items() if found}
    if not results:
        return None
    from publishers.validation import document, write_report

    code = store.authority.code
    lost = left_out_rows(store.ledger)
    found = document(results, authority=code, at=now(), timezone=store.authority.timezone, left_out=lost,
                     standing=checks(store.ledger))  # fmt: skip
    return write_report(found, store.output / "validation" / code)[0]
