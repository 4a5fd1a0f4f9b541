"""A persona from kehila.toml to its figures: counted again by hand from the answers, in the command and the workbook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from publishers.reading import read_report
from publishers.workbook import workbook
from tests.e2e.command_line import entry_point
from tests.e2e.towns import TODAY, opened, run_all, small_town
from texts import LANGUAGES, text
from town.config import ConfigProblem, load
from town.store import TownStore
from transforms.choice import MIN_ANSWERS
from warehouse.ledger import core
from warehouse.schemas import arrow_schema
from warehouse.tables import IndicatorValue

NAME, GROUPS = "Women of 35 to 64", ("sex=female", "age_band=35-49", "age_band=50-64")
RARE = "New mothers over 75"
PERSONAS = (
    f'personas = {{ "{NAME}" = {json.dumps(list(GROUPS))}, "{RARE}" = ["persona=new_mother", "age_band=75+"] }}\n'
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TownStore]:
    folder = tmp_path_factory.mktemp("town")
    small_town(folder, months=4, scale=0.5, spaces=[])
    path = folder / "kehila.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("[[authority]]\n", "[[authority]]\n" + PERSONAS, 1), encoding="utf-8"
    )
    made = opened(folder)
    run_all(made)
    yield made
    made.engine.dispose()


def cells(store: TownStore, name: str) -> dict[tuple[str, str, str], IndicatorValue]:
    table = core(IndicatorValue)
    with store.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.cut == f"declared={name}")).all()
    return {(row.indicator, row.month, row.part): row for row in rows}


@pytest.mark.more
def test_its_figures_are_those_of_its_people(store: TownStore) -> None:
    partitions = [one for one in store.ledger.partitions() if one.fact == "survey_response"]
    answers = store.lake.read([one.path for one in partitions], arrow_schema("survey_response")).to_pylist()
    mine = [
        one for one in answers
        if one["sex"] == "female" and one["age_band"] in ("35-49", "50-64") and one["audience"] == "residents"
    ]  # fmt: skip
    told = {place: one for place, one in cells(store, NAME).items() if one.value is not None}
    assert len(told) > 5
    for (indicator, month, part), cell in told.items():
        said = [one for one in mine if one["indicator"] == indicator and one["month"] == month]
        people = {one["respondent"] for one in said}
        assert (cell.n is not None and abs(cell.n - len(people)) <= 2) or part, (indicator, part, cell.n, len(people))
        assert cell.n >= MIN_ANSWERS and cell.numerator is None


@pytest.mark.more
def test_of_few_nothing_is_told(store: TownStore) -> None:
    rare = cells(store, RARE)
    assert all(one.value is None and one.n is None and one.status == "suppressed" for one in rare.values())


@pytest.mark.more
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_and_the_workbook_say_the_same(
    store: TownStore, language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = entry_point(monkeypatch, capsys)
    config = store.config.base / "kehila.toml"
    ran = called("--config", config, "--today", TODAY.isoformat(), "persona", NAME, "--language", language, "--json")
    found = json.loads(ran.out)
    assert ran.code == 0 and NAME in found["persona"]
    report = read_report(
        store.engine, store.authority.code, found["month"], store.authority.timezone, today=store.today
    )
    sheet = load_workbook(BytesIO(workbook(report, language)))[text("cuts.personas", language)]  # type: ignore[arg-type]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    mine = [row for row in rows if NAME in row[0]]
    assert len(mine) == len(found["indicators"]) > 3
    shown = sorted(round(one["value"], 6) for one in found["indicators"] if one["value"] is not None)
    assert sorted(round(row[2], 6) for row in mine if isinstance(row[2], int | float)) == shown
    plain = called("--config", config, "--today", TODAY.isoformat(), "persona", NAME, "--language", language)
    assert plain.code == 0 and NAME in plain.out.splitlines()[0] and len(plain.out.splitlines()) == len(mine) + 1


@pytest.mark.more
def test_what_is_no_persona_says_what_there_is(
    store: TownStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = entry_point(monkeypatch, capsys)
    config = store.config.base / "kehila.toml"
    ran = called("--config", config, "--today", TODAY.isoformat(), "persona", "Women of 35 to 46")
    assert ran.code == 2 and NAME in ran.err


@pytest.mark.more
def test_a_group_as_published_is_refused_and_not_the_town_in_its_place(
    store: TownStore, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called = entry_point(monkeypatch, capsys)
    words = ("show", "whatsapp.trust", "--month", "2026-10", "--cut", "society=arab", "--as-published")
    ran = called("--config", store.config.base / "kehila.toml", "--today", TODAY.isoformat(), *words)
    assert ran.code == 2 and "--cut" in ran.err and not ran.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{ "x" = ["sex=female"] }', "combine 2 or 3 kinds of groups"),
        ('{ "x" = ["sex=female", "colour=red"] }', "no kind of group"),
        ('{ "x" = ["sex", "society=arab"] }', "write groups like sex=female"),
        ('{ "a=b" = ["sex=female", "society=arab"] }', "without = and &"),
    ],
)
def test_what_makes_no_persona_is_refused(tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "kehila.toml").write_text(f'[[authority]]\ncode = "0070"\npersonas = {given}\n')
    with pytest.raises(ConfigProblem, match=said):
        load(tmp_path / "kehila.toml")
