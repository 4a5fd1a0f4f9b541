"""How long this process waits for whoever has the store, and what it says meanwhile.

Somebody who sits before a command would rather hear after a minute that the store is busy; a flow at night has time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

INTERACTIVE, UNATTENDED = 60.0, 900.0
"""Seconds a command waits, before which somebody sits, and a flow."""


def _nothing(_text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Patience:
    """`seconds` to wait at most, by whom (`command`, told to others that wait for it), and where to say so."""

    command: str = "kehila"
    seconds: float = INTERACTIVE
    say: Callable[[str], None] = field(default=_nothing, compare=False)


_present = Patience()


def patience() -> Patience:
    """This process's patience."""
    return _present


def be_patient(command: str, seconds: float, say: Callable[[str], None] = _nothing) -> None:
    """Set this process's patience; to be called before the store is opened. `say` is given what is waited for."""
    global _present  # one process does one thing
    _present = replace(_present, command=command, seconds=seconds, say=say)
