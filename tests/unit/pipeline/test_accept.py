"""A closed month that rightly shrank: refused with the command to run, let through once when a person says why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import delete, select
from sqlmodel import SQLModel

from pipeline import events
from pipeline.refresh import refresh as refreshing
from pipeline.refresh.outcome import Refreshed
from tests.e2e.command_line import Run, entry_point
from tests.integration.receiving import town
from texts import error
from town.config import load
from town.store import TownStore, open_store
from transforms.staging.records import fact_rows
from transforms.staging.town import Town
from warehouse.checks import accept, checks
from warehouse.gate_tables import CheckRow
from warehouse.ledger import core
from warehouse.people import may_be_personal
from warehouse.store import transaction, upsert
from warehouse.tables import Snapshot

MONTH = "2026-09"


class Chat:
    """A source whose number of messages can be changed, as an export that is merged otherwise would."""

    def __init__(self, store: TownStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.wrong, self.store = 0, 0, store
        self.module = SimpleNamespace(SOURCE="chat", STREAMS=(), REVISION=0, stage=self.stage)
        monkeypatch.setattr(refreshing, "staging_modules", lambda: [self.module])
        store.ledger.replace_partitions("chat", {}, "staged by an older version", [], {})

    def stage(self, _landed: Mapping[str, pa.Table], own: Town) -> dict[str, pa.Table]:
        rows = [
            {
                "month": MONTH, "space": "unregistered-1", "asset": "whatsapp", "message": f"m{n}",
                "author_role": "unknown", "sent_at": datetime(2026, 9, 4, 9, n, tzinfo=UTC), "kind": "text",
                "root": f"m{n}", "reply_basis": "none", "is_question": False, "length": -1 if n < self.wrong else 3,
            }
            for n in range(self.count)
        ]  # fmt: skip
        return {"message": fact_rows("message", rows, own)}

    def refreshed(self, count: int) -> Refreshed:
        """The source gives so many messages now."""
        if count != self.count:
            self.count, self.module.REVISION = count, self.module.REVISION + 1
        return refreshing.refresh(self.store)

    def stored(self) -> int:
        return sum(row.records for row in self.store.ledger.partitions() if row.fact == "message")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return town(tmp_path)


@pytest.fixture
def chat(config: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    store = open_store(load(config), today=date(2026, 11, 9))
    made = Chat(store, monkeypatch)
    made.refreshed(20)
    closed = {
        "authority": store.authority.code, "month": MONTH, "revision": 1, "closed_at": datetime.now(UTC),
        "manifest_sha256": "0" * 64, "folder": "none",
    }  # fmt: skip
    with transaction(store.engine) as tx:
        upsert(tx, Snapshot, [closed])
    yield made
    store.engine.dispose()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return entry_point(monkeypatch, capsys)


def test_a_fall_is_refused_until_it_is_accepted_and_that_counts_once(config: Path, chat: Chat, run: Run) -> None:
    refused = chat.refreshed(5).refused
    assert refused == chat.refreshed(5).refused, "it is said in every run, whether anything was staged or not"
    assert [(one.code, one.month) for one in refused if one.rule == "rows"] == [("month_shrank", MONTH)]
    assert "kehila accept" in error(refused[0].code, "en", **refused[0].arguments)
    assert chat.stored() == 20
    ran = run("--config", config, "accept", "message", MONTH, "--reason", "a group was counted twice")
    assert (ran.code, "once" in ran.out) == (0, True), ran
    assert [one.code for one in chat.refreshed(5).refused] == [] and chat.stored() == 5
    kept = [one for one in checks(chat.store.ledger, is_open=False) if one.verdict == "held"]
    assert {(one.resolved_by, one.reason) for one in kept} == {("accepted", "a group was counted twice")}, "it is told"
    assert [one.code for one in chat.refreshed(2).refused if one.rule == "rows"] == ["month_shrank"]
    assert chat.stored() == 5


FAILS_ON_ROWS = {
    "rows.own": "rows: {own: {where: cast(space as int) > 3, column: space}}",
    "rows.of_gx": "rows: {of_gx: {expect: ExpectColumnValuesToBeBetween, arguments: {column: space, max_value: 3}}}",
    "measures.own": "measures: {own: {of: sum(cast(space as int)), factor: 2}}",
    "bounds.own": "bounds: {own: {less: cast(case when rows > 0 then 'x' end as double), more: '3'}}",
}


@pytest.mark.parametrize("rule", FAILS_ON_ROWS)
def test_a_rule_of_the_town_that_fails_only_on_what_came_is_one_sentence_that_names_it(
    rule: str, config: Path, chat: Chat, run: Run
) -> None:
    """Its proof on no rows passes; a refresh says which rule it is and changes nothing."""
    own = config.parent / "expectations"
    own.mkdir()
    (own / "message.yaml").write_text(FAILS_ON_ROWS[rule])
    assert run("--config", config, "freshness").code == 0
    chat.count, chat.module.REVISION = 21, 9
    ran = run("--config", config, "refresh")
    assert (ran.code, ran.err.strip().count("\n")) == (2, 0), ran
    assert f"expectations/message.yaml: {rule}: " in ran.err and "correct" in ran.err and chat.stored() == 20, ran.err


def test_what_is_not_there_cannot_be_accepted(config: Path, chat: Chat, run: Run) -> None:
    assert chat.stored() == 20
    for fact, month, words in (
        ("mesage", MONTH, "did you mean message"),
        ("message", "2026-1", "write it as"),
    ):
        ran = run("--config", config, "accept", fact, month, "--reason", "x")
        assert ran.code == 2
        assert words in ran.err
    assert run("--config", config, "accept", "message", MONTH).code == 2, "a reason is asked for"


def contents(store: TownStore) -> dict[str, list[tuple[Any, ...]]]:
    """All that the ledger holds."""
    with store.engine.connect() as con:
        return {
            name: sorted(con.execute(select(table)).tuples(), key=repr)
            for name, table in SQLModel.metadata.tables.items()
            if name.startswith("ledger_")
        }


def test_where_nothing_stands_there_is_nothing_to_accept_and_nothing_changes(
    config: Path, chat: Chat, run: Run
) -> None:
    """Neither a month that is stored well, nor one that was accepted already, nor one nobody heard of."""
    chat.refreshed(5)
    assert run("--config", config, "accept", "message", MONTH, "--reason", "x").code == 0
    chat.refreshed(5)
    before = contents(chat.store)
    for month in (MONTH, "2026-01"):
        ran = run("--config", config, "accept", "message", month, "--reason", "x")
        assert (ran.code, "nothing is held or doubted" in ran.out, "once" in ran.out) == (0, True, False), ran
    assert contents(chat.store) == before and chat.refreshed(5).staged == []


def test_rows_put_aside_leave_the_quarantine_by_acceptance_and_come_back_only_when_others_are(
    config: Path, chat: Chat, run: Run
) -> None:
    def waiting() -> int:
        return len(chat.store.ledger.quarantine())

    chat.wrong = 2
    chat.refreshed(21)
    assert waiting() == 2 and {one.verdict for one in checks(chat.store.ledger)} >= {"aside"}
    assert run("--config", config, "accept", "message", MONTH, "--reason", "test messages").code == 0
    assert (waiting(), len(chat.store.ledger.quarantine("accepted"))) == (0, 2)
    for count in (21, 22):  # staged again, with the same rows wrong
        chat.module.REVISION += 1
        chat.refreshed(count)
        assert (waiting(), len(chat.store.ledger.quarantine("accepted"))) == (0, 2)
        assert "aside" not in {one.verdict for one in checks(chat.store.ledger)}
    chat.wrong = 3
    chat.refreshed(23)
    assert (waiting(), len(chat.store.ledger.quarantine("accepted"))) == (3, 0)


@pytest.mark.parametrize(
    "reason",
    [
        "ask 050-123 4567",
        "רות, 0521234567",
        "wrote ruth@town.example",
        "id 123456782",
        "٠٥٠١٢٣٤٥٦٧",
        "+1 (202) 555 0143",
    ],
)
def test_a_reason_is_kept_for_ever_and_takes_no_number_of_a_person(
    reason: str, config: Path, chat: Chat, run: Run
) -> None:
    chat.refreshed(5)
    before = contents(chat.store)
    ran = run("--config", config, "accept", "message", MONTH, "--reason", reason)
    assert (ran.code, "say it without" in ran.err, reason in ran.err) == (2, True, False), ran
    assert contents(chat.store) == before


@pytest.mark.parametrize(
    "reason", ["from 1.9.2026 to 30/09/26, 2026-09 and 2026-08-15", "455 became 910, 1,234,567 in all"]
)
def test_days_and_counts_are_no_numbers_of_a_person(reason: str) -> None:
    assert not may_be_personal(reason)


@pytest.fixture
def fresh(chat: Chat) -> Chat:
    """The source a month before, when its messages were new: nothing stands against it."""
    chat.store.today = date(2026, 10, 9)
    assert chat.refreshed(21).warnings == []
    return chat


def test_what_stands_is_listed_with_its_remedy_and_afterwards_with_who_settled_it(
    config: Path, fresh: Chat, run: Run
) -> None:
    told = run("--config", config, "checks")
    assert (told.code, "nothing stands" in told.out) == (0, True), told
    fresh.refreshed(5)
    found = json.loads(run("--config", config, "checks", "--json").out)
    held = [one for one in found["checks"] if one["verdict"] == "held"]
    assert {(one["source"], one["fact"], one["month"]) for one in held} == {("chat", "message", MONTH)}
    assert found["standing"]["held"] == len(held) and {one["resolved_by"] for one in held} == {""}
    command = f'kehila accept message {MONTH} --reason "..."'
    assert {one["remedy"] for one in held} == {command}
    lines = run("--config", config, "checks").out.splitlines()
    assert lines[0].split()[:2] == ["held", "chat"] and any(line.strip() == command for line in lines)
    assert "nothing stands" in run("--config", config, "checks", "--source", "zoom").out
    run("--config", config, "accept", "message", MONTH, "--reason", "counted twice")
    assert "nothing stands" in run("--config", config, "checks").out
    assert "accepted: counted twice" in run("--config", config, "checks", "--all").out
    blank = run("--config", config, "accept", "message", MONTH, "--reason", " ")
    assert (blank.code, "say why" in blank.err) == (2, True)


def test_a_run_tells_what_stands_of_each_source_it_judged(fresh: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "announce", lambda name, code, **payload: told.append({"event": name, **payload}))

    def heard() -> list[dict[str, Any]]:
        found, told[:] = [one for one in told if one["event"] == events.CHECKED], []
        return found

    fresh.refreshed(5)
    (one,) = [one for one in heard() if one["source"] == "chat"]
    assert one["verdict"] == "held" and one["counts"]["held"] == sum(one["codes"].values())
    assert "month_shrank" in one["codes"]
    fresh.refreshed(5)
    assert heard() == [], "nothing was judged"
    fresh.refreshed(21)
    (one,) = [one for one in heard() if one["source"] == "chat"]
    assert (one["verdict"], one["counts"]) == ("passed", {})


def test_a_run_after_which_something_stands_ends_in_a_state_of_its_own(fresh: Chat) -> None:
    verdicts = pytest.importorskip("flows.verdicts")
    assert verdicts.verdict_of(fresh.refreshed(21)) is None
    done = fresh.refreshed(5)
    state = verdicts.verdict_of(done)
    assert (state.name, state.is_failed(), "chat" in state.message) == ("Refused", True, True), "red on Prefect's page"
    assert any("refused: chat: message 2026-09: the number of rows" in line for line in verdicts.refreshed_lines(done))
    doubted = replace(done, refused=[], warnings=done.refused)
    state = verdicts.verdict_of(doubted)
    assert (state.name, state.is_completed()) == ("Doubted", True)


def test_what_is_accepted_of_a_doubt_lets_nothing_else_through(config: Path, chat: Chat, run: Run) -> None:
    with transaction(chat.store.engine) as tx:
        tx.execute(delete(core(Snapshot)))
    chat.refreshed(5)
    doubts = [one for one in checks(chat.store.ledger) if one.fact == "message"]
    assert {one.verdict for one in doubts} == {"doubted"} and doubts
    assert run("--config", config, "accept", "message", MONTH, "--reason", "it is so").code == 0
    assert chat.store.ledger.accepted("chat") == frozenset()
    chat.refreshed(5)
    assert [one for one in checks(chat.store.ledger) if one.month == MONTH] == [], "it is not said again"


def test_what_is_accepted_is_of_the_source_it_was_said_of(config: Path, chat: Chat, run: Run) -> None:
    """Another source's month of the same fact was not in question, and is not let through for it."""
    assert chat.refreshed(5).refused
    assert run("--config", config, "accept", "message", MONTH, "--reason", "a group was counted twice").code == 0
    assert chat.store.ledger.accepted("chat") == {("message", MONTH)}
    assert chat.store.ledger.accepted("facebook_page") == frozenset()
    chat.refreshed(5)
    assert chat.store.ledger.accepted("chat") == frozenset(), "it counts once"


def test_a_source_that_fell_silent_is_doubted_though_nothing_is_staged_and_not_anew_each_day(chat: Chat) -> None:
    """Its newest row is of 4 September; what is said of it names no number that grows."""

    def stale() -> list[tuple[str, datetime, str]]:
        found = [one for one in checks(chat.store.ledger, is_open=False) if one.rule == "fresh_days"]
        return [(one.arguments, one.first_seen_at, one.resolved_by) for one in found]

    with transaction(chat.store.engine) as tx:
        tx.execute(delete(core(CheckRow)))
    for day, is_old in ((date(2026, 10, 19), False), (date(2026, 10, 20), True), (date(2026, 10, 21), True)):
        chat.store.today = day
        done = refreshing.refresh(chat.store)
        assert done.staged == [] and [one.code for one in done.warnings] == ["stale"] * is_old, day
    (only,) = stale()
    assert json.loads(only[0]) == {"newest": "2026-09-04"}
    chat.refreshed(21)
    assert stale() == [only], "that it is staged does not make it another one"
    accept(chat.store.ledger, "message", "", "the group sleeps over the holidays")
    for day in range(22, 25):
        chat.store.today = date(2026, 10, day)
        assert refreshing.refresh(chat.store).warnings == []
    assert [(one[0], one[2]) for one in stale()] == [(only[0], "accepted")]
    chat.store.today = date(2026, 10, 1)
    chat.refreshed(22)
    assert len(stale()) == 1
