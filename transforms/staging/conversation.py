"""Who answers whom where a source keeps no reply link, and who speaks for the authority."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from transforms.staging.chat_merge import Ints
from transforms.staging.town import Town

SESSION_GAP_MINUTES = 60
ERASED = -2
"""The ordinal of a person who was erased: nobody we know."""


def conversation(minute: Ints, author: Ints, deleted: npt.NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """For each message the place of its root and of the message it answers (-1 for none)."""
    count = len(minute)
    root, target = np.arange(count), np.full(count, -1, np.int64)
    live = np.flatnonzero(~deleted)
    if not len(live):
        return root, target
    when, who = minute[live], author[live]
    opens = np.ones(len(live), bool)
    opens[1:] = np.diff(when) > SESSION_GAP_MINUTES
    turns = opens.copy()
    turns[1:] |= who[1:] != who[:-1]
    places = np.arange(len(live))
    opened = np.maximum.accumulate(np.where(opens, places, 0))
    turned = np.maximum.accumulate(np.where(turns, places, 0))
    root[live] = live[opened]
    target[live] = np.where(turned > opened, live[np.maximum(turned - 1, 0)], -1)
    return root, target


def roles(author: Ints, day: Ints, town: Town) -> npt.NDArray[np.object_]:
    """authority for the roster's people on the days they speak for it, resident for everybody else."""
    epoch = date(1970, 1, 1)
    speaks = np.zeros(len(author), bool)
    for one in town.staff:
        mask = author == one.person
        if one.from_day:
            mask &= day >= (one.from_day - epoch).days
        if one.to_day:
            mask &= day <= (one.to_day - epoch).days
        speaks |= mask
    otherwise = np.where(author == ERASED, "unknown", "resident" if town.staff else "unknown")
    return np.where(speaks, "authority", otherwise).astype(object)
