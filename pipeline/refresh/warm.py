"""What a process that lives long keeps of a town from one refresh to the next, each thing by what it was made of.

Files of the lake never change and are named by their content, so what was made of some of them is what would be made of
them again, whoever wrote them meanwhile. The ledger is read every time, and says which files there are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from transforms.engines.kept import KeptSessions

Made = TypeVar("Made")


class Warm:
    """Things by name, the last of each. One that begins empty makes everything once."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, Any]] = {}
        self.sessions = KeptSessions()

    def of(self, name: str, made_of: object, make: Callable[[], Made]) -> Made:
        """What was made of the same before, else what `make` gives now. It must not be changed by who gets it."""
        kept = self._kept.get(name)
        if kept is None or kept[0] != made_of:
            kept = self._kept[name] = made_of, make()
        made: Made = kept[1]
        return made

    def last(self, name: str) -> Any:
        """What was made last under a name, of whatever; None where nothing was."""
        kept = self._kept.get(name)
        return None if kept is None else kept[1]

    def keep(self, name: str, made: object) -> None:
        """Keep something under a name until the next is."""
        self._kept[name] = (), made

    def is_same(self, name: str, made_of: object) -> bool:
        """Whether something was done for the same before; from now on it was."""
        before = self._kept.get(name)
        self._kept[name] = made_of, None
        return before is not None and before[0] == made_of
