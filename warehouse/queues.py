"""Who waits for a lock comes in the order they came; whoever dies in the queue leaves it.

A lock that is asked for again and again goes to whoever asks at the right instant, which is mostly the one who has just
let go of it. So who wants it for itself queues first, also when it is free.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_LOCAL: dict[str, list[object]] = {}


@contextmanager
def queue_of_files(place: Path) -> Iterator[Callable[[], bool]]:
    """A place in the queue before the lock of this file, and whether all before it are gone.

    It is a file named by the instant, which its owner keeps locked: the lock of one that died is free.
    """
    # The steady clock is one for all processes of a machine, and a queue does not outlive them.
    name = f"{time.monotonic_ns():020}-{os.getpid()}-{threading.get_ident()}"
    ticket, unborn = Path(f"{place}.{name}"), Path(f"{place}-{name}")
    with ExitStack() as held:
        with suppress(OSError):  # a disk that takes no file: then as luck will have it
            made = held.enter_context(unborn.open("x"))
            held.callback(ticket.unlink, missing_ok=True)
            fcntl.flock(made, fcntl.LOCK_EX)
            unborn.rename(ticket)  # only now, or it could be taken for a dead one's

        def is_first() -> bool:
            return not any(_lives(one) for one in sorted(place.parent.glob(f"{place.name}.*")) if one < ticket)

        yield is_first


def behind(place: Path) -> Callable[[], bool]:
    """For whoever would share the lock: whether all are gone that queued for it before this was called.

    It stands in nobody's way itself, and so has no ticket.
    """
    now = Path(f"{place}.{time.monotonic_ns():020}")
    return lambda: not any(_lives(one) for one in sorted(place.parent.glob(f"{place.name}.*")) if one < now)


def _lives(ticket: Path) -> bool:
    """Whether somebody waits with this ticket; one that nobody holds is thrown away."""
    with suppress(FileNotFoundError), ticket.open() as other:
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        ticket.unlink(missing_ok=True)
    return False


@contextmanager
def queue_of_threads(name: str) -> Iterator[Callable[[], bool]]:
    """The same within a process, for a database that is nowhere else."""
    queue, mine = _LOCAL.setdefault(name, []), object()
    queue.append(mine)
    try:
        yield lambda: queue[0] is mine
    finally:
        queue.remove(mine)
