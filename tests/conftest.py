"""Settings of the whole suite: telemetry off, no network but loopback, slow files first, a schema made once."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from alembic import command
from sqlalchemy import Connection

from tests.finished import built_once
from tests.postgres import postgresql

os.environ.update(
    DO_NOT_TRACK="1",
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    GX_ANALYTICS_ENABLED="false",
    PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW="ignore",
)

SLOW = ("tests/e2e/", "tests/contract/", "tests/unit/pipeline/", "tests/unit/indicators/", "tests/integration/")
"""Where files of few and long tests are. What starts Prefect's server comes last of them: it runs until the end.

`make test` deals files out in the order of collection: what is short comes last, so that no worker waits for another.
"""

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def shared(*parts: str) -> Path:
    """A file of the shared specs, corpora or reference figures; the test is skipped, counted, without it."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared material not present: {'/'.join(parts)}")
    return path


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may reach a host outside this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            raise AssertionError(f"a test tried to connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server; `postgres(name)` makes a database and gives its address."""
    with postgresql() as made:
        yield made


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow files first."""
    items.sort(key=lambda one: next((n for n, place in enumerate(SLOW) if one.nodeid.startswith(place)), len(SLOW)))


def pytest_collection_finish() -> None:
    """What was loaded to collect stays: nobody looks through it for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """At the end all goes in its order: native libraries look for what was left."""
    gc.unfreeze()


@pytest.fixture(autouse=True, scope="session")
def schema_made_once() -> Iterator[None]:
    """A new SQLite database gets the tables that the revisions made in the first one of this process.

    All fourteen are gone through there, as they are for a database of another revision and for PostgreSQL. The views
    are made in each.
    """
    real, made = command.upgrade, []

    def upgrade(config: Any, revision: str, *rest: Any, **more: Any) -> None:
        connection: Connection = config.attributes["connection"]
        schema = "select sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by rowid"
        is_new = connection.dialect.name == "sqlite" and not connection.exec_driver_sql(schema).first()
        if not is_new or revision != "head" or rest or more:
            return real(config, revision, *rest, **more)
        if not made:
            real(config, revision)
            version = connection.exec_driver_sql("select version_num from alembic_version").scalar()
            made.extend(row[0] for row in connection.exec_driver_sql(schema))
            made.append(f"insert into alembic_version values ('{version}')")
            return None
        for statement in made:
            connection.exec_driver_sql(statement)
        return None

    with patch.object(command, "upgrade", upgrade):
        yield


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town with a file of each kind and a chat of September, after a refresh. Read only: copy it."""
    from tests.e2e import hostile

    return built_once(tmp_path_factory, "refreshed_town", hostile.refreshed)
