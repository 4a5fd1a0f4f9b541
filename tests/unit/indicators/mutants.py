"""Rules of coverage broken on purpose: each must be caught by the tests of `test_heard`.

A mutant is a text of a module replaced by another; the module is made anew with it and put where cells are decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from transforms import cells, choice, ever_heard, heard, sums


@dataclass(frozen=True)
class Mutant:
    """A rule broken: in which module, what is said there, what instead."""

    name: str
    module: ModuleType
    said: str
    instead: str


MUTANTS = (
    Mutant("a part is as good as full", heard, '"full" if is_full else "part",', '"full",'),
    Mutant("who heard nothing heard a part", heard, 'return Extent("none", lacking=lacking', 'return Extent("part", lacking=lacking'),
    Mutant("who heard nothing heard all", heard, 'return Extent("none", lacking=lacking', 'return Extent("full", lacking=lacking'),
    Mutant("any attribute is known", heard, "if need.attributes <= line.knows]", "]"),
    Mutant("places of which nobody spoke are not missed", ever_heard, "is_by_space = bool", "return frozenset()\n        is_by_space = bool"),
    Mutant("only one of two needs counts", heard, "whole &= other", "pass"),
    Mutant("the why of a deaf source is not told", ever_heard, "if deaf:", "if False:"),
    Mutant("a zero of a part is told", choice, "or (is_part and not one[\"value\"])", ""),
    Mutant("a zero of nobody is told", choice, 'extent.extent == "none" or ', ""),
    Mutant("an entry comes after a part", choice, "OF_FULL, OF_PART = 0, 5", "OF_FULL, OF_PART = 0, 0"),
    Mutant("an entry goes before a full measurement", choice, '"entered": 3', '"entered": -1'),
    Mutant("a part is final", choice, "NOT_FINAL = frozenset({PARTIAL, LOWER_BOUND, CENSORED, INCOMPLETE, \"stale\"})", "NOT_FINAL = frozenset()"),
    Mutant("a part is not flagged", choice, 'flags |= {PARTIAL} if extent.extent == "part" else set()', "pass"),
    Mutant("what still may come is not waited for", choice, "if not window or", "if True or"),
    Mutant("sources that stopped listening are not asked", choice, "return not self.heard.has_listened", "return False and self.heard.has_listened"),
    Mutant("a sum that lacks a kind is whole", sums, "    lacking = {kind for kind in wanted", "    lacking = {kind for kind in ()"),
    Mutant("places missing from a sum are not named", choice, "return frozenset(extent.lacking - told)", "return frozenset()"),
    Mutant("a formula needs what another needs", choice, "formula if self._has_needs(formula) else part", "part"),
    Mutant("what was not used is forgotten", choice, "unused = [one for one in offers if", "unused = [one for one in () if"),
)  # fmt: skip

PLACES = {
    ever_heard.__name__: (heard, ("EverHeard",)),
    heard.__name__: (cells, ("Heard",)),
    choice.__name__: (cells, ("Desk", "NOT_FINAL")),
    sums.__name__: (cells, ("add_up",)),
}
"""Who takes what of each module."""


@contextmanager
def broken(mutant: Mutant) -> Iterator[None]:
    """The rule broken while it lasts."""
    path = Path(str(mutant.module.__file__))
    text = path.read_text(encoding="utf-8")
    assert mutant.said in text, f"{mutant.name}: {path.name} does not say {mutant.said!r} any more"
    made: dict[str, Any] = {"__name__": mutant.module.__name__}
    exec(compile(text.replace(mutant.said, mutant.instead), str(path), "exec"), made)
    taker, names = PLACES[mutant.module.__name__]
    with patch.multiple(taker, **{name: made[name] for name in names}):
        yield
