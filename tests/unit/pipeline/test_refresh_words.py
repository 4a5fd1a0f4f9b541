"""Headlines as BI reads them: each once, with last year's, a verdict in words, and nothing that may not be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, Float, Integer, inspect, select, text, update

from pipeline.refresh.dimensions import publish_dimensions
from pipeline.refresh.headlines import headlines_of
from pipeline.refresh.verdicts import refresh_verdicts
from pipeline.refresh.words import bring_words_up, note_words
from publishers import words
from tests.e2e.tower import tower
from tests.unit.pipeline.test_refresh_verdicts import cell
from tests.unit.transforms.verdict_series import steady, times
from texts import LANGUAGES, word
from texts.verdicts import sentence
from town.store import TownStore
from transforms.staging.town import Town
from warehouse.bi_tables import DimCode, DimMonth, Headline
from warehouse.calendar import shift
from warehouse.ledger import core
from warehouse.store import transaction
from warehouse.tables import IndicatorValue

RISEN, STILL, SHARED = "website.resident_sessions", "website.resident_users", "whatsapp.answers"
POINTS = times(steady(), 1.25, 32)
LAST = POINTS[-1].month
YEAR_AGO = shift(LAST, -12)
TOWN = Town("T")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    """Two towns with wholes, parts, places and groups; of one indicator a part speaks, and once has no figure."""
    rows = [
        cell(name, one.month, one.value) for name, seed in ((RISEN, POINTS), (STILL, steady(seed=8))) for one in seed
    ]
    rows += [{**row, "authority": "U", "value": row["value"] + 1} for row in rows]
    rows += [
        {**cell(RISEN, LAST, 5.0), **beside} for beside in ({"part": "direct"}, {"space": "site"}, {"cut": "sex=male"})
    ]
    rows += [cell(SHARED, YEAR_AGO, 40.0), {**cell(SHARED, YEAR_AGO, 0.5), "part": "share_answered", "unit": "share"}]
    rows += [{**cell(SHARED, LAST, None), "status": "missing", "reason": "not_covered:whatsapp"}]
    with tower(tmp_path, monkeypatch) as made:
        with transaction(made.engine) as tx:
            tx.execute(core(IndicatorValue).insert(), rows)
        publish_dimensions(made.engine, made.authority, made.catalogue, TOWN)
        refresh_verdicts(made, TOWN)
        with transaction(made.engine) as tx:
            note_words(tx, "U", made.catalogue, headlines_of(tx, "U", made.catalogue)[0])
        yield made


def rows(store: TownStore, query: str) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query)).mappings()]


def one(store: TownStore, indicator: str, month: str = LAST, view: str = "v_headline_en") -> dict[str, Any]:
    where = f"authority = 'T' and indicator = '{indicator}' and month = '{month}'"
    [row] = rows(store, f"select * from {view} where {where}")
    return row


def change(store: TownStore, indicator: str, month: str, **values: Any) -> None:
    table = core(IndicatorValue)
    at = (table.c.indicator == indicator) & (table.c.month == month) & (table.c.authority == "T")
    with transaction(store.engine) as tx:
        tx.execute(update(table).where(at).values(**values))


def test_one_row_a_town_indicator_and_month_with_last_year_and_the_sentence(store: TownStore) -> None:
    points = {point.month: point.value for point in POINTS}
    row = one(store, RISEN)
    assert (row["value"], row["previous_value"]) == (points[LAST], points[YEAR_AGO])
    assert row["change"] == pytest.approx(points[LAST] - points[YEAR_AGO], abs=1e-6)
    assert row["change_share"] == pytest.approx(points[LAST] / points[YEAR_AGO] - 1, abs=1e-6)
    for language in LANGUAGES:
        said = one(store, RISEN, view=f"v_headline_{language}")
        [verdict] = rows(
            store, f"select * from verdict where indicator = '{RISEN}' and month = '{LAST}' and authority = 'T'"
        )
        fields = json.loads(verdict["fields"])
        assert said["sentence"] == sentence(verdict["reason"], fields, "count", "month", language)
        assert said["verdict_name"] == word("codes.verdicts", "real_rise", language)
        assert said["status_name"] == word("codes.statuses", "final", language)
        assert said["title"] == getattr(store.catalogue[RISEN].header.title, language)
    assert row["verdict"] == "real_rise" and row["date"] == f"{LAST}-01 00:00:00.000000"


@pytest.mark.parametrize("name", ["v_headline", "v_headline_en", "headline_he"])
def test_a_tool_takes_the_date_for_a_date_and_figures_for_figures(store: TownStore, name: str) -> None:
    """By what SQLite declares of a view's column, which is all that Superset and ODBC have to go by."""
    found = {column["name"]: column["type"] for column in inspect(store.engine).get_columns(name)}
    date, *figures = (
        ("היום הראשון בחודש", "ערך", "ערך לפני שנה")
        if name == "headline_he"
        else ("date", "value", "previous_value", "change")
    )
    assert isinstance(found[date], DateTime) and all(isinstance(found[one], Float) for one in figures)
    assert isinstance(found["מספר נצפים" if name == "headline_he" else "n"], Integer)


def test_the_two_questions_are_a_query_each_and_a_sum_counts_nothing_twice(store: TownStore) -> None:
    """No filter beside what the question itself says."""
    lead = rows(
        store, f"select title, date, value, verdict_name from v_headline_en where lead > 0 and date > '{YEAR_AGO}-01'"
    )
    assert {row["title"] for row in lead} >= {store.catalogue[STILL].header.title.en} and len(lead) >= 12
    towns = rows(
        store, f"select authority, date, value from v_headline_en where indicator = '{RISEN}' and month = '{LAST}'"
    )
    assert [(row["authority"], row["value"]) for row in sorted(towns, key=lambda row: row["authority"])] == [
        ("T", POINTS[-1].value), ("U", POINTS[-1].value + 1),
    ]  # fmt: skip
    own = 2 * sum(point.value for point in POINTS if point.value is not None) + len(POINTS)
    for view in ("v_headline", "v_indicator_value_en"):
        [total] = rows(store, f"select sum(value) as total from {view} where indicator = '{RISEN}'")
        assert total["total"] == pytest.approx(own), view
    for end in ("_by_part", "_by_space", "_by_group"):
        [beside] = rows(store, f"select value from v_indicator_value{end}_en where indicator = '{RISEN}'")
        assert beside["value"] == 5.0


def test_a_figure_that_may_not_be_shown_is_in_no_column(store: TownStore) -> None:
    """Not its own, nor last year's of the year after, nor what could be reckoned back from the difference."""
    hidden = {"status": "suppressed", "reason": "too_few_people:10", "n": 7, "lo": 1.0, "hi": 9.0, "numerator": 4.0}
    change(store, RISEN, YEAR_AGO, **hidden)  # its value lies there yet
    row = one(store, RISEN, YEAR_AGO)
    assert {row[name] for name in ("value", "n", "lo", "hi", "numerator", "denominator", "change", "change_share")} == {
        None
    }
    assert (row["status"], row["reason"]) == ("suppressed", "too_few_people:10")
    after = one(store, RISEN)
    assert after["value"] is not None and {after[name] for name in ("previous_value", "change", "change_share")} == {
        None
    }
    for view in ("v_indicator_value_en", "v_headline_wide_en", "headline_he", "v_headline"):
        found = {str(value) for row in rows(store, f"select * from {view}") for value in row.values()}
        assert str(next(point.value for point in POINTS if point.month == YEAR_AGO)) not in found, view
    refresh_verdicts(store, TOWN)
    assert one(store, RISEN, YEAR_AGO)["reason_name"] == "Fewer than 10 people, so the figure is not shown"


def test_across_a_break_nothing_is_compared(store: TownStore) -> None:
    change(store, RISEN, shift(LAST, -3), quality="series_break:method")
    refresh_verdicts(store, TOWN)
    row = one(store, RISEN)
    assert row["previous_value"] is not None and row["change"] is None and row["change_share"] is None
    assert one(store, RISEN, shift(LAST, -4))["change"] is not None, "before the break"
    change(store, RISEN, shift(LAST, -3), quality="")
    change(store, RISEN, LAST, quality="partial_period")
    refresh_verdicts(store, TOWN)
    assert one(store, RISEN)["change"] is None and one(store, RISEN, shift(LAST, -1))["change"] is not None


def test_where_a_part_speaks_it_stands_there_and_the_whole_says_why_it_does_not(store: TownStore) -> None:
    then, now = one(store, SHARED, YEAR_AGO), one(store, SHARED)
    assert (then["part"], then["value"], then["unit"]) == ("share_answered", 0.5, "share")
    assert (now["part"], now["value"], now["status"], now["reason"]) == ("", None, "missing", "not_covered:whatsapp")
    assert now["reason_name"] and now["sentence"] == "" and now["previous_value"] == 0.5


def test_only_what_changed_is_written_and_other_texts_are_said_again(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken: list[str] = []
    verdict = words.verdict
    monkeypatch.setattr(words, "verdict", lambda *said: spoken.append(said[0]) or verdict(*said))

    def everything() -> list[Any]:
        with store.engine.connect() as connection:
            return [connection.execute(select(core(one))).all() for one in (Headline, DimCode, DimMonth)]

    before = everything()
    refresh_verdicts(store, TOWN)
    bring_words_up(store.engine, "T", store.catalogue)
    assert everything() == before and not spoken
    change(store, STILL, shift(LAST, -1), value=1.0)
    refresh_verdicts(store, TOWN)
    assert len(spoken) == 2, "that month and the one after it"
    monkeypatch.setattr(words, "digest", lambda: "another")
    spoken.clear()
    bring_words_up(store.engine, "T", store.catalogue)
    assert len(spoken) >= 2 * len(POINTS)
    spoken.clear()
    bring_words_up(store.engine, "T", store.catalogue)
    assert not spoken


def test_what_is_gone_is_gone_from_the_headlines(store: TownStore) -> None:
    table = core(IndicatorValue)
    with transaction(store.engine) as tx:
        tx.execute(table.delete().where(table.c.authority == "T", table.c.indicator == STILL))
    refresh_verdicts(store, TOWN)
    assert rows(store, f"select * from headline where authority = 'T' and indicator = '{STILL}'") == []
    assert rows(store, f"select * from headline where authority = 'U' and indicator = '{STILL}'")


@pytest.mark.parametrize("name", ["v_headline", "v_headline_he", "headline_en", "v_headline_wide_he"])
def test_a_question_of_headlines_looks_through_no_table_of_all_values(store: TownStore, name: str) -> None:
    """Of sixty towns there are a million values: each is to be found by its key."""
    steps = rows(store, f"explain query plan select * from {name}")
    told = [step["detail"] for step in steps]
    assert any("indicator_value_1 (indicator=?" in one for one in told), told
    assert [one for one in told if one.startswith(("SCAN v", "SCAN x", "SCAN y"))] == []
