"""A rule that is added, changed or taken back is applied to what is stored, though no row of it changed."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from tests.e2e.command_line import Run
from tests.unit.pipeline.test_accept import MONTH, Chat, chat, config, run
from town.store import TownStore
from warehouse.checks import checks
from warehouse.gate_tables import CheckRow
from warehouse.ledger import core
from warehouse.published import SHOWN
from warehouse.store import transaction
from warehouse.tables import IndicatorValue, Snapshot

__all__ = ["chat", "config", "run"]


def say(config: Path, name: str, text: str) -> None:
    """The town's own suite of a fact; an empty one says nothing."""
    folder = config.parent / "expectations"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text)


def standing(store: TownStore, rule: str) -> list[tuple[str, str]]:
    return sorted((one.month, one.verdict) for one in checks(store.ledger) if one.rule == rule)


ALL_WRONG = "rows: {own: {where: length > 0, column: length%s}}"


@pytest.mark.parametrize("is_published", [True, False])
def test_a_rule_that_is_added_doubts_what_is_stored_and_one_taken_back_does_not(
    is_published: bool, config: Path, chat: Chat, run: Run
) -> None:
    """It is not the month that worsened: nothing is held, and what is stored is as it was."""
    if not is_published:
        with transaction(chat.store.engine) as tx:
            tx.execute(delete(core(Snapshot)))
    say(config, "message", ALL_WRONG % "")
    ran = run("--config", config, "refresh")
    assert ran.code == 0, ran
    assert standing(chat.store, "own") == [(MONTH, "doubted")] and chat.stored() == 20
    say(config, "message", "measures: {own: {of: sum(length)}}\nbounds: {small: {less: own, more: '1'}}")
    assert run("--config", config, "refresh").code == 0
    assert (standing(chat.store, "own"), standing(chat.store, "small")) == ([], [(MONTH, "doubted")])
    say(config, "message", "{}")
    assert run("--config", config, "refresh").code == 0
    assert [one for one in checks(chat.store.ledger) if one.month == MONTH] == [] and chat.stored() == 20


def test_rows_a_new_rule_puts_aside_leave_a_month_unless_it_was_published(config: Path, chat: Chat, run: Run) -> None:
    say(config, "message", ALL_WRONG.replace("> 0", "> 0 and extract(minute from sent_at) < 5") % ", then: aside")
    run("--config", config, "refresh")
    assert standing(chat.store, "own") == [(MONTH, "aside")] and chat.stored() == 20, "it was published"
    with transaction(chat.store.engine) as tx:
        tx.execute(delete(core(Snapshot)))
    chat.module.REVISION += 1
    run("--config", config, "refresh")
    assert standing(chat.store, "own") == [(MONTH, "aside")] and chat.stored() == 15
    say(config, "message", "{}")
    run("--config", config, "refresh")
    assert standing(chat.store, "own") == [] and (chat.stored(), chat.store.ledger.quarantine()) == (20, [])


def test_what_stays_the_same_is_not_judged_again(config: Path, chat: Chat, run: Run) -> None:
    before = {row.path for row in chat.store.ledger.partitions()}
    say(config, "visit", "bounds: {own: {less: users, more: '1'}}")
    chat.refreshed(20)
    run("--config", config, "refresh")
    assert {row.path for row in chat.store.ledger.partitions()} == before


@pytest.fixture
def town(refreshed: Path, tmp_path: Path) -> Path:
    shutil.copytree(refreshed, tmp_path / "town")
    return tmp_path / "town"


def test_every_source_is_judged_by_the_new_rules(town: Path) -> None:
    """Also one of which only the units that changed are staged."""
    months = {(row.source, row.month) for row in hostile.opened(town).ledger.partitions() if row.fact == "message"}
    say(town / "kehila.toml", "message", "bounds: {own: {less: messages, more: '-1'}}")
    store = hostile.opened(town)
    assert refresh(store).partitions_changed == 0
    found = {(one.source, one.month) for one in checks(store.ledger) if one.rule == "own"}
    assert found == months and len(months) > 1
    with transaction(store.engine) as tx:
        tx.execute(delete(core(CheckRow)))
    refresh(store)
    assert [one for one in checks(store.ledger) if one.rule == "own"] == [], "judged once"


def test_every_published_figure_is_judged_by_the_new_rules(town: Path) -> None:
    say(
        town / "kehila.toml",
        "indicator_value",
        "rows: {own: {expect: ExpectColumnValuesToBeNull, arguments: {column: value}}}",
    )
    store = hostile.opened(town)
    assert refresh(store).indicators == {}, "nothing is computed anew for that"
    table = core(IndicatorValue)
    query = select(table.c.month).where(table.c.value.is_not(None), table.c.status.in_(SHOWN), table.c.cut == "")
    with store.engine.connect() as connection:
        months = set(connection.execute(query.distinct()).scalars())
    assert {one.month for one in checks(store.ledger) if one.rule == "own"} == months != set()
