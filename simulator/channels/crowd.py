"""The people who use the town's channels: numbers, with the names each service knows them by."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Crowd:
    """`size` people; every ninth lives elsewhere. The first are the liveliest, as in every town."""

    size: int
    each: int = 1  # how many there are of each at least, who all do alike; more than one only on the site

    def people(self, number: int) -> int:
        """How many somebody on the site stands for."""
        return self.each + number % (self.each // 2 + 1)

    def is_resident(self, number: int) -> bool:
        """Lives in the town, as far as an analytics service can tell."""
        return number % 9 != 8

    def address(self, number: int) -> str:
        """E-mail address: one for the newsletter and for meetings."""
        return f"resident{number}@example.org"

    def facebook(self, number: int) -> str:
        """Number of the person on Facebook."""
        return str(9_000_000 + number)

    def name(self, number: int) -> str:
        """The name shown in meetings and on the page."""
        return f"Resident {number}"

    def some(self, rng: Random, count: int) -> list[int]:
        """So many different people, the liveliest more often than others."""
        found: dict[int, None] = {}
        while len(found) < min(count, self.size):
            found[min(int(rng.expovariate(4.0 / self.size)), self.size - 1) if rng.random() < 0.8
                  else rng.randrange(self.size)] = None  # fmt: skip
        return list(found)
