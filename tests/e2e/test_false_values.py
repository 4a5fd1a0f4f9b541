"""None of the false values that were once published can come back: rules over a whole town, each shown to find its own."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.e2e import false_values as rules
from tests.e2e.false_values import RULES, Cell, Place, Told, told
from tests.e2e.towns import opened
from town.config import load
from town.store import open_store
from warehouse.calendar import last_day, shift


@pytest.fixture(scope="module")
def town(finished: Path) -> Iterator[Told]:
    """What a small town of files tells. Read only."""
    store = opened(finished)
    yield told(store)
    store.engine.dispose()


def broken(t: Told) -> dict[str, list[Place]]:
    """The rules that find something, and what."""
    found = {rule.__name__: sorted(set(rule(t))) for rule in RULES}
    return {name: places for name, places in found.items() if places}


@pytest.mark.more
def test_a_small_town_breaks_no_rule(town: Told) -> None:
    assert broken(town) == {}
    assert len(list(town.headlines())) > 100 and town.entries and town.coverage


@pytest.mark.long
def test_the_demo_town_breaks_no_rule(tmp_path: Path) -> None:
    from cli.main import kehila

    folder = tmp_path / "demo"
    outcome = CliRunner().invoke(kehila, ["demo", "--folder", str(folder)])
    assert outcome.exit_code == 0, outcome.output
    store = open_store(load(folder / "kehila.toml"))
    demo = told(store)
    assert broken(demo) == {}
    assert len({place[1] for place, _ in demo.headlines()}) >= 36
    forgotten = {
        place[1]
        for place, cell in demo.cells.items()
        if place[0] == "zoom.attendees" and cell["reason"].startswith("source_forgot")
    }
    assert forgotten, "what Zoom has deleted is missing by that name"
    held = {place[1] for place, cell in demo.headlines() if place[0] == "zoom.followups" and cell["value"] > 0}
    assert max(held) >= shift(store.today.isoformat()[:7], -3), "follow-ups are what staff say, connected pages or not"
    store.engine.dispose()


def anything(t: Told, name: str, **wanted: object) -> Cell:
    """Some cell of an indicator that has a value."""
    return next(
        cell
        for place, cell in sorted(t.cells.items(), reverse=True)
        if place[0] == name and cell["value"] is not None and all(cell[key] == value for key, value in wanted.items())
    )


def headline(t: Told, name: str, **changes: object) -> None:
    """The latest headline of an indicator, changed."""
    cell = anything(t, name, space="", part="")
    cell.update(changes)


def measured_over_silence(t: Told) -> None:
    month = max(place[1] for place in t.cells)
    t.cells["zoom.attendees", month, "", ""].update(value=0.0, status="final", quality="", reason="")


def said_measured(t: Told) -> None:
    cell = anything(t, "zoom.followups", space="", part="")
    for one in t.pieces[cell["indicator"], cell["month"]]:
        if one["kind"] == "method":
            one["name"] = "measured"
    cell.update(quality="", status="final")


def dropped_entry(t: Told) -> None:
    name, month = next(
        (name, month)
        for (name, month), rows in sorted(t.entries.items())
        if name in t.store.catalogue
        and t.store.catalogue[name].header.unit == "count"
        and t.ways((name, month, "", "")) == {"entered"}
        and any((row["amount"] or 0) > 0 and not row["part"] and not row["space"] for row in rows)
    )
    t.cells[name, month, "", ""].update(value=0.0)


def page_counted(t: Told) -> None:
    page = next(name for name, one in t.spaces.items() if one["kind"] == "page")
    cell = anything(t, "assets.participation_ladder", space="", part="")
    t.pieces[cell["indicator"], cell["month"]].append({"kind": "space", "name": page, "amount": 9000.0})


def nothing_asked(t: Told) -> None:
    share = anything(t, "whatsapp.answers", part="share_answered", space="")
    place = ("whatsapp.answers", share["month"], "", "p90_hours")
    t.cells[place] = {**share, "part": "p90_hours", "unit": "hours", "value": None, "reason": "empty_denominator"}


def closed_too_soon(t: Told) -> None:
    cell = anything(t, "whatsapp.answers", space="", part="")
    t.store.today = last_day(cell["month"]) + timedelta(days=5)
    cell.update(status="final", quality="")


def another_formula(t: Told) -> None:
    cell = anything(t, "policy.residents_in_contact", space="", part="")
    for one in t.pieces[cell["indicator"], cell["month"]]:
        one["name"] = "by another" if one["kind"] == "formula" else one["name"]


def forgotten_place(t: Told) -> None:
    cell = anything(t, "whatsapp.open_members", space="", part="")
    place = next(key for key in t.cells if key[:2] == ("whatsapp.open_members", cell["month"]) and key[2])
    t.cells[place].update(value=None)


def no_register(t: Told) -> None:
    cell = anything(t, "facebook.follower_share", space="", part="")
    key = (cell["indicator"], cell["month"])
    t.pieces[key] = [one for one in t.pieces[key] if one["kind"] != "register"]


def below_a_part(t: Told) -> None:
    cell = anything(t, "newsletter.site_and_mail_arrivals", space="", part="")
    through = t.cells["newsletter.event_arrivals", cell["month"], "", ""]
    through.update(value=cell["value"] + 1)


@pytest.mark.more
@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        (rules.zeros_nobody_heard, measured_over_silence),
        (rules.measured_by_nobody, said_measured),
        (rules.parts_called_final, said_measured),
        (rules.entries_lost, dropped_entry),
        (rules.shares_of_nothing, lambda t: headline(t, "facebook.follower_share", denominator=0.0)),
        (rules.followers_among_members, page_counted),
        (rules.unions_below_a_part, below_a_part),
        (rules.times_nothing_happened_for, nothing_asked),
        (rules.open_windows_called_final, closed_too_soon),
        (rules.flags_of_others, lambda t: headline(t, "whatsapp.open_members", quality="opt_in_sample")),
        (rules.methods_glued, another_formula),
        (rules.totals_that_lack_a_place, forgotten_place),
        (rules.values_without_their_registers, no_register),
    ],
)
def test_each_rule_finds_what_it_is_for(
    town: Told, rule: Callable[[Told], Iterator[Place]], spoil: Callable[[Told], None]
) -> None:
    spoilt = Told(
        copy.copy(town.store),
        copy.deepcopy(town.cells),
        copy.deepcopy(town.pieces),
        town.spaces,
        town.coverage,
        town.entries,
    )
    spoil(spoilt)
    assert list(rule(spoilt))


def test_every_rule_is_tried() -> None:
    tried = next(mark for mark in test_each_rule_finds_what_it_is_for.pytestmark).args[1]  # type: ignore[attr-defined]
    assert {rule for rule, _ in tried} == set(RULES)
