"""The calendar's part of a series of months, by regression, taken out; a linear trend and levels stay in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from transforms.verdicts.calendar import month_days
from transforms.verdicts.limits import Values

PARAMETERS = 5
"""Columns of the calendar."""
MIN_WEIGHT = 0.05
"""A column that never reaches it, Ramadan where almost nobody keeps it, would only fit noise."""


def calendar_columns(months: Sequence[str], arab_share: float) -> Values:
    """A row a month: sine and cosine of the year, August, share of Tishrei and Pesach days, share of Ramadan days.

    Ramadan is weighted by the Arab share of the population.
    """
    number = np.array([int(month[5:]) for month in months], dtype=float)
    days = [month_days(month) for month in months]
    angle = 2 * np.pi * number / 12
    feasts = np.array([one.holidays for one in days])
    fasts = arab_share * np.array([one.ramadan for one in days])
    return np.column_stack([np.sin(angle), np.cos(angle), number == 8, feasts, fasts]).astype(float)


def adjusted(
    values: Values, months: Sequence[str], arab_share: float, baseline: slice, steps: Collection[int] = ()
) -> Values:
    """The values without season and holidays.

    The calendar's part is reckoned from its mean over `baseline`, so that the mean of the baseline is that of its
    values whatever the regression finds. `steps` are the places at which a level of its own begins.
    """
    columns = calendar_columns(months, arab_share)
    columns = columns[:, np.ptp(columns, axis=0) >= MIN_WEIGHT]
    columns = columns - columns[baseline].mean(axis=0)
    size = len(months)
    levels = [np.arange(size) >= step for step in steps]
    design = np.column_stack([columns, np.ones(size), np.arange(size), *levels]).astype(float)
    found = np.linalg.lstsq(design, values, rcond=None)[0]
    return np.asarray(values - columns @ found[: columns.shape[1]])
