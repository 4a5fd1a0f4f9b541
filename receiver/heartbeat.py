"""That somebody listened: a small file beside the inbox, so that later it is known when nobody did.

The receiver opens no database. It writes the present instant every few seconds; when it starts and the last one is
long past, the stretch between goes into a list, which reconciling takes into the ledger. A disk that takes
no heartbeat took no event either.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from warehouse.files import replace_file

BEAT_SECONDS = 15.0
OUTAGE_SECONDS = 120.0
"""Shorter ones (a restart, an update) are healed by the senders, who come again after minutes."""
ALIVE, OUTAGES = "alive", "outages"


def _now() -> datetime:
    return datetime.now(UTC)


class Heartbeat:
    """One receiver's heart."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = _now) -> None:
        self._folder, self._clock = folder, clock
        self._beaten: datetime | None = None
        last = last_beat(folder)
        at = clock()
        if last is not None and (at - last).total_seconds() > OUTAGE_SECONDS:
            with suppress(OSError), (folder / OUTAGES).open("a", encoding="ascii") as stream:
                stream.write(f"{last.isoformat()} {at.isoformat()}\n")
        self.beat()

    def beat(self) -> None:
        """Say that we listen, when it is time to say so again."""
        at = self._clock()
        if self._beaten is not None and 0 <= (at - self._beaten).total_seconds() < BEAT_SECONDS:
            return
        with suppress(OSError):
            replace_file(self._folder / ALIVE, at.isoformat().encode(), synced=False)
            self._beaten = at


def last_beat(folder: Path) -> datetime | None:
    """When somebody listened last; None when nobody ever did."""
    with suppress(OSError, ValueError):
        return datetime.fromisoformat((folder / ALIVE).read_text(encoding="ascii"))
    return None


def outages(folder: Path, at: datetime) -> list[tuple[datetime, datetime | None]]:
    """(since, until) of the stretches in which no receiver ran, UTC; until is None for one that lasts.

    By the receiver's heartbeat, as seen `at` an instant: one of less than OUTAGE_SECONDS is not noticed. A record that
    cannot be read is left out.
    """
    found: list[tuple[datetime, datetime | None]] = []
    with suppress(OSError):
        for line in (folder / OUTAGES).read_text(encoding="ascii", errors="replace").splitlines():
            with suppress(ValueError):  # a line torn by a power cut
                since, until = map(datetime.fromisoformat, line.split(" "))
                found.append((since, until))
    last = last_beat(folder)
    if last is not None and (at - last).total_seconds() > OUTAGE_SECONDS:
        found.append((last, None))
    return found
