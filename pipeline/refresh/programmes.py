"""Goals of programmes, judged as headlines are: by the series of the linked indicator, or of what staff enter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, delete, select

from pipeline.refresh.verdicts import emergencies_of
from pipeline.refresh.warm import Warm
from town.store import TownStore
from transforms.inputs import Inputs
from transforms.staging.staff_carried import GOAL
from transforms.staging.town import Town
from transforms.verdicts import Emergency, Point, Series, Target, digests_of, from_text, verdict_of
from warehouse.ledger import core
from warehouse.schemas import arrow_schema
from warehouse.store import transaction, upsert
from warehouse.verdict_tables import ProgrammeGoal, VerdictSeries

MAX_NAME = 200
"""Letters of a programme's or a goal's name that are kept."""
KEY = ("month", "programme", "goal")
Said = dict[str, dict[str, Any]]
"""Part of the register -> its row of a month."""


def named_by_staff(inputs: Inputs, warm: Warm) -> frozenset[str]:
    """What staff name in their reports: of other indicators' values only those count that a goal is linked to."""
    paths = tuple(one.path for _, found in sorted(inputs.partitions.get("report", {}).items()) for one in found)

    def read() -> frozenset[str]:
        return frozenset(inputs.lake.read(paths, arrow_schema("report"))["state"].drop_null().unique().to_pylist())

    return warm.of("named by staff", paths, read)


def refresh_programmes(store: TownStore, town: Town, inputs: Inputs) -> int:
    """Bring the verdicts of goals up to date; gives the number that were computed.

    A month is looked at again when its series up to then, or what staff say of the goal, changed, and at no other time.
    """
    registered = _registered(store, inputs)
    code, emergencies = store.authority.code, emergencies_of(town)
    with transaction(store.engine) as tx:
        known = _known(tx, code)
        texts = _series(tx, code) if registered else {}
        rows: dict[tuple[str, ...], dict[str, Any]] = {}
        for (programme, goal), months in registered.items():
            for row in _rows(programme, goal, months, texts, emergencies, known):
                rows[row["month"], programme, goal] = {"authority": code, **row}
        table = core(ProgrammeGoal)
        for month, programme, goal in known.keys() - rows.keys():
            at = (table.c.month == month) & (table.c.programme == programme) & (table.c.goal == goal)
            tx.execute(delete(table).where(at & (table.c.authority == code)))
        fresh = [row for key, row in rows.items() if key not in known or known[key].inputs != row["inputs"]]
        upsert(tx, ProgrammeGoal, fresh)
    return len(fresh)


def _registered(store: TownStore, inputs: Inputs) -> dict[tuple[str, str], dict[str, Said]]:
    """(programme, goal) -> month -> what staff say of it."""
    paths = [one.path for _, found in sorted(inputs.partitions.get("report", {}).items()) for one in found]
    report = store.lake.read(paths, arrow_schema("report")) if paths else None
    found: dict[tuple[str, str], dict[str, Said]] = {}
    for row in report.to_pylist() if report is not None else ():
        if row["indicator"] == GOAL:
            programme, _, goal = row["subject"].partition("|")
            months = found.setdefault((programme[:MAX_NAME], goal[:MAX_NAME]), {})
            months.setdefault(row["month"], {})[row["part"]] = row
    return found


def _rows(
    programme: str,
    goal: str,
    months: Mapping[str, Said],
    texts: Mapping[str, str],
    emergencies: tuple[Emergency, ...],
    known: Mapping[Any, Any],
) -> list[dict[str, Any]]:
    """A row for each month in which the goal stands; what is known already is not looked at again."""
    own = tuple(Point(month, said["value"]["amount"]) for month, said in sorted(months.items()) if "value" in said)
    standing = {month: said for month, said in sorted(months.items()) if "goal" in said}
    rows = []
    for month, said in standing.items():
        until = tuple(one for one in own if one.month <= month)
        about = _about(said, min(standing), has_own=bool(until))
        series = _measure(about, until, texts, emergencies)
        text = json.dumps(about, sort_keys=True)
        inputs = digests_of(series, [month], text)[month]
        before = known.get((month, programme, goal))
        if before is not None and before.inputs == inputs:
            rows.append({"month": month, "inputs": inputs})
            continue
        verdict = verdict_of(series, month)
        rows.append(
            {
                "month": month, "programme": programme, "goal": goal, **about, "unit": series.unit,
                "word": verdict.word, "reason": verdict.reason, "pace": verdict.pace,
                "fields": json.dumps(verdict.fields, sort_keys=True), "inputs": inputs,
            }
        )  # fmt: skip
    return rows


def _about(said: Said, since: str, *, has_own: bool) -> dict[str, Any]:
    """What staff want of a goal. A measure of their own goes before a linked indicator, and the baseline is of it."""

    def state(part: str) -> str:
        return str(said[part]["state"] or "") if part in said else ""

    return {
        "indicator": "" if has_own else state("indicator"),
        "better": state("goal") or "higher",
        "since": since,
        "baseline": said["goal"]["amount"],
        "target": said["target"]["amount"] if "target" in said else None,
        "until": state("until"),
        "owner": state("owner"),
    }


def _measure(
    about: Mapping[str, Any], own: tuple[Point, ...], texts: Mapping[str, str], emergencies: tuple[Emergency, ...]
) -> Series:
    """The series a goal is judged by, with its own target."""
    target = None if about["target"] is None else Target(about["target"], is_ceiling=about["better"] == "lower")
    if about["indicator"]:
        text = texts.get(about["indicator"])
        found = from_text(text) if text else Series(about["indicator"], "decimal", ())
        return replace(found, target=target)
    # What multiplies is compared by ratios; of what may be nothing or less, by differences.
    is_positive = all(one.value is not None and one.value > 0 for one in own)
    return Series(GOAL, "decimal" if is_positive else "score_1_5", own, emergencies=emergencies, target=target)


def _known(tx: Connection, code: str) -> dict[tuple[str, ...], Any]:
    table = core(ProgrammeGoal)
    rows = tx.execute(select(*(table.c[name] for name in (*KEY, "inputs"))).where(table.c.authority == code))
    return {(row.month, row.programme, row.goal): row for row in rows}


def _series(tx: Connection, code: str) -> dict[str, str]:
    """Indicator -> the text of its series."""
    table = core(VerdictSeries)
    query = select(table.c.indicator, table.c.series).where(table.c.authority == code)
    return {row.indicator: row.series for row in tx.execute(query)}
