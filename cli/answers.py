"""How commands answer, in one town and in many.

With `--json` one object goes to standard output and everything else to standard error. Of several towns one that fails
stops no other, the exit code is the worst, and all of it is one document.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from inspect import isgeneratorfunction
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import click

from cli.engines import engine_named
from cli.printing import printed
from cli.session import (
    OF_EACH,
    OF_THE_INSTALLATION,
    Misuse,
    NotHere,
    Session,
    clear_progress,
    invoked,
    is_several,
    name_one,
)
from town.faults import DATA_PROBLEM, OK, USAGE

if TYPE_CHECKING:
    from pipeline.refresh.in_step import Steps
    from town.sections import Authority
    from transforms.engines import Engine

T = TypeVar("T")

SIGNS = {OK: "✓", 1: "!", USAGE: "✗"}
NOTHING = "–"


@dataclass(frozen=True)
class Answer:
    """What a command found out: for machines, for people, and whether something needs a look (exit code 1)."""

    data: Mapping[str, Any]
    lines: Callable[[], Sequence[str]]
    has_problem: bool = False

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        return DATA_PROBLEM if self.has_problem else OK


def towns_of(session: Session, command: str) -> list[Authority] | None:
    """The towns a command is to be done in one after the other; None where it is about one, or about none.

    Raises Misuse where the command cannot be done in several, ConfigProblem for a code that is not configured.
    """
    if not is_several(session.authority):
        return None
    if command in OF_THE_INSTALLATION:
        return None
    if command not in OF_EACH:
        raise Misuse(name_one(session, command))
    return session.towns()


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What came of a town: what it gave, or why it gave nothing. `is_elsewhere`: what was asked for is not in it."""

    town: Authority
    result: T | None = None
    exit_code: int = OK
    problem: str = ""
    is_elsewhere: bool = False

    def as_json(self, key: str, shown: Callable[[T], Any]) -> dict[str, Any]:
        """An entry of `towns`, with what it gave under `key`."""
        told = {"authority": self.town.code, "name": self.town.name, "exit_code": self.exit_code}
        return {**told, key: shown(self.result)} if self.result is not None else {**told, "problem": self.problem}


def one_after_the_other(
    session: Session, towns: Sequence[Authority], work: Callable[[Session], T], exit_code: Callable[[T], int]
) -> Iterator[Outcome[T]]:
    """Do it in each of the towns. Whatever one of them meets is its own outcome, and the next goes on."""
    for town in towns:
        yield outcome_of(session, town, partial(work, session.of(town.code)), exit_code)


def each_in_step(
    session: Session,
    towns: Sequence[Authority],
    work: Callable[[Session], Steps[T]],
    engine: Engine | None,
    exit_code: Callable[[T], int],
) -> Iterator[Outcome[T]]:
    """Do it in all of the towns, what they ask of statements asked for many at once; each has its own outcome."""
    from pipeline.refresh.in_step import in_step

    works = [partial(work, session.of(town.code)) for town in towns]
    for town, done in zip(towns, in_step(works, engine), strict=True):
        yield outcome_of(session, town, done.result, exit_code)


def outcome_of(session: Session, town: Authority, work: Callable[[], T], exit_code: Callable[[T], int]) -> Outcome[T]:
    """What a town's work gives, or why it gives nothing."""
    from town.accounts import NotConfigured
    from town.faults import NothingYet, describe

    try:
        done = work()
        return Outcome(town, done, exit_code(done))
    except (NotHere, NotConfigured, NothingYet) as problem:
        return Outcome(town, problem=str(problem), is_elsewhere=True)
    except click.ClickException as problem:
        return Outcome(town, problem=" ".join(problem.format_message().split()), exit_code=problem.exit_code)
    except click.exceptions.Abort:
        raise
    except Exception as problem:  # noqa: BLE001 (one town's fault does not hide the others)
        fault = describe(problem, session.config())
        return Outcome(town, problem=fault.sentence, exit_code=fault.exit_code)


def worst(outcomes: Sequence[Outcome[Any]]) -> int:
    """The exit code of the whole. What is in none of the towns was asked for wrongly."""
    if outcomes and all(one.is_elsewhere for one in outcomes):
        return USAGE
    return max((one.exit_code for one in outcomes), default=OK)


def answer_of_each(
    towns: Sequence[Authority],
    outcomes: Iterator[Outcome[Answer]],
    *,
    as_json: bool,
) -> int:
    """Print what each town answers; gives the exit code."""
    done: list[Outcome[Answer]] = []
    if not as_json:
        printed(f"{towns[0].label} (1 of {len(towns)})")
    for one in outcomes:
        done.append(one)
        clear_progress()
        if not as_json:
            for line in one.result.lines() if one.result else [one.problem]:
                printed(f"  {line}")
            for following in towns[len(done) : len(done) + 1]:
                printed(f"{following.label} ({len(done) + 1} of {len(towns)})")
    code = worst(done)
    if as_json:
        told = {"exit_code": code, "towns": [one.as_json("answer", lambda answer: answer.data) for one in done]}
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
    else:
        printed(f"{sum(one.exit_code == OK for one in done)} of {len(done)} towns without a problem")
        for one in done:
            sign = NOTHING if one.is_elsewhere else SIGNS.get(one.exit_code, SIGNS[USAGE])
            printed(f"{sign} {one.town.label}" + (f": {one.problem}" if one.problem else ""))
    return code


def _to_its_end(steps: Steps[Answer], engine: Engine | None) -> Answer:
    from pipeline.refresh.in_step import alone

    return alone(steps, engine)


def answering(command: Callable[..., Answer] | Callable[..., Steps[Answer]]) -> Callable[..., None]:
    """Let a command take the session and return its Answer: `--json`, printing, the exit code and many towns come
    with it. One that computes gives its Answer after steps, takes ENGINE, and is done in many towns in step.
    """
    is_in_steps = isgeneratorfunction(command)

    @click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
    @wraps(command)
    def answer_printed(*, as_json: bool, **arguments: Any) -> None:
        session: Session = click.get_current_context().obj
        session.is_quiet = as_json
        towns = towns_of(session, invoked().removeprefix("kehila "))
        if towns and arguments.get("paths"):
            raise Misuse("files are of one town: leave them out, or name the town with --authority CODE")
        engine = engine_named(arguments.pop("engine")) if is_in_steps else None

        def work(own: Session) -> Any:
            return command(own, **arguments)

        def exit_code(answer: Answer) -> int:
            return answer.exit_code

        if towns and is_in_steps:
            # Whoever holds several towns took them in this order, so that no two wait for each other. It is that of the
            # codes: another machine's kehila.toml may name the same towns in another order.
            towns = sorted(towns, key=lambda town: town.code)
            outcomes = each_in_step(session, towns, work, engine, exit_code)
            raise SystemExit(answer_of_each(towns, outcomes, as_json=as_json))
        if towns:
            outcomes = one_after_the_other(session, towns, work, exit_code)
            raise SystemExit(answer_of_each(towns, outcomes, as_json=as_json))
        answer = _to_its_end(work(session), engine) if is_in_steps else work(session)
        clear_progress()
        if as_json:
            click.echo(json.dumps(answer.data, ensure_ascii=False, default=str))
        else:
            for line in answer.lines():
                printed(line)
        if answer.has_problem:
            raise SystemExit(answer.exit_code)

    return answer_printed
