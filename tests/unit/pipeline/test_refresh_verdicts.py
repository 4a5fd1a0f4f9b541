"""Verdicts beside the values: computed where a series changed and nowhere else, and found again from what is stored."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from cli.shown import in_words
from pipeline.month.show import show_cell
from pipeline.refresh.dimensions import publish_dimensions
from pipeline.refresh.verdicts import refresh_verdicts
from pipeline.refresh.written import Written
from tests.e2e.tower import tower
from tests.unit.transforms.verdict_series import steady, times
from town.config import ConfigProblem
from town.store import TownStore
from transforms.staging.town import Town
from transforms.verdicts import digests_of, from_text, verdict_of
from warehouse.ledger import core
from warehouse.store import transaction
from warehouse.tables import IndicatorComposition, IndicatorValue
from warehouse.verdict_tables import Verdict, VerdictSeries

RISEN, STILL = "website.resident_sessions", "website.resident_users"
POINTS = times(steady(), 1.25, 32)
TOWN = Town("T")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    rows = [cell(RISEN, one.month, one.value) for one in POINTS]
    rows += [cell(STILL, one.month, one.value) for one in steady(seed=8)]
    rows.append({**cell(RISEN, POINTS[-1].month, 5.0), "part": "direct"})
    with tower(tmp_path, monkeypatch) as made:
        with transaction(made.engine) as tx:
            tx.execute(core(IndicatorValue).insert(), rows)
        yield made


def cell(indicator: str, month: str, value: float | None) -> dict[str, Any]:
    return {
        "authority": "T", "indicator": indicator, "month": month, "cut": "", "space": "", "part": "", "value": value,
        "unit": "count", "status": "final", "quality": "", "reason": "", "verdict": "not_judged", "verdict_reason": "",
        "revision": 1, "definition_version": "1",
    }  # fmt: skip


def stored(store: TownStore, table: Any = Verdict) -> list[Any]:
    with store.engine.connect() as connection:
        return list(connection.execute(select(core(table)).order_by(*core(table).primary_key)).all())


def change(store: TownStore, month: str, **values: Any) -> None:
    table = core(IndicatorValue)
    where = (table.c.indicator == RISEN) & (table.c.month == month) & (table.c.part == "")
    with transaction(store.engine) as tx:
        tx.execute(update(table).where(where).values(**values))


def test_each_headline_gets_a_word_and_its_value_says_it(store: TownStore) -> None:
    assert refresh_verdicts(store, TOWN) == 80
    found = {(one.indicator, one.month): one for one in stored(store)}
    last = POINTS[-1].month
    assert (found[RISEN, last].word, found[STILL, last].word) == ("real_rise", "no_signal")
    assert found[RISEN, last].effect > 0.1 and found[RISEN, last].baseline.split()[0] == POINTS[0].month
    values = {(one.indicator, one.month, one.part): one for one in stored(store, IndicatorValue)}
    for (indicator, month), one in found.items():
        beside = values[indicator, month, ""]
        assert (beside.verdict, beside.verdict_reason, beside.revision) == (one.word, one.reason, 1)
    assert values[RISEN, last, "direct"].verdict == "not_judged"
    publish_dimensions(store.engine, store.authority, store.catalogue, TOWN)
    with store.engine.connect() as connection:
        query = f"""select "Conclusion", "Usual range to" from indicator_value_en where "Indicator code" = '{RISEN}'"""
        shown = connection.execute(text(f"""{query} and "Month" = '{last}' order by 2""")).all()
    assert ("real_rise", found[RISEN, last].upper) in [tuple(one) for one in shown] and len(shown) == 1


def test_only_what_changed_is_looked_at_again(store: TownStore) -> None:
    refresh_verdicts(store, TOWN)
    before = stored(store)
    assert refresh_verdicts(store, TOWN) == 0 and stored(store) == before
    change(store, POINTS[30].month, value=1.0)
    assert refresh_verdicts(store, TOWN, Written(figures={STILL})) == 0, "asked of others only"
    assert refresh_verdicts(store, TOWN) == 10, "that month and those after it"
    change(store, POINTS[30].month, value=POINTS[30].value)
    assert refresh_verdicts(store, TOWN) == 10 and stored(store) == before


def test_an_emergency_reaches_every_indicator_from_its_month_on(store: TownStore) -> None:
    refresh_verdicts(store, TOWN)
    month = POINTS[35].month
    first = date.fromisoformat(f"{month}-03")
    row = {
        "event": "e",
        "kind": "emergency",
        "title": "x",
        "first_day": first,
        "last_day": None,
        "scope": "",
        "source": "",
    }
    assert refresh_verdicts(store, replace(TOWN, events=(row,))) == 10
    words = {one.word for one in stored(store) if one.month >= month}
    assert words == {"exceptional_month"}, "it lasts"
    ended = {**row, "last_day": first.replace(day=28)}
    assert refresh_verdicts(store, replace(TOWN, events=(ended,))) >= 8
    assert {one.month for one in stored(store) if one.word == "exceptional_month"} == {month}
    assert refresh_verdicts(store, replace(TOWN, events=({**ended, "kind": "holiday"},))) == 10


def test_drawing_anew_is_an_act_in_the_configuration(store: TownStore) -> None:
    refresh_verdicts(store, TOWN)
    store.authority.rebase = {"website": {POINTS[32].month: "a new site"}}
    assert refresh_verdicts(store, TOWN) == 16
    assert {one.reason for one in stored(store) if one.month == POINTS[-1].month} == {"too_short_since_rebase"}
    store.authority.rebase = {"website.visitors": {"2026-01": "a new site"}}
    with pytest.raises(ConfigProblem, match=r"website\.visitors"):
        refresh_verdicts(store, TOWN)


def test_totals_of_other_places_are_followed_like_for_like(store: TownStore) -> None:
    month, before = POINTS[32].month, POINTS[31].month
    change(store, month, quality="like_for_like")
    pair = {"base": POINTS[31].value, "amount": (POINTS[32].value or 0) / 1.25}
    with transaction(store.engine) as tx:
        row = {
            "indicator": RISEN,
            "authority": "T",
            "month": month,
            "kind": "like_for_like",
            "name": before,
            "detail": "",
        }
        tx.execute(core(IndicatorComposition).insert(), [{**row, **pair}])
    refresh_verdicts(store, TOWN)
    assert next(one for one in stored(store)[::-1] if one.indicator == RISEN).word == "no_signal"
    change(store, month, quality="series_break:spaces")
    refresh_verdicts(store, TOWN)
    words = {one.month: one for one in stored(store) if one.indicator == RISEN}
    assert (words[month].word, json.loads(words[month].fields)["why"]) == ("series_break", "spaces")


def test_each_verdict_is_found_again_from_what_is_stored(store: TownStore) -> None:
    first = date.fromisoformat(f"{POINTS[20].month}-03")
    row = {
        "event": "e",
        "kind": "emergency",
        "title": "",
        "first_day": first,
        "last_day": None,
        "scope": "",
        "source": "",
    }
    change(store, POINTS[33].month, value=None, status="missing", quality="")
    change(store, POINTS[5].month, quality="sampled incomplete:north")
    refresh_verdicts(store, replace(TOWN, events=({**row, "last_day": first.replace(day=20)},)))
    series = {one.indicator: from_text(one.series) for one in stored(store, VerdictSeries)}
    found = stored(store)
    assert len(found) == 80
    for one in found:
        again = verdict_of(series[one.indicator], one.month)
        for name in ("word", "reason", "rule", "held", "pace", "effect", "strength", "p", "centre", "lower", "upper"):
            assert getattr(again, name) == getattr(one, name), (one.month, name)
        assert json.loads(one.fields) == json.loads(json.dumps(again.fields)) and one.complete_month == again.month
        definition = store.catalogue[one.indicator].definition_version
        assert digests_of(series[one.indicator], [one.month], definition) == {one.month: one.inputs}


def test_a_total_that_always_lacks_a_place_is_compared_with_itself(store: TownStore) -> None:
    """Whoever registered a group nobody can hear would never be told of a rise otherwise."""
    refresh_verdicts(store, TOWN)
    whole = {(one.indicator, one.month): (one.word, one.reason) for one in stored(store)}
    for point in POINTS:
        change(store, point.month, status="provisional", quality="incomplete:north")
    refresh_verdicts(store, TOWN)
    assert {(one.indicator, one.month): (one.word, one.reason) for one in stored(store)} == whole
    last = POINTS[-1].month
    store.today = date.fromisoformat(f"{last}-20")  # it still runs
    refresh_verdicts(store, TOWN)
    running = next(one for one in stored(store) if (one.indicator, one.month) == (RISEN, last))
    assert running.complete_month == POINTS[-2].month
    for flag in ("partial_period", "lower_bound", "right_censored"):
        change(store, POINTS[-2].month, quality=f"incomplete:north {flag}")
        refresh_verdicts(store, TOWN)
        running = next(one for one in stored(store) if (one.indicator, one.month) == (RISEN, last))
        assert running.complete_month == POINTS[-3].month, flag


def test_what_is_no_longer_there_has_no_verdict(store: TownStore) -> None:
    refresh_verdicts(store, TOWN)
    table = core(IndicatorValue)
    with transaction(store.engine) as tx:
        tx.execute(delete(table).where(table.c.indicator == RISEN))
        tx.execute(delete(table).where((table.c.indicator == STILL) & (table.c.month == POINTS[-1].month)))
    assert refresh_verdicts(store, TOWN) == 0
    assert (
        {one.indicator for one in stored(store)} == {STILL} == {one.indicator for one in stored(store, VerdictSeries)}
    )
    assert len(stored(store)) == 39


def test_show_says_it_in_the_towns_language(store: TownStore) -> None:
    refresh_verdicts(store, TOWN)
    found = show_cell(store, RISEN, POINTS[-1].month)
    assert found is not None and found.as_json()["conclusion"]["word"] == "real_rise"
    (line,) = [one for one in in_words(found, "he") if "▲" in one]
    assert line.startswith("▲ עלייה אמיתית: אפריל 2025: ") and "ברציפות" in line
    assert any("نيسان 2025" in one for one in in_words(found, "ar") if "▲" in one)
    bare = replace(found, verdict=None)
    assert not any("▲" in one for one in in_words(bare, "he")) and bare.as_json()["conclusion"] is None


def test_a_target_is_said_beside_the_verdict_and_found_again(store: TownStore) -> None:
    store.authority.targets, last = {RISEN: 1e9, STILL: 1.0}, POINTS[-1].month
    refresh_verdicts(store, TOWN)
    found = {one.indicator: json.loads(one.fields) for one in stored(store) if one.month == last}
    assert (found[RISEN]["is_reached"], found[STILL]["is_reached"]) == (False, True)
    for kept in stored(store, VerdictSeries):
        again = verdict_of(from_text(kept.series), last)
        assert json.loads(json.dumps(again.fields)) == pytest.approx(found[kept.indicator])
    shown = show_cell(store, RISEN, last)
    assert shown is not None and any("is not reached yet" in line for line in in_words(shown, "en"))
    store.authority.targets = {RISEN: 1e9}
    assert refresh_verdicts(store, TOWN) == 40, "only where a target went"


def test_page_one_claims_of_those_that_lead_what_stands_among_them(store: TownStore) -> None:
    store.authority.lead = [RISEN, STILL]
    refresh_verdicts(store, TOWN)
    claimed = {(one.indicator, one.claim) for one in stored(store) if one.month == POINTS[-1].month}
    assert claimed == {(RISEN, 1), (STILL, 0)}
    store.authority.lead = [STILL]
    assert refresh_verdicts(store, TOWN) == 0
    assert {one.claim for one in stored(store)} == {0}, "it leads no more"


def test_where_a_part_speaks_the_verdict_is_of_it(store: TownStore) -> None:
    """And breaks where the whole is of other things, unless places of both months tell how the part moved."""
    name, months = "whatsapp.answers", [one.month for one in POINTS]
    share = [0.6 + 0.002 * (n % 5) for n in range(32)] + [0.85] * (len(months) - 32)
    rows = [cell(name, month, 100.0 + n) for n, month in enumerate(months)]
    part = {"part": "share_answered", "unit": "share"}
    rows += [{**cell(name, month, value), **part} for month, value in zip(months, share, strict=True)]
    for month, amounts in ((months[34], (60.0, 100.0)), (months[35], (61.0, 100.0))):
        told = dict(zip(("numerator", "denominator"), amounts, strict=True))
        rows.append({**cell(name, month, amounts[0] / amounts[1]), **part, "space": "s1", **told})
    table = core(IndicatorValue)
    with transaction(store.engine) as tx:
        for row in rows:
            tx.execute(table.insert(), row)
    refresh_verdicts(store, TOWN, Written(figures={name}))
    found = next(one for one in stored(store) if (one.indicator, one.month) == (name, months[-1]))
    assert found.word == "real_rise" and json.loads(found.fields)["value"] == 0.85
    beside = {
        one.part: one.verdict
        for one in stored(store, IndicatorValue)
        if (one.indicator, one.month) == (name, months[-1])
    }
    assert beside == {"": "not_judged", "share_answered": "real_rise"}
    whole = (table.c.indicator == name) & (table.c.month == months[35]) & (table.c.part == "")
    with transaction(store.engine) as tx:
        tx.execute(update(table).where(whole).values(quality="like_for_like"))
        row = {"indicator": name, "authority": "T", "month": months[35], "kind": "like_for_like", "name": months[34]}
        tx.execute(core(IndicatorComposition).insert(), [{**row, "detail": "", "base": 1.0, "amount": 5.0}])
    refresh_verdicts(store, TOWN, Written(figures={name}))
    kept = next(one for one in stored(store, VerdictSeries) if one.indicator == name)
    assert next(one for one in from_text(kept.series).points if one.month == months[35]).like_for_like == (0.6, 0.61)
    with transaction(store.engine) as tx:
        tx.execute(update(table).where(table.c.space == "s1").values(denominator=None))
    refresh_verdicts(store, TOWN, Written(figures={name}))
    words = {one.month: one.word for one in stored(store) if one.indicator == name}
    assert words[months[35]] == "series_break"
