"""One Prefect server for all tests that look at it and run flows; a town for the operations page; a receiver a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.finished import built_once
from tests.integration.draining import bodies, drainer, received, talk
from tests.integration.operations_town import OperationsTown, operations_town
from tests.integration.prefect_town import Town, new_town
from tests.integration.receiving import Receiving, receiving, well
from tests.integration.receiving import town as receiving_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    found = Town(new_town(tmp_path_factory.mktemp("town")))
    try:
        found.start()
        yield found
    finally:
        found.server.stop()


@pytest.fixture(scope="session")
def built_operations_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OperationsTown]:
    with operations_town(tmp_path_factory.mktemp("operations_built") / "town") as made:
        yield made


@pytest.fixture(scope="session")
def drained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town whose number was written to on forty days of October and November, drained. Copy it."""

    def build(folder: Path) -> None:
        config = receiving_town(folder)
        received(config, bodies(talk(40, minutes=24 * 60)))
        drainer(config).once()

    return built_once(tmp_path_factory, "drained_town", build)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiving]:
    with receiving(receiving_town(tmp_path_factory.mktemp("town"))) as receiver:
        yield receiver


@pytest.fixture
def untouched(running: Receiving) -> Iterator[Receiving]:
    """Nothing is stored in this test, and the receiver is well afterwards."""
    before = len(running.entries())
    yield running
    assert len(running.entries()) == before
    well(running)
