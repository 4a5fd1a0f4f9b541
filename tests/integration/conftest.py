"""One Prefect server for all tests that look at it and run flows; a town for the operations page; a receiver a file."""

from collections.abc import Iterator

import pytest

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
