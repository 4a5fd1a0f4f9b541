"""Every case, played."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.contract.behaviour.case import SOME, Case
from tests.contract.behaviour.cases import CASES
from tests.contract.behaviour.living import Living


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Each source in turn, at its own instant, its pages small."""
    one = CASES[request.param]()
    if one.sized:
        monkeypatch.setattr(one.sized, one.page)
    with time_machine.travel(one.now, tick=False):
        yield one


@pytest.fixture
def server(case: Case) -> Iterator[Any]:
    """Its stand-in with data."""
    with case.play(SOME) as running:
        yield running


@pytest.fixture
def living(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Any], AbstractContextManager[Living]]:
    """A store that collects from a stand-in."""

    @contextmanager
    def opened(server: Any) -> Iterator[Living]:
        one = Living(case, server, tmp_path, monkeypatch)
        try:
            yield one
        finally:
            one.close()

    return opened
