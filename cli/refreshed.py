"""A refresh in words: what was computed, and what stands against months."""

from __future__ import annotations

from typing import TYPE_CHECKING

import texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.refresh.outcome import Refreshed, Standing


def in_words(done: Refreshed, *, is_verbose: bool = False) -> list[str]:
    """A refresh in words: how much was recomputed, and where it `is_verbose` which indicators and months."""
    lines = [f"staged anew: {', '.join(done.staged) or 'nothing'}; {done.partitions_changed} fact partitions changed"]
    cells = sum(len(months) for months in done.indicators.values())
    lines.append(
        f"recomputed {len(done.indicators)} indicators, {cells} indicator months, {done.cells_written:,} cells written"
    )
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, months in done.indicators.items() if is_verbose else ():
        groups.setdefault(tuple(months), []).append(name)
    for together, names in sorted(groups.items()):
        when = together[0] if len(together) == 1 else f"{together[0]} to {together[-1]} ({len(together)} months)"
        lines.append(f"  {when}: {', '.join(names)}")
    lines += standing_in_words("kept back", done.refused)
    lines += standing_in_words("doubted", done.warnings)
    if done.quarantined:
        lines.append(f"{done.quarantined} rows put aside: kehila quarantine list")
    return lines


MAX_SAID = 5
"""Findings of one source that a refresh says in words; `kehila checks` says all."""


def standing_in_words(verdict: str, standing: Sequence[Standing]) -> list[str]:
    """What stands against months, some of each source and how many more; none of a source is left unsaid."""
    lines = []
    for source in sorted({one.source for one in standing}):
        mine = [one for one in standing if one.source == source]
        lines += [f"! {verdict}: {found_in_words(one)}" for one in mine[:MAX_SAID]]
        if more := len(mine) - MAX_SAID:
            lines += [f"! {verdict}: {source or 'figures'}: {more} more; kehila checks"] if more > 0 else []
    return lines


def found_in_words(one: Standing) -> str:
    """What the gate said of a source's month, and of which place."""
    place = " ".join(part for part in (one.source, one.fact, one.month, one.space) if part)
    return f"{place}: {texts.error(one.code, 'en', **one.arguments)}"
