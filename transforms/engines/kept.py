"""Sessions that a process keeps from one computation to the next: tables that are the same are not put in again."""

from __future__ import annotations

from itertools import count

from transforms.engines import Engine
from transforms.engines.duck import DuckSession


class _Kept(DuckSession):
    def close(self) -> None:
        """Nothing: the next one goes on with it."""


class KeptSessions:
    """A session for each batch of a computation, in their order: each had that batch's tables the last time."""

    def __init__(self) -> None:
        self._sessions: dict[int, _Kept] = {}

    def engine(self) -> Engine:
        """Where the statements of one computation run."""
        numbers = count()

        def opened() -> _Kept:
            number = next(numbers)
            if number not in self._sessions:
                self._sessions[number] = _Kept()
            return self._sessions[number]

        return opened
