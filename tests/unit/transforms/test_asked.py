"""How a wave was asked stands beside its figure, and what is asked otherwise is no one series."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from transforms.catalogue import ours
from transforms.cells import asking_in, cells_of
from transforms.choice import Cell
from transforms.composition import Headline, against
from transforms.engines.duck import DuckSession
from transforms.few import Few
from transforms.inputs import months_table
from transforms.registers import REGISTER_SCHEMAS
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema

TRUST = ours()["whatsapp.trust"]
THEN, NOW = "2025-10", "2026-10"
FOUR = ("trust_1", "trust_2", "trust_3", "trust_4")
AS_USUAL: dict[str, Any] = {"weighted_by": "sex:town", "sample_type": "probability", "asked_of": "everybody"}
OTHERWISE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "weights": ({"weighted_by": ""}, FOUR),
    "weights, by more": ({"weighted_by": "age_band:town sex:town"}, FOUR),
    "weights, by whom it is told": ({"weighted_by": "sex:reference"}, FOUR),
    "sample": ({"sample_type": "opt_in"}, FOUR),
    "wording": ({}, FOUR[:3]),
    "formula": ({"asked_of": "concerned"}, FOUR),
}


def wave(month: str, people: int = 60, items: tuple[str, ...] = FOUR, **about: Any) -> list[dict[str, Any]]:
    """A wave whose respondents have a trait of their own, by which they answer each item."""
    rng = np.random.default_rng(3)
    own = rng.normal(3, 1, people)
    return [
        {
            "authority": "T", "month": month, "wave": month, "instrument": "kehila-2", "audience": "residents",
            "closed_day": date.fromisoformat(f"{month}-20"), "respondent": number, "item": item, "scale": "trust",
            "indicator": TRUST.id, "score": int(np.clip(round(own[number] + rng.normal(0, 0.7)), 1, 5)),
            "weight": 0.5 + number % 2, **AS_USUAL, **about,
        }
        for number in range(people) for item in items
    ]  # fmt: skip


def cells(rows: list[dict[str, Any]], *months: str) -> dict[str, Cell]:
    session = DuckSession()
    for fact in FACTS:
        table = pa.Table.from_pylist(rows if fact == "survey_response" else [], schema=arrow_schema(fact))
        session.put(fact, table)
    for name, schema in {**REGISTER_SCHEMAS, "waiting": arrow_schema("coverage")}.items():
        session.put(name, schema.empty_table())
    town = asking_in(session, months_table("T", months, "Asia/Jerusalem"), date(2027, 1, 1), few=Few())
    (found,) = cells_of(session, TRUST, [town])
    return {one["month"]: one for one in found if not (one["cut"] or one["space"] or one["part"])}


def headline(cell: Cell) -> Headline:
    return Headline(cell["month"], cell["value"], cell["unit"], tuple(cell["composition"]))


def asked(cell: Cell) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in cell["composition"] if one["kind"] == "survey"}


@pytest.mark.parametrize("why", OTHERWISE)
@pytest.mark.parametrize("is_first", [True, False])
def test_each_change_of_method_is_a_break_either_way(why: str, is_first: bool) -> None:
    about, items = OTHERWISE[why]
    waves = [(THEN, {}, FOUR), (NOW, about, items)]
    if is_first:
        waves = [(THEN, about, items), (NOW, {}, FOUR)]
    found = cells([row for month, said, own in waves for row in wave(month, items=own, **said)], THEN, NOW)
    assert against(headline(found[THEN]), headline(found[NOW])) == (f"series_break:{why.split(',')[0]}", None)


def test_the_same_way_it_is_one_series_and_what_is_carried_is_too() -> None:
    months = [THEN, "2025-11", "2026-09", NOW]
    found = cells(wave(THEN) + wave(NOW, people=80), *months)
    for before, after in product(months, months):
        if before < after:
            assert against(headline(found[before]), headline(found[after])) == ("", None)


def test_what_an_earlier_release_stored_says_nothing_against_it() -> None:
    found = cells(wave(THEN) + wave(NOW), THEN, NOW)
    old = [one for one in found[THEN]["composition"] if one["kind"] != "survey"]
    then = Headline(THEN, found[THEN]["value"], "score_1_5", tuple(old))
    assert against(then, headline(found[NOW])) == ("", None)


def test_what_is_said_beside_a_figure_can_be_reckoned_from_its_rows_alone() -> None:
    rows = [row for row in wave(NOW) if not (row["respondent"] == 7 and row["item"] == "trust_2")]
    told = asked(cells(rows, NOW)[NOW])
    weights = [0.5 + number % 2 for number in range(60)]
    assert told["answers"]["base"] == 60
    assert told["answers"]["amount"] == pytest.approx(sum(weights) ** 2 / sum(one * one for one in weights))
    assert told["weighted_by"]["detail"] == "sex:town"
    assert told["items:trust"]["detail"] == " ".join(FOUR)
    # Weighted, of the 59 who answered all four: k / (k - 1) times 1 less the items' variances over the total's.
    whole = [n for n in range(60) if n != 7]
    table = np.array([[row["score"] for row in rows if row["respondent"] == n] for n in whole], float)
    own = np.array([weights[n] for n in whole])

    def spread(values: np.ndarray) -> float:
        return float(own @ (values - own @ values / own.sum()) ** 2)

    items = sum(spread(table[:, at]) for at in range(4))
    assert told["items:trust"]["amount"] == pytest.approx(4 / 3 * (1 - items / spread(table.sum(axis=1))), abs=6e-4)
    assert told["items:trust"]["amount"] > 0.7


def test_of_too_few_nothing_is_said_beside_it() -> None:
    cell = cells(wave(NOW, people=29), NOW)[NOW]
    assert (cell["status"], asked(cell)) == ("suppressed", {})
