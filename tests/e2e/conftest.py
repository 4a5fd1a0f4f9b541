"""One small town, run once through the pipeline, for every test that only reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.towns import opened, run_all, small_town
from town.store import TownStore


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TownStore, Any]]:
    """A town's store after import and refresh, and its books. Read only."""
    folder: Path = tmp_path_factory.mktemp("finished")
    books = small_town(folder)
    store = opened(folder)
    run_all(store)
    yield store, books
    store.engine.dispose()
