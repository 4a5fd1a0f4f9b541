"""A refresh in words: what was computed, what stands against months, and which closed months changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from texts import Language, error, text
from texts.values import comma

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.refresh.outcome import Refreshed, Standing

MAX_SAID = 5
"""Findings of one source that a refresh says in words; `kehila checks` says all."""


def in_words(done: Refreshed, language: Language, *, is_verbose: bool = False) -> list[str]:
    """A refresh in words: how much was recomputed, and where it `is_verbose` which indicators and months."""
    sources = comma(done.staged, language) or text("commands.refreshed.nothing", language)
    lines = [text("commands.refreshed.staged", language, sources=sources, changed=done.partitions_changed)]
    months = sum(len(found) for found in done.indicators.values())
    told = {"indicators": len(done.indicators), "months": months, "cells": done.cells_written}
    lines.append(text("commands.refreshed.computed", language, **told))
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, found in done.indicators.items() if is_verbose else ():
        groups.setdefault(tuple(found), []).append(name)
    for together, names in sorted(groups.items()):
        lines.append(f"  {_stretch(together, language)}: {comma(names, language)}")
    lines += _standing("kept_back", done.refused, language)
    lines += _standing("doubted", done.warnings, language)
    if done.quarantined:
        lines.append(text("commands.refreshed.aside", language, figure=done.quarantined))
    for month, (revision, count) in sorted(done.changed_since.items()):
        lines.append(text("commands.refreshed.changed", language, period=month, revision=revision, figure=count))
    return lines


def _stretch(months: Sequence[str], language: Language) -> str:
    if len(months) == 1:
        return months[0]
    return text("commands.refreshed.stretch", language, first=months[0], last=months[-1], months=len(months))


def _standing(verdict: str, standing: Sequence[Standing], language: Language) -> list[str]:
    """What stands against months, some of each source and how many more; none of a source is left unsaid."""
    found = []
    for source in sorted({one.source for one in standing}):
        mine = [one for one in standing if one.source == source]
        found += [_found(one, language) for one in mine[:MAX_SAID]]
        if (more := len(mine) - MAX_SAID) > 0:
            named = source or text("commands.refreshed.figures", language)
            found.append(text("commands.refreshed.more", language, source=named, figure=more))
    return [text(f"commands.refreshed.{verdict}", language, what=one) for one in found]


def _found(one: Standing, language: Language) -> str:
    """What the gate said of a source's month, and of which place."""
    place = " ".join(part for part in (one.source, one.fact, one.month, one.space) if part)
    return f"{place}: {error(one.code, language, **one.arguments)}"
