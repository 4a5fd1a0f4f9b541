"""Overlapping exports of one chat become one sequence of entries.

Exports carry no message identifiers and nothing of the text, so entries are aligned by minute, and
inside a minute by sender, kind and length. Where two exports agree on how many entries a minute has,
the later export's version is taken: it knows of edits and deletions. Where they do not (the first
and last minutes of an export are cut anywhere), the two sequences are aligned and nothing is lost.
The result depends on the set of exports only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Entries:
    """Entries of one export, or of several merged: one element an entry, in the chat's order.

    `minute` counts minutes of local wall time; `sender` is an ordinal (-1 for an event); `what` tells
    kind and length apart; `source` and `row` say where the entry's record lies.
    """

    minute: Ints
    sender: Ints
    what: Ints
    source: Ints
    row: Ints

    def take(self, order: Ints) -> Entries:
        """The entries at the given places."""
        return Entries(self.minute[order], self.sender[order], self.what[order], self.source[order], self.row[order])


def concatenated(parts: list[Entries]) -> Entries:
    """Several runs of entries one after the other."""
    return Entries(
        *(np.concatenate([getattr(p, name) for p in parts]) for name in ("minute", "sender", "what", "source", "row"))
    )


def merge(exports: list[Entries]) -> Entries:
    """All exports of a chat as one sequence, given from the earliest known to the latest known."""
    merged = _by_minute(exports[0])
    for later in exports[1:]:
        merged = _merge_two(merged, _by_minute(later))
    return merged


def _by_minute(entries: Entries) -> Entries:
    """Entries ordered by time; within a minute the file's order holds."""
    return entries.take(np.argsort(entries.minute, kind="stable"))


def _merge_two(old: Entries, new: Entries) -> Entries:
    minutes_old, count_old = np.unique(old.minute, return_counts=True)
    minutes_new, count_new = np.unique(new.minute, return_counts=True)
    common, at_old, at_new = np.intersect1d(minutes_old, minutes_new, assume_unique=True, return_indices=True)
    uneven = common[count_old[at_old] != count_new[at_new]]
    keep_old = ~np.isin(old.minute, common)
    keep_new = ~np.isin(new.minute, uneven)
    parts = [old.take(np.flatnonzero(keep_old)), new.take(np.flatnonzero(keep_new))]
    for minute in uneven:
        mine = old.take(np.arange(np.searchsorted(old.minute, minute), np.searchsorted(old.minute, minute, "right")))
        theirs = new.take(np.arange(np.searchsorted(new.minute, minute), np.searchsorted(new.minute, minute, "right")))
        parts.append(_align(mine, theirs))
    return _by_minute(concatenated(parts))


def _same(old: Entries, i: int, new: Entries, j: int) -> bool:
    """The same entry seen twice: by sender, or (another phone's contact names) by kind and length.

    Events have no sender; theirs is -1 and `what` tells them apart.
    """
    same_sender = old.sender[i] == new.sender[j] and old.sender[i] >= 0
    return bool(same_sender or old.what[i] == new.what[j])


def _align(old: Entries, new: Entries) -> Entries:
    """Longest common subsequence of one minute; matched entries are taken from the later export."""
    n, m = len(old.minute), len(new.minute)
    best = np.zeros((n + 1, m + 1), np.int64)
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            if _same(old, i, new, j):
                best[i, j] = best[i + 1, j + 1] + 1
            best[i, j] = max(best[i, j], best[i + 1, j], best[i, j + 1])
    parts: list[Entries] = []
    i = j = 0
    while i < n or j < m:
        matched = i < n and j < m and _same(old, i, new, j) and best[i, j] == best[i + 1, j + 1] + 1
        if matched:
            parts.append(new.take(np.array([j])))
            i, j = i + 1, j + 1
        elif j == m or (i < n and best[i + 1, j] >= best[i, j + 1]):
            parts.append(old.take(np.array([i])))
            i += 1
        else:
            parts.append(new.take(np.array([j])))
            j += 1
    return concatenated(parts)
