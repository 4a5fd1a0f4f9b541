"""The demo town: what was planted in it is found, and page one claims nothing else but what chance allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from cli.main import kehila
from pipeline.months import last_full_month
from publishers.front import front_page
from publishers.reading import read_report
from simulator.calendar import Span, months_until
from simulator.planted import DEMO, LEAD, Planted
from texts import LANGUAGES, word
from texts.verdicts import sentence
from town.config import load
from town.store import TownStore, open_store
from transforms.verdicts import from_text, verdict_of
from warehouse.ledger import core
from warehouse.schemas import arrow_schema
from warehouse.tables import IndicatorValue
from warehouse.verdict_tables import Verdict, VerdictSeries
from warehouse.vocabulary import CUTS

pytestmark = pytest.mark.more

MONTHS = 36
BY_CHANCE = 1
"""How many claims of a year may be of something nobody planted: of a hundred, ten in the long run."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownStore]:
    folder = tmp_path_factory.mktemp("planted") / "demo"
    outcome = CliRunner().invoke(kehila, ["demo", "--folder", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    made = open_store(load(Path(folder) / "kehila.toml"))
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def span(store: TownStore) -> Span:
    return Span(months_until(last_full_month(store.today), MONTHS))


@pytest.fixture(scope="module")
def verdicts(store: TownStore) -> dict[tuple[str, str], Verdict]:
    with store.engine.connect() as connection:
        return {(one.indicator, one.month): one for one in connection.execute(select(core(Verdict)))}  # type: ignore[misc]


def moving(kind: str = "") -> dict[str, Planted]:
    return {one.indicator: one for one in DEMO if one.kind in ((kind,) if kind else ("rise", "fall", "growth"))}


def test_what_was_planted_is_what_page_one_claims(store: TownStore, span: Span) -> None:
    month = span.months[-1]
    front = front_page(read_report(store.engine, store.authority.code, month, store.authority.timezone))
    assert front.opening == "moved"
    assert {one.indicator for one in front.rises} >= set(moving("rise"))
    assert {one.indicator for one in front.rises} <= {*moving("rise"), *moving("growth")}
    assert {one.indicator for one in front.falls} == set(moving("fall"))
    doubted = {one.indicator for one in front.doubts}
    assert doubted >= {one.indicator for one in DEMO if one.kind in ("break", "forgotten")}
    assert {one.owner for one in front.actions} and len(front.actions) == 3


def test_nothing_is_claimed_before_it_was_planted_nor_of_anything_else(
    span: Span, verdicts: dict[tuple[str, str], Verdict]
) -> None:
    claimed = [(name, month) for (name, month), one in verdicts.items() if one.claim and month in span.months]
    early = [
        (name, month)
        for name, month in claimed
        if name in moving() and name not in moving("growth") and month < moving()[name].month(span)
    ]
    others = [(name, month) for name, month in claimed if name not in moving()]
    assert len([*early, *others]) <= BY_CHANCE, (early, others)
    for name, month in claimed:
        if name in moving("rise") or name in moving("fall"):
            assert verdicts[name, month].word == f"real_{moving()[name].kind}"


def test_a_break_a_forgotten_entry_and_an_emergency_are_no_falls(
    store: TownStore, span: Span, verdicts: dict[tuple[str, str], Verdict]
) -> None:
    for one in DEMO:
        month = one.month(span)
        if one.kind == "break":
            assert verdicts[one.indicator, month].word == "series_break"
        if one.kind == "forgotten":
            found = verdicts[one.indicator, month]
            assert found.word not in ("real_fall", "real_rise") and found.complete_month < month
        if one.kind == "emergency":
            assert {found.word for (_, when), found in verdicts.items() if when == month} == {"exceptional_month"}
            report = read_report(store.engine, store.authority.code, month, store.authority.timezone)
            front = front_page(report)
            assert (front.opening, front.rises, front.falls) == ("emergency", (), ())


def test_every_verdict_has_its_sentence_and_is_found_again(
    store: TownStore, span: Span, verdicts: dict[tuple[str, str], Verdict]
) -> None:
    """Lists them: `pytest -s` shows the last month's, with what leads marked."""
    with store.engine.connect() as connection:
        series = {one.indicator: from_text(one.series) for one in connection.execute(select(core(VerdictSeries)))}
    for (name, month), one in sorted(verdicts.items()):
        again = verdict_of(series[name], month)
        assert (again.word, again.reason, again.p) == (one.word, one.reason, one.p)
        unit = store.catalogue[name].header.headline_unit
        told = {
            language: sentence(one.reason, json.loads(one.fields), unit, one.pace, language) for language in LANGUAGES
        }
        assert all(text and "{" not in text and text != one.reason for text in told.values()), (name, month)
        if month == span.months[-1]:
            print(f"{'*' if name in LEAD else ' '} {name:34} {word('codes.verdicts', one.word, 'en')}: {told['en']}")


def test_hardly_a_group_is_kept_back_for_the_sake_of_others(store: TownStore) -> None:
    """Of figures by groups the demo shows all whose own answers are enough: counted from the answers themselves."""
    table = core(IndicatorValue)
    with store.engine.connect() as connection:
        cells = connection.execute(select(table).where(table.c.cut != "", table.c.part == "")).all()
    paths = [row.path for row in store.ledger.partitions() if row.fact == "survey_response"]
    weights: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in store.lake.read(paths, arrow_schema("survey_response")).to_pylist():
        for cut in CUTS:
            if row["audience"] == "residents" and row[cut]:
                place = (row["indicator"], row["month"], f"{cut}={row[cut]}")
                weights.setdefault(place, {})[row["respondent"]] = row["weight"]
    few, thin, others = 0, 0, 0
    for one in cells:
        mine = list(weights.get((one.indicator, one.month, one.cut), {}).values())
        if one.status == "suppressed":
            few += len(mine) < 10
            thin += len(mine) >= 10 and sum(mine) ** 2 / sum(weight**2 for weight in mine) < 30
            others += len(mine) >= 10 and sum(mine) ** 2 / sum(weight**2 for weight in mine) >= 30
    assert len(cells) > 1000 and few > 0 and thin > 0
    assert others <= 0.01 * len(cells), (others, len(cells))
    assert few + others <= 0.15 * len(cells), (few, others, len(cells))
