"""Other ways to read a series, as they are published or practised; each says 1 (rise), -1 (fall) or 0 of the last month.

The rules of NHSRplotthedots are written anew from what it publishes (XmR over all points, moving ranges above 3.267 of
their mean screened out, four kinds of special cause); the package was not run. Of seasonal Mann-Kendall the textbook
form without correction for autocorrelation.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.bench.verdict_series import Numbers

Reader = Callable[[Numbers], int]


def arrow(logs: Numbers) -> int:
    """The last month beside the one before."""
    return int(np.sign(logs[-1] - logs[-2]))


def year_on_year(logs: Numbers) -> int:
    """The last month beside the same of last year."""
    return int(np.sign(logs[-1] - logs[-13]))


def xmr(logs: Numbers) -> int:
    """A chart of the plain values: limits of the first 24 months, four rules at the last one."""
    return _special(np.exp(logs), 24)


def plot_the_dots(logs: Numbers) -> int:
    """Limits of all points, four rules at the last one."""
    return _special(np.exp(logs), len(logs))


def mann_kendall(logs: Numbers) -> int:
    """Month by month of the year, whether later years are above earlier ones more often than chance has it (5 %)."""
    score = variance = 0.0
    for month in range(12):
        values = logs[month::12]
        size = len(values)
        score += float(sum(np.sign(values[later] - values[:later]).sum() for later in range(1, size)))
        variance += size * (size - 1) * (2 * size + 5) / 18
    z = (score - np.sign(score)) / np.sqrt(variance)
    return int(np.sign(score)) if abs(z) > 1.959964 else 0


def _special(values: Numbers, baseline: int) -> int:
    known = values[:baseline]
    ranges = np.abs(np.diff(known))
    mean = ranges[ranges <= 3.267 * ranges.mean()].mean()
    off = (values - known.mean()) / (2.66 * mean)
    for sign in (1, -1):
        side = sign * off
        is_run = bool((side[-7:] > 0).all())
        is_trend = bool((np.diff(side[-7:]) > 0).all())
        is_outer = side[-1] > 2 / 3 and bool((side[-3:] > 0).all()) and int((side[-3:] > 2 / 3).sum()) >= 2
        if side[-1] > 1 or is_run or is_trend or is_outer:
            return sign
    return 0


READERS: dict[str, Reader] = {
    "arrow": arrow,
    "year on year": year_on_year,
    "plain XmR": xmr,
    "plot-the-dots": plot_the_dots,
    "seasonal Mann-Kendall": mann_kendall,
}
