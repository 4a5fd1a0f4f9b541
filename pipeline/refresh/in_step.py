"""Towns in step: each does its own work, and what they ask of statements is asked for many of them at once.

The work of a town is a generator. It stages, stores and judges by itself, under its own locks and in its own
transactions, and yields a Question where cells are wanted; when it goes on they are there. What one town meets, in its
work or in its question, is its own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from transforms.catalogue import Indicator
from transforms.compute import MAX_ROWS, Asks, Computed, add_cells
from transforms.engines import Engine

T = TypeVar("T")

TOWNS_AT_ONCE = 10
"""So many towns wait for one another: each holds two locks meanwhile, and on PostgreSQL a connection for each."""


@dataclass(frozen=True)
class Question:
    """What a town `found` stale of some indicators, as yet without cells."""

    indicators: Sequence[Indicator]
    asks: Asks
    found: Sequence[Computed]
    progress: Callable[[str], None]
    engine: Engine | None = None
    """Sessions that were kept for it, where it is asked alone."""

    @property
    def rows(self) -> int:
        """Rows of facts that are read for it."""
        files = {file for one in self.found for month in one.months for file in one.lineage[month]}
        return sum(file.records for file in files)


Steps = Generator[Question, None, T]
"""The work of a town, from question to question."""


class Work(Generic[T]):
    """A town's work, which has come to a question or to its end."""

    def __init__(self, steps: Steps[T], beside: Work[T] | None = None) -> None:
        """Begin it. `beside` is one that waits: what it shares of the store is not stood in line for once more."""
        self._steps = steps
        # Locks are known by context, and those of several towns are not let go in the order they were taken.
        self._context: Context = copy_context() if beside is None else beside._context.copy()
        self._problem: Exception | None = None
        self._given: list[T] = []
        self.question: Question | None = None
        self.go_on()

    def go_on(self, problem: Exception | None = None) -> None:
        """To the next question or the end; with the `problem` its question met, from there."""
        step = (lambda: next(self._steps)) if problem is None else (lambda: self._steps.throw(problem))
        self.question = None
        try:
            self.question = self._context.run(step)
        except StopIteration as ended:
            self._given.append(ended.value)
        except Exception as met:  # noqa: BLE001 (whoever asks for the result gets it)
            self._problem = met

    def result(self) -> T:
        """What it gave. Raises what it met."""
        if self._problem is not None:
            raise self._problem
        return self._given[0]

    def close(self) -> None:
        """Break it off, where it is not at its end: its locks are let go."""
        self._context.run(self._steps.close)


def alone(steps: Steps[T], engine: Engine | None = None) -> T:
    """Do one town's work to its end, its statements where `engine` says. Raises what it meets."""
    (done,) = in_step([lambda: steps], engine)
    return done.result()


def in_step(
    works: Iterable[Callable[[], Steps[T]]],
    engine: Engine | None = None,
    row_limit: int = MAX_ROWS,
    town_limit: int = TOWNS_AT_ONCE,
) -> Iterator[Work[T]]:
    """Do works to their ends and give each, in their order.

    A work is begun when those before it have come to a question; they are answered together once they are
    `town_limit`, or read `row_limit` rows of facts or more. `engine` is where statements run, DuckDB by itself.
    """
    begun: list[Work[T]] = []
    try:
        for work in works:
            waiting = [one for one in begun if one.question]
            begun.append(Work(work(), waiting[0] if waiting else None))
            asked = [one.question.rows for one in begun if one.question]
            if len(asked) >= town_limit or sum(asked) >= row_limit:
                _finish(begun, engine)
            while begun and begun[0].question is None:
                yield begun.pop(0)
        _finish(begun, engine)
        yield from begun
    finally:
        with ExitStack() as broken_off:  # each lets go of what it held, whatever another meets at that
            for one in begun:
                broken_off.callback(one.close)


def _finish(begun: Sequence[Work[T]], engine: Engine | None) -> None:
    while waiting := [one for one in begun if one.question]:
        try:
            _answer([one.question for one in waiting if one.question], engine)
        except Exception as problem:  # noqa: BLE001 (whose it is shows when each is asked alone)
            if len(waiting) == 1:
                waiting[0].go_on(problem)
                continue
            for one in waiting:
                _finish_alone(one, engine)
            continue
        for one in waiting:
            one.go_on()


def _finish_alone(one: Work[T], engine: Engine | None) -> None:
    """Answer its question by itself, of which a part may have been answered with others'."""
    if one.question is None:
        return
    for computed in one.question.found:
        computed.cells.clear()
    try:
        _answer([one.question], engine)
    except Exception as problem:  # noqa: BLE001 (the town's own)
        one.go_on(problem)
    else:
        one.go_on()


def _answer(questions: Sequence[Question], engine: Engine | None) -> None:
    indicators = {one.id: one for question in questions for one in question.indicators}
    add_cells(
        list(indicators.values()),
        [one.asks for one in questions],
        [one.found for one in questions],
        engine or questions[0].engine,
        questions[0].progress,
    )
