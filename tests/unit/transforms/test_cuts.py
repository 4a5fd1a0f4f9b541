"""Figures by groups of people: of the group alone, of none of few, and none that the others tell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from transforms.catalogue import ours
from transforms.cells import asking_in, cells_of
from transforms.choice import Cell
from transforms.engines.duck import DuckSession
from transforms.few import REASON, Few
from transforms.inputs import months_table
from transforms.registers import REGISTER_SCHEMAS
from transforms.waves import Waves
from warehouse.facts import FACTS
from warehouse.schemas import arrow_schema
from warehouse.vocabulary import CUTS

TRUST = ours()["whatsapp.trust"]
MONTH = "2026-10"


def answers(groups: dict[str, tuple[int, float]], cut: str = "society", **more: Any) -> list[dict[str, Any]]:
    """Respondents of each group, all of one score."""
    rows = []
    for group, (people, score) in groups.items():
        for _ in range(people):
            rows.append(
                {
                    "authority": "T", "month": MONTH, "wave": "w", "instrument": "kehila-2", "audience": "residents",
                    "sample_type": "probability", "closed_day": date(2026, 10, 20), "asked_of": "everybody",
                    "respondent": len(rows), "item": "trust_1", "scale": "trust", "indicator": TRUST.id,
                    "score": score, "weight": 1.0, **({cut: group} if group else {}), **more,
                }
            )  # fmt: skip
    return rows


def opened(rows: list[dict[str, Any]]) -> DuckSession:
    session = DuckSession()
    for fact in FACTS:
        table = pa.Table.from_pylist(rows if fact == "survey_response" else [], schema=arrow_schema(fact))
        session.put(fact, table)
    for name, schema in {**REGISTER_SCHEMAS, "waiting": arrow_schema("coverage")}.items():
        session.put(name, schema.empty_table())
    return session


def cells(rows: list[dict[str, Any]], months: tuple[str, ...] = (MONTH,), few: Few | None = None) -> list[Cell]:
    session = opened(rows)
    register = months_table("T", months, "Asia/Jerusalem")
    return cells_of(session, TRUST, [asking_in(session, register, date(2027, 1, 1), few=few or Few())])[0]


def told(found: list[Cell]) -> dict[str, tuple[float | None, int | None, str]]:
    return {one["cut"]: (one["value"], one["n"], one["reason"]) for one in found if one["cut"]}


def test_a_group_is_asked_what_the_town_is_asked():
    found = cells(answers({"general": (92, 4), "arab": (41, 2), "haredi": (33, 5)}))
    assert told(found) == {
        "society=arab": (2.0, 40, ""), "society=general": (4.0, 90, ""), "society=haredi": (5.0, 35, "")
    }  # fmt: skip
    (whole,) = [one for one in found if not one["cut"]]
    assert whole["n"] == 166
    assert all(one["numerator"] is None and one["denominator"] is None for one in found if one["cut"])


@pytest.mark.parametrize("size", [1, 40])
def test_indicators_asked_one_after_another_find_what_each_finds_alone_and_hand_over_answers_once(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [ours()[name] for name in ("whatsapp.trust", "whatsapp.belonging", "resilience.loneliness")]
    rows = []
    for number, one in enumerate(asked):
        people = {"general": (size * 92, 4 - number), "arab": (size * 41, 2 + number)}
        month = ("2026-10", "2026-10", "2026-09")[number]
        told_of = {
            "indicator": one.id,
            "month": month,
            "wave": f"w{month}",
            "closed_day": date(2026, int(month[5:]), 20),
        }
        rows += answers(people, **told_of)
        rows += answers({"youth": (size * 30, 3.0), "adult": (size * 50, 5.0)}, "age_band", **told_of)
    few = Few(personas={"young": ["age_band=youth"], "general": ["society=general"]})
    session, register = opened(rows), months_table("T", ("2026-09", "2026-10"), "Asia/Jerusalem")
    handed: list[tuple[int, int]] = []
    load = DuckSession._load
    monkeypatch.setattr(
        DuckSession, "_load",
        lambda own, into, table: (handed.append((id(own), table.num_rows)), load(own, into, table))[1],
    )  # fmt: skip
    asking, waves = asking_in(session, register, date(2027, 1, 1), few=few), Waves(session)
    together = [cells_of(session, one, [asking], register, waves)[0] for one in asked]
    large = [count for own, count in handed if own == id(session.beside()) and count > 300 * size]
    assert len(large) == 1
    for one, found in zip(asked, together, strict=True):
        alone = opened(rows)
        assert found == cells_of(alone, one, [asking_in(alone, register, date(2027, 1, 1), few=few)])[0]
    assert {cell["cut"].split("=")[0] for found in together for cell in found} >= {"society", "age_band", "declared"}


def test_of_few_nothing_is_told_and_not_by_the_others_either():
    found = told(cells(answers({"general": (92, 4), "arab": (41, 2), "haredi": (4, 5)})))
    assert found["society=haredi"] == found["society=arab"] == (None, None, REASON)
    assert found["society=general"][0] == 4.0


def test_a_group_of_too_few_answers_is_hidden_alike():
    found = told(cells(answers({"general": (92, 4), "arab": (41, 2), "haredi": (22, 5)})))
    assert found["society=haredi"] == (None, None, REASON) and found["society=arab"][0] == 2.0


def test_a_cut_is_of_the_month_of_its_wave_and_not_carried():
    found = cells(answers({"general": (92, 4), "arab": (41, 2)}), (MONTH, "2026-11"))
    assert {one["month"] for one in found if not one["cut"]} == {MONTH, "2026-11"}
    assert {one["month"] for one in found if one["cut"]} == {MONTH}


@pytest.mark.parametrize("cut", CUTS)
def test_every_declared_attribute_cuts(cut: str):
    found = told(cells(answers({"one": (50, 4), "other": (40, 2)}, cut)))
    assert found.keys() == {f"{cut}=one", f"{cut}=other"}


def test_staff_are_not_cut():
    found = cells(answers({"general": (92, 4), "arab": (41, 2)}, audience="staff"))
    assert not told(found)


def test_what_was_published_of_a_group_stands_until_ten_more_are_in_it():
    before = {(TRUST.id, MONTH, "society=arab", ""): {"value": 2.5, "lo": None, "hi": None, "n": 40}}
    few = Few(published=before)
    rows = {"general": (92, 4.0), "arab": (41, 2.0)}
    assert told(cells(answers(rows), few=few))["society=arab"] == (2.5, 40, "")
    assert told(cells(answers({**rows, "arab": (60, 2.0)}), few=few))["society=arab"] == (2.0, 60, "")


def test_what_was_hidden_of_a_group_stays_hidden():
    before = {(TRUST.id, MONTH, "society=arab", ""): dict.fromkeys(("value", "lo", "hi", "n"))}
    found = told(cells(answers({"general": (92, 4), "arab": (41, 2), "haredi": (33, 5)}), few=Few(published=before)))
    assert found["society=arab"][0] is None and found["society=haredi"][0] is None


def test_a_group_of_one_person_of_hardly_any_weight_stops_nothing():
    rows = answers({"general": (92, 4), "arab": (41, 2), "haredi": (2, 5)})
    rows[-1]["weight"], rows[-1]["score"] = 0.02, 1
    assert told(cells(rows))["society=haredi"] == (None, None, REASON)
