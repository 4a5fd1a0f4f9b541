"""What may be said of an error: decided here, once, for the command line, flows, pages and the drainer.

Exceptions of libraries may quote rows, file names and addresses. So only texts we wrote ourselves are passed on; of
everything else the kind is told, the place in our code, and what to do.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from town.version import running_version

if TYPE_CHECKING:
    from town.config import Config
    from warehouse.gate_tables import CheckRow

OK, DATA_PROBLEM, USAGE = 0, 1, 2
"""Exit codes: all is well; a data problem, nothing lost; usage or configuration."""

NOTHING_HALF_WRITTEN = "and run again, nothing half-written is kept"
FOLDERS = "let this user read and write the folders that kehila.toml names"
REMEDIES = {
    errno.ENOENT: "a file is gone that was there: see that the folders kehila.toml names are whole",
    errno.ENOSPC: "free some space on the disk",
    errno.EDQUOT: "free some space on the disk",
    errno.EACCES: FOLDERS,
    errno.EPERM: FOLDERS,
    errno.EROFS: FOLDERS,
}


class MonthProblem(Exception):
    """A month cannot be closed, published or pushed; the message names the remedy."""


class NothingYet(MonthProblem):
    """A town has nothing of the kind that was asked for yet: no record has landed, or no such month is closed.

    Alone it is a problem; among several towns it is none, as long as one of them has it.
    """


class EmptyMonth(MonthProblem):
    """Hardly an indicator has a value in a month that is to be closed: whoever closes it is to insist."""


class DoubtedMonth(MonthProblem):
    """Something stands refused, held or doubted against a month that is to be closed: `standing` of whom and what."""

    def __init__(self, month: str, standing: Sequence[CheckRow]) -> None:
        named = ", ".join(dict.fromkeys(f"{one.source or 'figures'}: {one.fact}" for one in standing))
        super().__init__(
            f"{month} is not closed, for what stands against it ({named}): a snapshot cannot be withdrawn; "
            "`kehila checks` lists them, `kehila accept` says that it is right (--force closes it even so)"
        )
        self.standing = standing


class FaultKind(Enum):
    """What a caller does about an error: by its value the exit code of the command line."""

    USAGE = USAGE  # somebody has to change the configuration, a key or the command
    DATA = DATA_PROBLEM  # the data or the month forbids it
    PASSING = "passing"  # the database is busy, the disk or the network stumbled: trying again may help
    OURS = "ours"  # a fault in our own code


@dataclass(frozen=True)
class Fault:
    """An error as it may be shown and stored: its kind, and one sentence without any value."""

    kind: FaultKind
    sentence: str

    @property
    def exit_code(self) -> int:
        """The exit code of a command that ended with it."""
        return USAGE if self.kind is FaultKind.USAGE else DATA_PROBLEM


def describe(problem: BaseException, config: Config | None = None) -> Fault:
    """The error in one sentence that names the remedy and quotes nobody.

    Where none is known of it, the database of `config` (the one it was met with) is asked whether it comes of damage.
    """
    fault = _described(problem)
    if fault.kind is FaultKind.OURS and config is not None:
        from town.store import warehouse_url
        from warehouse.damage import damage_met

        if (damage := damage_met(warehouse_url(config))) is not None:
            return Fault(FaultKind.DATA, str(damage))
    return fault


def _described(problem: BaseException) -> Fault:
    # Imported when something failed: the exit codes above are wanted by every start of the command line.
    from sqlalchemy.exc import SQLAlchemyError

    from collectors.discovery import PartError
    from expectations.suites import SuiteProblem
    from town.config import ConfigProblem
    from transforms.catalogue import CatalogueError
    from warehouse.identity import StoreRefused
    from warehouse.inbox import InboxDamaged
    from warehouse.keys import KeyProblem
    from warehouse.locks import StoreBusy
    from warehouse.migrations import NewerStore, OlderStore
    from warehouse.proof import LakeDamaged
    from warehouse.refused import Refused
    from warehouse.row_sums import DatabaseDamaged

    # A rule of the town that its proof on no rows could not find out: it fails only on what came.
    if isinstance(problem, (ConfigProblem, KeyProblem, PartError, SuiteProblem, StoreRefused, NewerStore, OlderStore)):
        return Fault(FaultKind.USAGE, str(problem))
    if isinstance(problem, Refused):
        return Fault(FaultKind.PASSING if problem.is_passing else FaultKind.USAGE, str(problem))
    if isinstance(problem, (MonthProblem, InboxDamaged, LakeDamaged, DatabaseDamaged)):
        return Fault(FaultKind.DATA, str(problem))
    if isinstance(problem, CatalogueError):
        return Fault(FaultKind.DATA, f"the catalogue is broken: {problem}")
    if isinstance(problem, StoreBusy):
        return Fault(FaultKind.PASSING, str(problem))
    if isinstance(problem, SQLAlchemyError):
        return _refused(problem)
    if isinstance(problem, OSError):
        why = os.strerror(problem.errno) if problem.errno else "reading or writing failed"
        return Fault(FaultKind.PASSING, f"{why}; {REMEDIES.get(problem.errno or 0, 'mend it')} {NOTHING_HALF_WRITTEN}")
    where = f"{trace_place(problem)}; {running_version()}"
    return Fault(FaultKind.OURS, f"an error of ours ({where}); nothing is lost, please report it")


def _refused(problem: BaseException) -> Fault:
    """Why the database refused."""
    from warehouse.patience import patience
    from warehouse.refusals import PASSING, Refusal, refusal_of

    refusal = refusal_of(problem)
    seconds = f"{patience().seconds:.0f}"
    said = {
        Refusal.BUSY: f"the database is busy: another program has held it for more than {seconds} seconds; close it (a "
        f"database browser, a copy going on) {NOTHING_HALF_WRITTEN}",
        Refusal.COLLISION: f"two commands changed the same rows of the database; wait {NOTHING_HALF_WRITTEN}",
        Refusal.LOST: "the connection to the database was lost: run again when the server is back, what had landed "
        "stays",
        Refusal.UNREACHABLE: "the database cannot be reached: see that its server runs, or its folder is there, as "
        "[store] warehouse of kehila.toml names it; nothing was changed",
        Refusal.NOT_LET_IN: "the database does not let this user in: mend user or password of [store] warehouse in "
        "kehila.toml",
        Refusal.READ_ONLY: "the database is not writable: let this user write it, its file and folder or by a grant",
        Refusal.FULL: f"the disk of the database is full: free some space {NOTHING_HALF_WRITTEN}",
        Refusal.DISK: "the database could not be read or written: see that its disk has free space and is whole "
        f"{NOTHING_HALF_WRITTEN}",
        Refusal.SHORT: "the database had no memory or time left for what was asked: let whoever runs it look at its "
        f"limits {NOTHING_HALF_WRITTEN}",
        Refusal.DAMAGED: "the database is damaged: put the file aside and restore the latest backup (kehila restore)",
    }.get(refusal)
    if said is None:
        where = f"{trace_place(problem)}; {running_version()}"
        return Fault(FaultKind.OURS, f"an error of ours with the database ({where}); nothing is lost, please report it")
    if refusal is Refusal.NOT_LET_IN:
        return Fault(FaultKind.USAGE, said)
    return Fault(FaultKind.PASSING if refusal in PASSING else FaultKind.DATA, said)


def trace_place(problem: BaseException) -> str:
    """Kind of an error with the file and line it came from: enough to report, no values."""
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    kind = type(problem).__name__
    return f"{kind} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else kind
