"""One Prefect server for all tests that only look at it and run flows."""

from collections.abc import Iterator

import pytest

from tests.integration.prefect_town import Town, new_town


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    found = Town(new_town(tmp_path_factory.mktemp("town")))
    try:
        found.start()
        yield found
    finally:
        found.server.stop()
