"""One Prefect server for all tests that only look at it and run flows; one town for the operations page, to be copied."""

from collections.abc import Iterator

import pytest

from tests.integration.operations_town import OperationsTown, operations_town
from tests.integration.prefect_town import Town, new_town


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
