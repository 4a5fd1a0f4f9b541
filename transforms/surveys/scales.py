"""How well the items of a scale agree with each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def alpha(answers: Sequence[Sequence[float]], weights: Sequence[float] | None = None) -> float | None:
    """Cronbach's alpha of a scale: a row a respondent who answered all its items, a column an item, in one direction.

    `weights` is of the respondents, all alike when left out. None where there is one item, or where answers to the
    whole do not differ. Below 0.6 the items hardly measure one thing; it is negative where they contradict.
    """
    table = np.asarray(answers, float)
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 2:
        return None
    own = np.ones(len(table)) if weights is None else np.asarray(weights, float)
    between = np.cov(table, rowvar=False, aweights=own)
    whole = float(between.sum())
    items = table.shape[1]
    return None if whole <= 1e-12 else items / (items - 1) * (1 - float(np.trace(between)) / whole)
