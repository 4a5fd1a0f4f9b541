"""Why a database refused: one idea of it for whoever tries again, waits, or tells somebody."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, auto
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from warehouse.patience import patience

T = TypeVar("T")
BACK_SECONDS = 1.0
"""How long a server that ended our connection gets before it is asked once more."""


class Refusal(Enum):
    """What stood in the way."""

    BUSY = auto()  # somebody else had what was wanted for longer than the patience
    COLLISION = auto()  # two transactions met: deadlock, serialization failure
    LOST = auto()  # the connection ended in the middle
    UNREACHABLE = auto()  # there was none to begin with: no server, no file, not yet
    NOT_LET_IN = auto()  # user or password
    READ_ONLY = auto()
    FULL = auto()
    DISK = auto()  # reading or writing failed; a log that cannot be begun on a full disk says no more
    SHORT = auto()  # the server lacked memory or time for what was asked
    DAMAGED = auto()
    OURS = auto()  # whatever else: what we asked was wrong


PASSING = frozenset({Refusal.BUSY, Refusal.COLLISION, Refusal.LOST, Refusal.UNREACHABLE, Refusal.FULL, Refusal.DISK,
                     Refusal.SHORT})  # fmt: skip
"""Trying again later may help."""

_STATES = {
    "55P03": Refusal.BUSY, "53300": Refusal.BUSY, "40": Refusal.COLLISION, "08": Refusal.LOST, "57P01": Refusal.LOST,
    "57P02": Refusal.LOST, "57P03": Refusal.UNREACHABLE, "28": Refusal.NOT_LET_IN, "3D": Refusal.UNREACHABLE,
    "25006": Refusal.READ_ONLY, "42501": Refusal.READ_ONLY, "53100": Refusal.FULL, "58030": Refusal.DISK,
    "XX": Refusal.DAMAGED, "58P01": Refusal.DAMAGED,
    "25P03": Refusal.LOST, "57P05": Refusal.LOST, "53": Refusal.SHORT, "54": Refusal.SHORT, "57014": Refusal.SHORT,
}  # fmt: skip
"""States of PostgreSQL, or their class."""
_WORDS = {
    "database is locked": Refusal.BUSY, "table is locked": Refusal.BUSY, "readonly": Refusal.READ_ONLY,
    "is full": Refusal.FULL, "malformed": Refusal.DAMAGED, "not a database": Refusal.DAMAGED,
    "unsupported file format": Refusal.DAMAGED, "out of memory": Refusal.SHORT,
    "unable to open": Refusal.UNREACHABLE, "disk i/o error": Refusal.DISK,
    "authentication failed": Refusal.NOT_LET_IN, "no password supplied": Refusal.NOT_LET_IN,
    "does not exist": Refusal.UNREACHABLE, "starting up": Refusal.UNREACHABLE, "shutting down": Refusal.UNREACHABLE,
    "closed the connection": Refusal.LOST, "connection is closed": Refusal.LOST, "connection is lost": Refusal.LOST,
    "too many clients": Refusal.BUSY, "connection": Refusal.UNREACHABLE, "could not translate": Refusal.UNREACHABLE,
}  # fmt: skip
"""What SQLite says, and drivers that could not connect: they give no state. The first that fits."""


def refusal_of(problem: BaseException) -> Refusal:
    """Why a database refused, of the error SQLAlchemy raised."""
    if not isinstance(problem, DBAPIError):
        return Refusal.OURS
    if problem.connection_invalidated:
        return Refusal.LOST
    state = str(getattr(problem.orig, "sqlstate", None) or "")
    if state:
        return _STATES.get(state) or _STATES.get(state[:2]) or Refusal.OURS
    if type(problem.orig).__name__ not in ("OperationalError", "DatabaseError"):
        return Refusal.OURS
    said = str(problem.orig).lower()
    return next((why for words, why in _WORDS.items() if words in said), Refusal.OURS)


def once_more(work: Callable[[], T]) -> T:
    """Do work that may be done twice, and once more when its connection was lost or it met another's transaction."""
    try:
        return work()
    except DBAPIError as problem:
        wait_for_another_go(problem)
    return work()


def wait_for_another_go(problem: DBAPIError) -> None:
    """Give a server that ended our connection the time to come back. Raises `problem` where that is not what it is."""
    if refusal_of(problem) not in (Refusal.LOST, Refusal.COLLISION):
        raise problem
    patience().say("the connection to the database was lost; once more")
    time.sleep(BACK_SECONDS)
