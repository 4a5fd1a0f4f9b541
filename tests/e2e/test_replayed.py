"""A stored headline computed again from its lineage and composition alone, after the town's registers have changed."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select

from pipeline.refresh.refresh import refresh
from tests.e2e.command_line import Run
from tests.e2e.towns import opened
from texts.values import ways
from town.store import TownStore
from transforms.compute import Asks, compute
from transforms.inputs import COMPUTED_SCHEMA, Inputs, Partition
from transforms.registers import REGISTER_SCHEMAS
from warehouse.calendar import last_day
from warehouse.ledger import core
from warehouse.tables import IndicatorComposition, IndicatorInput, IndicatorValue

TOLD = ("value", "numerator", "denominator", "n", "unit")
AFTER = {"running": timedelta(0), "open": timedelta(1), "settled": timedelta(900)}


@dataclass
class Stored:
    """A headline as it was told, with what stands behind it."""

    told: Mapping[str, Any]
    paths: list[str] = field(default_factory=list)
    pieces: list[Mapping[str, Any]] = field(default_factory=list)


def stored(store: TownStore) -> dict[tuple[str, str], Stored]:
    """(indicator, month) -> its headline, where it has a value."""
    values, inputs, made = core(IndicatorValue), core(IndicatorInput), core(IndicatorComposition)
    whole = (values.c.space == "") & (values.c.part == "") & (values.c.cut == "") & values.c.value.is_not(None)
    with store.engine.connect() as connection:
        found = {
            (row["indicator"], row["month"]): Stored(row)
            for row in connection.execute(select(values).where(whole)).mappings()
        }
        for row in connection.execute(select(inputs)).mappings():
            if one := found.get((row["indicator"], row["month"])):
                one.paths.append(row["partition"])
        for row in connection.execute(select(made)).mappings():
            if one := found.get((row["indicator"], row["month"])):
                one.pieces.append(row)
    return found


def registers(authority: str, month: str, pieces: Sequence[Mapping[str, Any]]) -> dict[str, pa.Table]:
    """The registers as the pieces of a composition tell them, and nothing else."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in pieces:
        if one["kind"] == "register" and one["name"] == "population":
            rows["population"].append({"month": month, "residents": int(one["amount"]), "quality": ""})
        elif one["name"].startswith("working_day:"):
            rows["working_day"] += worked(one["name"].removeprefix("working_day:"), one["detail"])
        elif one["kind"] == "register":
            known = dict(word.split("=", 1) for word in one["detail"].split())
            known |= {name: date.fromisoformat(known[name]) for name in ("from_day", "to_day") if name in known}
            relevant = None if one["amount"] is None else int(one["amount"])
            space = one["name"].removeprefix("space:")
            rows["space"].append({"space": space, "title": space, "relevant_population": relevant, **known})
    rows["working_day"] = list(counted(rows["working_day"]))
    return {
        name: pa.Table.from_pylist([{"authority": authority, **row} for row in rows[name]], schema=schema)
        for name, schema in REGISTER_SCHEMAS.items()
    }


def worked(month: str, detail: str) -> Iterator[dict[str, Any]]:
    """The days of a month as the composition tells its working days: `1-5 0500-1300, 8 0500-0900`, UTC."""
    hours: dict[date, list[datetime]] = {}
    for run in detail.split(", ") if detail else ():
        days, times = run.split()
        first, _, last = days.partition("-")
        for number in range(int(first), int(last or first) + 1):
            day = date(int(month[:4]), int(month[5:]), number)
            ends = (time(int(text[:2]), int(text[2:])) for text in times.split("-"))
            hours[day] = [datetime.combine(day, end, UTC) for end in ends]
    for number in range(1, last_day(month).day + 1):
        day = date(int(month[:4]), int(month[5:]), number)
        opens, closes = hours.get(day, [datetime.combine(day, time(), UTC)] * 2)
        yield {"month": month, "day": day, "opens_at": opens, "closes_at": closes}


def counted(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The days with the seconds worked before each and the working days so far."""
    seconds = days = 0
    for row in sorted(rows, key=lambda one: str(one["day"])):
        days += row["closes_at"] > row["opens_at"]
        yield {**row, "seconds_before": seconds, "workdays": days}
        seconds += (row["closes_at"] - row["opens_at"]).seconds


def partition(path: str) -> Partition:
    """A file of the lineage, by its place in the lake."""
    _, fact, _, month, source, name = path.split("/")
    return Partition(fact, month, source, path, name.partition(".")[0], 1)


def replayed(store: TownStore, one: Stored, others: pa.Table) -> dict[str, Any]:
    """The headline again: from the files its lineage names and the pieces of its composition.

    `others` are the headlines told then, for an indicator that reads those of others.
    """
    month = one.told["month"]
    inputs = Inputs(store.lake, timezone=store.authority.timezone)
    for path in one.paths:
        part = partition(path)
        inputs.partitions.setdefault(part.fact, {}).setdefault(part.month, []).append(part)
    inputs.registers = registers(store.authority.code, month, one.pieces)
    life = next(piece["name"] for piece in one.pieces if piece["kind"] == "life")
    indicator = store.catalogue[one.told["indicator"]]
    asks = Asks(store.authority.code, inputs, [month], last_day(month) + AFTER[life], {}, computed=others)
    ((again,),) = compute([indicator], [asks])
    cell = next(cell for cell in again.cells if not cell["space"] and not cell["part"])
    return {name: cell[name] for name in TOLD}


def test_show_says_what_a_headline_is_the_total_of(finished: Path, tmp_path: Path, run: Run) -> None:
    folder = shutil.copytree(finished, tmp_path / "town")
    ask = ("--config", folder / "kehila.toml", "show", "facebook.group_share", "--month", "2026-10")
    found = json.loads(run(*ask, "--json").out)
    places = {one["name"]: one for one in found["composition"] if one["kind"] == "space"}
    assert set(places) == set(found["spaces"]) and places
    assert sum(one["amount"] for one in places.values()) == found["numerator"]
    assert sum(one["base"] for one in places.values()) == found["denominator"]
    said = run(*ask).out.splitlines()
    (line,) = [one for one in said if one.startswith("places: ")]
    for name, one in places.items():
        assert f"{name} {one['amount']:,.10g} / {one['base']:,.10g} ({ways(one['detail'], 'en')})" in line
    assert any(one.startswith("with, of the registers: residents ") for one in said)


@pytest.mark.more
def test_a_headline_is_computed_again_from_what_is_stored_of_it(finished: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished, tmp_path / "town")
    store = opened(folder)
    before = stored(store)
    others = pa.Table.from_pylist([dict(one.told) for one in before.values()], schema=COMPUTED_SCHEMA)
    store.engine.dispose()
    config = folder / "kehila.toml"
    text, changed = re.subn(
        r"^(\d{4}) = (\d+)$", lambda year: f"{year[1]} = {int(year[2]) + 7000}", config.read_text("utf-8"), flags=re.M
    )
    config.write_text(text, encoding="utf-8")
    assert changed, "the town's residents stand in kehila.toml"
    store = opened(folder)
    refresh(store)
    now = stored(store)
    moved = {place[0] for place, one in before.items() if now[place].told["value"] != one.told["value"]}
    assert {"facebook.follower_share", "policy.resident_use"} <= moved, "the register has changed"
    differs = {}
    for place, one in before.items():
        again = replayed(store, one, others)
        if again != {name: one.told[name] for name in TOLD}:
            differs[place] = ({name: one.told[name] for name in TOLD}, again)
    assert not differs
    store.engine.dispose()
