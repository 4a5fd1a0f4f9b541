"""What verdicts are worth where the truth is known: `python -m tests.bench verdicts [--runs N] [--towns N]`.

Series in which nothing happens, a step or a trend, read by Kehila and by five other ways; then whole towns in which
nothing happens, and what page one would claim of them. See `tests.bench.verdict_series` for what is drawn.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tests.bench.verdict_readers import READERS
from tests.bench.verdict_series import CHANGES, SEED, WORLDS, World, rng_of
from transforms.verdicts import claims, verdict_of

SIGNS = {"real_rise": 1, "real_fall": -1}
LEANS = (0.3, 0.6)
NOISES = (0.03, 0.06, 0.12)
LEADS = 12
YEARS_WATCHED = 2


@dataclass(frozen=True)
class Cell:
    """One world, noise and change; of each reader the shares of rises and of falls, 0 to 1."""

    world: str
    autocorrelation: float
    noise: float
    change: str
    rises: dict[str, float]
    falls: dict[str, float]


def measured(world: World, autocorrelation: float, noise: float, change: str, runs: int) -> Cell:
    """A cell of so many runs."""
    rng = rng_of(WORLDS.index(world), round(100 * autocorrelation), round(100 * noise), list(CHANGES).index(change))
    found: dict[str, list[int]] = {name: [] for name in (*READERS, "Kehila")}
    for _ in range(runs):
        drawn = world.drawn(rng, autocorrelation, noise, change)
        for name, reader in READERS.items():
            found[name].append(reader(drawn.seen))
        found["Kehila"].append(SIGNS.get(verdict_of(drawn.series(), drawn.months[-1]).word, 0))
    shares = {sign: {name: float(np.mean(np.array(said) == sign)) for name, said in found.items()} for sign in (1, -1)}
    return Cell(world.name, autocorrelation, noise, change, shares[1], shares[-1])


def cells(runs: int) -> Iterator[Cell]:
    """All cells: the plain world at three noises, the others at 6 %."""
    for world in WORLDS:
        for noise in NOISES if world.name == "plain" else (0.06,):
            for autocorrelation in LEANS:
                for change in CHANGES:
                    yield measured(world, autocorrelation, noise, change, runs)


@dataclass(frozen=True)
class Claimed:
    """Rises and falls a month that were said of 12 lead indicators, and those of them page one claims."""

    said: float
    claimed: float
    found: float


def towns(count: int, changed: int = 0) -> Claimed:
    """Towns of 12 lead indicators over the two years after their third, half leaning by 0.3 and half by 0.6, at 3, 6, 12 %.

    Of `changed` indicators a town each has risen by 20 % for the last eight months, of which only the last month is looked at.
    """
    rng = rng_of(1000, changed)
    length = 36 if changed else 36 + 12 * YEARS_WATCHED
    said = claimed = found = months = 0
    for _ in range(count):
        drawn = []
        for lead in range(LEADS):
            change = list(CHANGES)[1 if lead < changed else 0]
            world = World("town", length=length)
            drawn.append(world.drawn(rng, LEANS[lead % 2], NOISES[lead % 3], change))
        all_series = [one.series() for one in drawn]
        for place in range(35, length):
            verdicts = {
                str(lead): verdict_of(series, drawn[lead].months[place]) for lead, series in enumerate(all_series)
            }
            passed = claims(verdicts)
            wrong = [name for name in passed if int(name) >= changed]
            said += sum(one.word in SIGNS for name, one in verdicts.items() if int(name) >= changed)
            claimed += len(wrong)
            found += len(passed) - len(wrong)
            months += 1
    return Claimed(said / months, claimed / months, found / months / max(changed, 1))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--towns", type=int, default=100)
    asked = parser.parse_args()
    names = [*READERS, "Kehila"]
    print(
        f"seed {SEED}, {asked.runs:,} runs a line; percent of runs that say `rise` (of nothing happens: rise / fall)\n"
    )
    print(f"| world | autocorrelation | noise | what happens | {' | '.join(names)} |")
    print("|---" * (4 + len(names)) + "|")
    for cell in cells(asked.runs):
        shown = [
            f"{100 * cell.rises[name]:.1f}"
            + (f" / {100 * cell.falls[name]:.1f}" if cell.change == "nothing happens" else "")
            for name in names
        ]
        head = f"{cell.world} | {cell.autocorrelation} | {cell.noise:.0%} | {cell.change}"
        print(f"| {head} | {' | '.join(shown)} |", flush=True)
    print(
        "\n| town of 12 lead indicators | wrong verdicts a month | wrongly claimed on page one | true rises claimed |"
    )
    print("|---|---|---|---|")
    still = towns(asked.towns)
    print(f"| nothing happens, two years | {still.said:.2f} | {still.claimed:.2f} | |", flush=True)
    for changed in (1, 3):
        one = towns(12 * asked.towns // 2, changed)
        print(f"| {changed} of them up by 20 % | {one.said:.2f} | {one.claimed:.2f} | {one.found:.0%} |", flush=True)


if __name__ == "__main__":
    main()
