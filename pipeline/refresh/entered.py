"""The town as its workbooks, its configuration and the reference tables tell it, before any other source is staged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.refresh.warm import Warm
from town.landed import landed_tables
from town.population import with_population
from town.store import TownStore
from transforms.staging import staff
from transforms.staging.town import Town


@dataclass(frozen=True)
class Entered:
    """What staff entered, the town it tells of, and what both were made of."""

    rows: Mapping[str, pa.Table]
    town: Town
    made_of: object

    @classmethod
    def of(cls, store: TownStore, warm: Warm) -> Entered:
        """What is landed now."""
        segments = store.ledger.segments(staff.STREAMS)
        made_of = (tuple((row.path, row.landed_order, row.run) for row in segments), store.authority)

        def read() -> Entered:
            rows = landed_tables(store, staff.STREAMS)
            town = staff.town_from(rows, store.authority.code, store.authority.timezone)
            return cls(rows, with_population(town, store.authority), made_of)

        return warm.of("entered", made_of, read)
