"""A town as BI tools meet it: on SQLite, and on PostgreSQL by the role that reads and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine

from tests.e2e.conftest import finished as finished
from warehouse import copying, migrations
from warehouse.bi.reader import let_read
from warehouse.store import open_engine

READER = "bi_tool"


@pytest.fixture(scope="session")
def town(finished: Path) -> Engine:
    """On SQLite, of several months."""
    return open_engine(f"sqlite:///{finished}/warehouse.db")


@pytest.fixture(scope="session")
def served(town: Engine, postgres: Callable[[str], str]) -> Iterator[URL]:
    """The same town on PostgreSQL: its address for who reads."""
    engine = open_engine(postgres("bi_town"))
    with town.connect() as connection:
        copying.put_back(engine, migrations.HEAD, copying.lines(connection))
    let_read(engine, READER)
    yield engine.url.set(username=READER, password="any")  # this server trusts whoever is on the machine
    engine.dispose()
