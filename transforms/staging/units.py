"""Staging unit by unit: what a source that is not staged as a whole gives and is given.

A unit is the smallest thing staged by itself: a month of a chat, of an account. It depends on its own
landed rows, on what its fingerprint digests, and on what the month before handed on (its carry): when none
of them changed, neither did its facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

Carry = Mapping[str, Any]
"""What a unit hands on to the next month of its key: plain values that JSON holds.

`messages`, where there are any, are the messages that those of later months may answer.
"""


@dataclass(frozen=True)
class LandedPart:
    """The rows of one key and month in one landed segment; equal digests are equal rows."""

    stream: str
    segment: str
    batch: str
    landed_order: int
    key: str
    month: str
    records: int
    first: int | None
    digest: str
    row_groups: str = ""
    file: str = ""
    """Where it lies with other segments; '' where it has a file of its own."""


class Landed(Protocol):
    """Where staging reads landed rows from."""

    def parts(self, stream: str) -> list[LandedPart]:
        """All partitions of a stream, in the order they landed."""
        ...

    def rows(self, stream: str, parts: Sequence[LandedPart]) -> pa.Table:
        """The rows of some of them, with the columns of lineage."""
        ...


@dataclass(frozen=True)
class Staged:
    """The facts of a unit and what it hands on."""

    facts: Mapping[str, pa.Table]
    carry: Carry


class Unit(Protocol):
    """A month of one key."""

    @property
    def key(self) -> str: ...
    @property
    def month(self) -> str: ...
    @property
    def fingerprint(self) -> str:
        """Digest of all its facts depend on, but for the carry it is given."""
        ...

    @property
    def skipped(self) -> Mapping[str, pa.Table]:
        """What it leaves out, as `transforms.staging.skipped` counts it; its coverage is lowered by it already."""
        ...

    def stage(self, landed: Landed, carry: Carry) -> Staged:
        """Its facts; `carry` is what the key's month before handed on, empty for the first."""
        ...
