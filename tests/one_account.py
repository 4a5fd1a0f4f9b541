"""A town with one account of one source, its clock stopped: what the tests of collecting read from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from collectors.service import Source
from pipeline.collect import collect as collecting
from town.config import Config
from town.store import TownStore, open_store
from warehouse.keys import new_key_file
from warehouse.ledger import core
from warehouse.tables import IndicatorValue


@contextmanager
def town_with(
    source: Source,
    account: str,
    section: Mapping[str, Any],
    *,
    folder: Path,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    code: str = "T1",
) -> Iterator[TownStore]:
    """`section` is the account's part of kehila.toml."""
    monkeypatch.setattr(collecting, "sources", lambda: {source.name: source})
    config = Config.model_validate({"authority": [{"code": code}]})
    config.source = {source.name: {account: source.Settings.model_validate(section)}}
    config.base = folder
    new_key_file(folder / "keys" / "root.key")
    made = open_store(config)
    try:
        with time_machine.travel(now, tick=False):
            yield made
    finally:
        made.engine.dispose()


def cell(store: TownStore, indicator: str, month: str, part: str = "") -> Mapping[str, Any]:
    """The one stored cell of the town as a whole."""
    table = core(IndicatorValue)
    mine = (table.c.indicator == indicator) & (table.c.month == month) & (table.c.part == part) & (table.c.space == "")
    with store.engine.connect() as connection:
        return dict(connection.execute(table.select().where(mine)).mappings().one())
