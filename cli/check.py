"""How the town's store is, for monitoring systems and for people: `kehila check`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from cli.answers import one_after_the_other
from cli.printing import printed
from cli.session import LANGUAGE, Session, clear_progress
from texts.writing import Language
from town.faults import describe

if TYPE_CHECKING:
    from pipeline.upkeep.health import Condition
    from town.store import TownStore

WELL, WARNS, FAILS, UNKNOWN = 0, 1, 2, 3
"""Exit codes as Nagios, Icinga and their kind expect them."""
CODES = {"warn": WARNS, "fail": FAILS}
WORDS = {WELL: "OK", WARNS: "WARNING", FAILS: "CRITICAL", UNKNOWN: "UNKNOWN"}


@click.command()
@click.option("--notify", "is_notifying", is_flag=True, help="Tell [notify] what began and what is over, once each.")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_obj
def check(session: Session, is_notifying: bool, language: Language, as_json: bool) -> None:
    """Whether all is well: 0 well, 1 warning, 2 failing.

    Services not read well, files not handed over, webhooks not drained, what the gate refused or doubts, months not
    delivered, disk. Thresholds stand in [check] of kehila.toml. 3: it could not be found out. Where several towns are
    configured it looks at all of them, the worst first, or at the one of --authority.

    \\b
    Examples:
      kehila check
      kehila check --json
      kehila check --notify        for a timer of your own; `kehila serve` does it every two hours
    """
    session.is_quiet = as_json
    found, unknown = [], {}
    try:
        towns = session.towns()
    except Exception as problem:  # noqa: BLE001 (to monitoring no configuration is not a failing town)
        towns, unknown = [], {"kehila.toml": describe(problem).sentence}
    for one in one_after_the_other(session, towns, lambda own: _conditions(own.store(), is_notifying), lambda _: WELL):
        if one.result is not None:
            found.append(one.result)
        else:
            unknown[one.town.code] = one.problem
    clear_progress()
    levels = [CODES[one.level] for _, conditions in found for one in conditions]
    level = max([WELL, *levels]) if not unknown else max(UNKNOWN * (FAILS not in levels), *[WELL, *levels])
    found.sort(key=lambda one: min((["fail", "warn"].index(c.level) for c in one[1]), default=2))
    if as_json:
        click.echo(json.dumps(_as_json(found, unknown, level, language), ensure_ascii=False))
    else:
        for line in _lines(found, unknown, level, language):
            printed(line)
    raise SystemExit(level)


def _conditions(store: TownStore, is_notifying: bool) -> tuple[TownStore, list[Condition]]:
    from pipeline.upkeep.health import conditions
    from pipeline.upkeep.noticing import send_changes

    found = conditions(store)
    if is_notifying:
        send_changes(store, found)
    return store, found


def sentence(store: TownStore, one: Condition, language: Language) -> str:
    """A condition in words: what it is about, what is wrong, what to do."""
    from texts.values import comma, condition

    said = condition(one.code, language, ZoneInfo(store.authority.timezone), one.since, one.arguments)
    streams = f" ({comma(one.streams, language)})" if one.streams else ""
    return f"{one.about}{streams}: {said}"


def _lines(
    found: list[tuple[TownStore, list[Condition]]], unknown: dict[str, str], level: int, language: Language
) -> list[str]:
    bad = sum(bool(one) for _, one in found)
    lines = [f"KEHILA {WORDS[level]} - {bad + len(unknown)} of {len(found) + len(unknown)} towns not well"]
    for store, conditions in found:
        lines += [f"{store.authority.label}: {one.level} {sentence(store, one, language)}" for one in conditions]
    return lines + [f"{code}: unknown {why}" for code, why in unknown.items()]


def _as_json(
    found: list[tuple[TownStore, list[Condition]]], unknown: dict[str, str], level: int, language: Language
) -> dict[str, Any]:
    towns = [
        {
            "authority": store.authority.code, "name": store.authority.name,
            "conditions": [{**one.as_json(), "reason": sentence(store, one, language)} for one in conditions],
        }
        for store, conditions in found
    ]  # fmt: skip
    return {"state": WORDS[level].lower(), "code": level, "towns": towns, "unknown": unknown}
