"""How long we wait for a service: between attempts at one call, as long as it asks, and until the next pull."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MAX_WAIT = timedelta(hours=24)
DEFAULT_WAIT = timedelta(minutes=5)
"""Until a pull is tried again that a service did not say when to repeat."""


class Patience:
    """Attempts at one call: a loop over it waits between two of them, each time about twice as long.

    patience = Patience(4, sleep)
    for _ in patience:
        ...
        patience.asked = timedelta(seconds=3)  # the service said how long; holds for the next wait
    """

    def __init__(self, attempts: int, sleep: Callable[[float], None]) -> None:
        self.asked: timedelta | None = None
        self._attempts, self._sleep = attempts, sleep

    def __iter__(self) -> Iterator[None]:
        """The attempts; there is no wait after the last one."""
        for attempt in range(self._attempts):
            if attempt:
                # By chance, or all that were refused in one moment would come back in one moment.
                usual = random.uniform(0.5, 1.0) * 2 ** (attempt - 1)  # noqa: S311 (jitter)
                self._sleep(usual if self.asked is None else self.asked.total_seconds())
            self.asked = None
            yield


def asked_wait(text: str | None, now: datetime) -> timedelta | None:
    """A Retry-After in any form seen (seconds, HTTP date, ISO instant), bounded; None when not understood."""
    if not text:
        return None
    text = text.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        wait = timedelta(seconds=float(text))
    else:
        try:
            # An HTTP date has a T too, in GMT; it begins with the name of a day.
            until = datetime.fromisoformat(text) if text[0].isdigit() else parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
        wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return bounded(wait)


def asked_minutes(minutes: float) -> timedelta | None:
    """A wait in minutes, bounded; None when there is none to speak of."""
    return bounded(timedelta(minutes=min(minutes, 1e6))) if minutes > 0 else None


def bounded(wait: timedelta) -> timedelta:
    """A wait a service asks for, within reason: a second to a day."""
    return min(max(wait, timedelta(seconds=1)), MAX_WAIT)
