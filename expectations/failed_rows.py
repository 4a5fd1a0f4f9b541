"""Putting single rows aside: which rows, why, and under what key people find them again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from expectations.frame import Batch, Positions
from expectations.results import Arguments, Quarantined
from warehouse.facts import FACTS

NAMED_ROWS = 1000
"""Rows named one by one; a flood beyond that is one entry a reason, with its count."""

_OPAQUE = re.compile(r"[A-Za-z0-9_.:+/=-]{0,80}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_PHONE = re.compile(r"(?<!\d)(?:\+?972-?|0)5\d-?\d{3}-?\d{4}(?!\d)")


def split_failed(
    batch: Batch, failing: Sequence[tuple[str, Arguments, Positions]], authority: str
) -> tuple[tuple[Quarantined, ...], npt.NDArray[np.bool_]]:
    """The rows put aside and the mask of rows kept; a row with several failures is put aside once."""
    kept = np.ones(batch.table.num_rows, dtype=np.bool_)
    first = np.full(batch.table.num_rows, -1, dtype=np.int64)
    for place in reversed(range(len(failing))):
        first[failing[place][2]] = place
    bad = np.flatnonzero(first >= 0)
    kept[bad] = False
    named = bad[:NAMED_ROWS]
    reasons: dict[int, list[tuple[str, str]]] = {int(row): [] for row in named}
    for code, arguments, positions in failing:
        for row in np.intersect1d(positions, named):
            reasons[int(row)].append((code, str(arguments["column"])))
    months = batch.table["month"].to_pylist()
    entries = []
    grain = FACTS[batch.fact].grain
    for row, values in zip(named, batch.table.select(list(grain)).take(named).to_pylist(), strict=True):
        code, arguments, _ = failing[first[row]]
        doubted = {where for why, where in reasons[int(row)] if why != "duplicate_grain"}
        key = grain_key(values, int(row), authority, doubted)
        codes = tuple(dict.fromkeys(why for why, _ in reasons[int(row)]))
        entries.append(Quarantined(batch.fact, key, code, arguments, codes, month=month_or_none(months[row])))
    rest = Counter((int(first[row]), month_or_none(months[row])) for row in bad[NAMED_ROWS:])
    for (place, month), rows in sorted(rest.items()):
        code, arguments, _ = failing[place]
        where = f"further rows, {arguments['column']}"
        entries.append(Quarantined(batch.fact, where, code, arguments, (code,), rows, month))
    return tuple(entries), kept


def month_or_none(text: str | None) -> str:
    """The month a row says it is of; '' where that is none, and could be anything somebody typed."""
    return text if text and _MONTH.fullmatch(text) else ""


def grain_key(values: dict[str, Any], row: int, authority: str, doubted: set[str]) -> str:
    """The grain of a row as text.

    A part that failed a check itself, or may be somebody's words, is left out; the row number stands for it.
    """
    parts, hidden = [], False
    for name, value in values.items():
        text = "" if value is None else str(value)
        if name == "authority" and text == authority:
            continue
        if value is None or name in doubted or not _OPAQUE.fullmatch(text) or _PHONE.search(text):
            hidden = True
        else:
            parts.append(f"{name}={text}")
    return ", ".join([*parts, f"row {row + 1}"] if hidden or not parts else parts)
