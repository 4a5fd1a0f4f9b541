"""Towns in step: what is asked together, whose fault is whose, and what is held meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.refresh import in_step as module
from pipeline.refresh.in_step import Question, Steps, Work, alone, in_step
from tests.unit.indicators.cases import load
from tests.unit.transforms.case_towns import town
from transforms.catalogue import CatalogueError, Indicator, ours
from transforms.compute import Asks, compute
from warehouse.lake import Lake

GOOD = ours()["whatsapp.answers"]
HELD: ContextVar[frozenset[str]] = ContextVar("held", default=frozenset())
open_now: set[str] = set()


@contextmanager
def held(code: str) -> Iterator[None]:
    """A lock as ours are: known by its context, and let go in the context it was taken in."""
    before = HELD.set(HELD.get() | {code})
    open_now.add(code)
    try:
        yield
    finally:
        HELD.reset(before)
        open_now.discard(code)


def work(asks: Asks, *of: Indicator) -> Steps[list[Any]]:
    """One question an indicator."""
    found = []
    with held(asks.authority):
        for indicator in of:
            stale = asks.stale([indicator])
            yield Question([indicator], asks, stale, lambda _text: None)
            assert asks.authority in HELD.get()
            found += [cell for one in stale for cell in one.cells]
    return found


@pytest.fixture
def towns(tmp_path: Path) -> list[Asks]:
    case = load("whatsapp.answers")[0]
    return [town(Lake(tmp_path), case, f"T{number}") for number in range(5)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many towns each computation was of."""
    real, counts = module.add_cells, list[int]()

    def counted(indicators: Any, towns: Any, *more: Any) -> None:
        counts.append(len(towns))
        real(indicators, towns, *more)

    monkeypatch.setattr(module, "add_cells", counted)
    return counts


def cells(asks: Asks, *of: Indicator) -> list[Any]:
    return [cell for one in compute(of, [asks])[0] for cell in one.cells]


def test_towns_are_asked_together_and_each_gets_its_own(towns: list[Asks], asked: list[int]) -> None:
    done = list(in_step([lambda one=one: work(one, GOOD) for one in towns]))
    assert [one.result() for one in done] == [cells(one, GOOD) for one in towns]
    assert asked == [5] and not open_now


@pytest.mark.parametrize(("bounds", "counts"), [({"town_limit": 2}, [2, 2, 1]), ({"row_limit": 1}, [1] * 5)])
def test_no_more_are_asked_at_once_than_is_bounded(
    towns: list[Asks], asked: list[int], bounds: dict[str, int], counts: list[int]
) -> None:
    done = list(in_step([lambda one=one: work(one, GOOD) for one in towns], **bounds))
    assert [one.result() for one in done] == [cells(one, GOOD) for one in towns]
    assert asked == counts


def test_a_statement_that_fails_for_one_town_is_that_towns(towns: list[Asks], asked: list[int]) -> None:
    sql = f"select * from ({GOOD.sql}) where cast(month as integer) > 0"
    broken = replace(GOOD, id="whatsapp.broken", sql=sql)
    works = [work(one, GOOD, broken if one.authority == "T2" else GOOD) for one in towns]
    done = list(in_step([lambda one=one: one for one in works]))
    for one, asks in zip(done, towns, strict=True):
        if asks.authority == "T2":
            with pytest.raises(CatalogueError, match="the statement failed"):
                one.result()
        else:
            assert one.result() == cells(asks, GOOD) * 2
    assert asked == [5, 5, 1, 1, 1, 1, 1] and not open_now


def test_a_work_that_fails_before_or_after_its_question_stops_no_other(towns: list[Asks]) -> None:
    def failing(asks: Asks, *, is_before: bool) -> Steps[list[Any]]:
        with held(asks.authority):
            if is_before:
                raise ValueError("before")
            yield from work(replace(asks), GOOD)
            raise ValueError("after")

    works = [work(towns[0], GOOD), failing(towns[1], is_before=True), failing(towns[2], is_before=False)]
    first, *others = in_step([lambda one=one: one for one in works])
    assert first.result() == cells(towns[0], GOOD)
    for one, when in zip(others, ("before", "after"), strict=True):
        with pytest.raises(ValueError, match=when):
            one.result()
    assert not open_now


def test_what_is_broken_off_lets_go_of_what_it_held(towns: list[Asks], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        assert open_now == {one.authority for one in towns}
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "add_cells", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(in_step([lambda one=one: work(one, GOOD) for one in towns]))
    assert not open_now and HELD.get() == frozenset()


def test_one_that_cannot_let_go_keeps_no_other_from_it(towns: list[Asks], monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(asks: Asks) -> Steps[list[Any]]:
        try:
            return (yield from work(asks, GOOD))
        finally:
            raise OSError("the connection is gone")

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "add_cells", interrupted)
    waiting = [work(towns[0], GOOD), lost(towns[1]), work(towns[2], GOOD)]  # kept here: nothing lets go by itself
    with pytest.raises(OSError, match="is gone"):
        list(in_step([lambda one=one: one for one in waiting]))
    assert not open_now


def test_who_begins_beside_one_that_waits_shares_what_it_shares(towns: list[Asks]) -> None:
    seen = list[frozenset[str]]()

    def looking() -> Steps[None]:
        seen.append(HELD.get())
        yield from ()

    waits = Work(work(towns[0], GOOD))
    Work(looking(), waits)
    Work(looking())
    waits.close()
    assert seen == [frozenset({"T0"}), frozenset()]


def test_one_alone_gives_what_it_gives(towns: list[Asks]) -> None:
    assert alone(work(towns[0], GOOD)) == cells(towns[0], GOOD)
