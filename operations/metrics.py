"""How the towns are, as numbers that monitoring reads: OpenMetrics text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.upkeep.freshness import StreamFreshness, stream_freshness
from pipeline.upkeep.health import LEVELS, Condition, conditions
from receiver.events import open_inbox
from town.store import TownStore
from warehouse.inbox import Depth

METRICS = "/metrics"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@dataclass(frozen=True)
class Measured:
    """What is measured of a town; the inbox is the installation's."""

    authority: str
    conditions: Sequence[Condition]
    streams: Sequence[StreamFreshness]
    quarantined: int
    inbox: Depth


def measured(store: TownStore) -> Measured:
    """A town as it stands."""
    return Measured(
        store.authority.code,
        conditions(store),
        stream_freshness(store),
        len(store.ledger.quarantine()),
        open_inbox(store.config).depth(),
    )


def worst(towns: Iterable[Measured]) -> str:
    """fail, warn or ok."""
    found = {condition.level for one in towns for condition in one.conditions}
    return next((level for level in LEVELS if level in found), "ok")


def openmetrics(towns: Sequence[Measured]) -> str:
    """The text; ends with the line that says it is whole."""
    return "\n".join([*_lines(towns), "# EOF", ""])


def _lines(towns: Sequence[Measured]) -> Iterator[str]:
    yield from _head("kehila_condition", "Fails (2) or is to be looked at (1), by what it is about.")
    for town in towns:
        for one in town.conditions:
            named = _labels(authority=town.authority, code=one.code, about=one.about)
            yield f"kehila_condition{named} {2 if one.level == 'fail' else 1}"
    yield from _head("kehila_stream_last_success_timestamp_seconds", "When a stream was last read well.", "seconds")
    for town in towns:
        for stream in town.streams:
            if stream.last_success is not None:
                columns = {name: str(value) for name, value in stream.ref.columns.items()}
                yield (
                    f"kehila_stream_last_success_timestamp_seconds{_labels(authority=town.authority, **columns)} "
                    f"{stream.last_success.timestamp():.3f}"
                )
    yield from _head("kehila_quarantine_items", "Open items of the quarantine.")
    for town in towns:
        yield f"kehila_quarantine_items{_labels(authority=town.authority)} {town.quarantined}"
    for town in towns[:1]:
        yield from _head("kehila_inbox_entries", "Webhooks that wait to be drained.")
        yield f"kehila_inbox_entries {town.inbox.entries}"
        if town.inbox.oldest_ms is not None:
            yield from _head("kehila_inbox_oldest_timestamp_seconds", "When the oldest of them came.", "seconds")
            yield f"kehila_inbox_oldest_timestamp_seconds {town.inbox.oldest_ms / 1000:.3f}"


def _head(name: str, meaning: str, unit: str = "") -> Iterator[str]:
    yield f"# TYPE {name} gauge"
    if unit:
        yield f"# UNIT {name} {unit}"
    yield f"# HELP {name} {meaning}"


def _labels(**named: str) -> str:
    told = (f'{name}="{_escaped(value)}"' for name, value in named.items())
    return "{" + ",".join(told) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
