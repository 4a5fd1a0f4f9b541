"""Stand-ins that several files of one source read."""

from collections.abc import Iterator

import pytest

from simulator.services.zoom import FakeZoom
from tests.unit.collectors.zoom_life import CLERK, NOW


@pytest.fixture
def fake() -> Iterator[FakeZoom]:
    with FakeZoom(NOW) as one:
        one.users = [CLERK]
        yield one
