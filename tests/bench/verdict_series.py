"""Series of which the truth is known: what `python -m tests.bench verdicts` draws.

The logarithm of a month is a level, a season of 10 % either way, 12 % less in August, 35 % less over feast days (Tishrei,
Pesach; Ramadan by the share of those who keep it), and noise in which each month leans on the one before. Months are
those of 2021 to 2028. `noise` is the standard deviation of a month around its level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.verdicts import Emergency, Point, Series, month_days
from warehouse.calendar import first_day, last_day, shift

Numbers = NDArray[np.float64]
SEED = 20_260_801
FIRST, LAST = "2021-01", "2028-12"
ARABS = 0.2
LENGTH = 36

CHANGES: dict[str, Callable[[int], Numbers]] = {
    "nothing happens": lambda size: np.zeros(size),
    "+20 % eight months ago": lambda size: np.where(np.arange(size) >= size - 8, np.log(1.2), 0.0),
    "+10 % a year": lambda size: np.log(1.1) * np.arange(size) / 12,
}


@dataclass(frozen=True)
class World:
    """What else befalls a series of `length` months: emergencies, a break, a month nobody entered."""

    name: str
    length: int = LENGTH
    emergencies: tuple[int, ...] = ()  # places of exceptional months, in which there is a third less
    broken_at: int | None = None  # from here on the figure is another one, 60 % higher
    forgotten: int | None = None

    def drawn(self, rng: np.random.Generator, autocorrelation: float, noise: float, change: str) -> Drawn:
        """One series."""
        span = (int(LAST[:4]) - int(FIRST[:4]) + 1) * 12
        start = shift(FIRST, int(rng.integers(0, span - self.length + 1)))
        months = [shift(start, number) for number in range(self.length)]
        logs = np.log(2000.0) + season(months, float(rng.uniform(0, 2 * np.pi)))
        logs = logs + CHANGES[change](self.length) + leaning(rng, self.length, autocorrelation, noise)
        logs[list(self.emergencies)] += np.log(0.65)
        if self.broken_at is not None:
            logs[self.broken_at :] += np.log(1.6)
        return Drawn(self, months, logs)


WORLDS = (
    World("plain"),
    World("emergencies", emergencies=(9, 10, 22, LENGTH - 4)),
    World("break", length=60, broken_at=24),
    World("forgotten month", forgotten=LENGTH - 3),
)


@dataclass(frozen=True)
class Drawn:
    """Months and logarithms of one series, and its world."""

    world: World
    months: list[str]
    logs: Numbers

    @property
    def seen(self) -> Numbers:
        """The logarithms of the months that were entered, as any other reader of the series has them."""
        return self.logs if self.world.forgotten is None else np.delete(self.logs, self.world.forgotten)

    def series(self) -> Series:
        """The series as Kehila has it, with its registers."""
        world = self.world
        points = tuple(
            Point(
                month,
                None if place == world.forgotten else round(float(np.exp(log)), 6),
                "missing" if place == world.forgotten else "final",
                break_reason="method" if place == world.broken_at else "",
            )
            for place, (month, log) in enumerate(zip(self.months, self.logs, strict=True))
        )
        stretches = [self.months[place] for place in world.emergencies]
        emergencies = tuple(Emergency(first_day(one), last_day(one), source="register") for one in stretches)
        return Series("bench.series", "count", points, arab_share=ARABS, emergencies=emergencies)


def season(months: list[str], phase: float) -> Numbers:
    """What the calendar does to the logarithms of months."""
    found = []
    for month in months:
        days = month_days(month)
        feasts = days.holidays + ARABS * days.ramadan
        august = np.log(0.88) if month.endswith("-08") else 0.0
        found.append(0.1 * np.sin(2 * np.pi * int(month[5:]) / 12 + phase) + august + np.log(1 - 0.35 * feasts))
    return np.array(found)


def leaning(rng: np.random.Generator, size: int, autocorrelation: float, noise: float) -> Numbers:
    """First-order autoregressive noise of a standard deviation, from its own long run on."""
    found = np.empty(size)
    found[0] = rng.normal(0, noise)
    fresh = rng.normal(0, noise * np.sqrt(1 - autocorrelation**2), size)
    for place in range(1, size):
        found[place] = autocorrelation * found[place - 1] + fresh[place]
    return found


def rng_of(*numbers: int) -> np.random.Generator:
    """The generator of a cell: the published seed and the cell's own numbers."""
    return np.random.default_rng([SEED, *numbers])
