"""What the ledger keeps of pulls: books, shape, quotas, positions; and that it costs one transaction."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic import command
from alembic.config import Config as Alembic
from sqlalchemy import Engine, event, inspect, select, text

from collectors.errors import FixCredentials, RetryLater
from pipeline.collect.collect import collect
from tests.e2e.tower import NOW, SEEN, Bells, tower
from town.store import TownStore
from warehouse import migrations
from warehouse.landing import as_text
from warehouse.ledger import core
from warehouse.ledger_tables import BackfillRow, DriftRow, PullRow, QuotaRow, RunRow, SegmentRow
from warehouse.pulls import shape_of
from warehouse.store import open_engine

DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    with tower(tmp_path, monkeypatch) as made:
        yield made


def rows(store: TownStore, table: Any) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(core(table))).mappings()]


BEGINS = datetime(2024, 10, 31, 22, tzinfo=UTC)  # the first of November in Israel, two years before


def test_a_pull_is_a_row_whose_run_landed_the_segments_and_balances(store: TownStore) -> None:
    Bells.count = 3
    with time_machine.travel(NOW + DAY, tick=False):
        collect(store)
    pulls = sorted(rows(store, PullRow), key=lambda one: str(one["since"]))
    assert len({one["run"] for one in pulls}) == 2
    assert [(one["since"], one["until"]) for one in pulls] == [
        (BEGINS, BEGINS + 400 * DAY),
        (BEGINS + 400 * DAY, NOW + DAY),
    ]
    for one in pulls:
        assert (one["source"], one["account"], one["stream"]) == ("test_tower", "main", "test_bells")
        assert (one["status"], one["code"], one["records"], one["calls"]) == ("done", "", 3, 1)
        assert one["is_backfill"] is False and one["started_at"] == NOW + DAY
    assert {one["run"] for one in rows(store, SegmentRow)} == {one["run"] for one in pulls}
    truth = {one["run"]: (one["kind"], one["received"], one["loaded"]) for one in rows(store, RunRow)}
    assert truth == {one["run"]: ("collect", 4, 4) for one in pulls}  # three bells and the row that says what was read
    (quota,) = rows(store, QuotaRow)
    assert (quota["account"], quota["name"], quota["value"]) == ("main", "bells a day", "7 left")


@pytest.mark.parametrize(
    ("problem", "code"),
    [(FixCredentials("token_expired"), "token_expired"), (RuntimeError("Dana said"), "internal_error")],
)
def test_a_failed_pull_is_a_row_too_and_quotes_nobody(store: TownStore, problem: Exception, code: str) -> None:
    Bells.fails = problem
    (done,) = collect(store)
    (pull,) = rows(store, PullRow)
    assert (pull["status"], pull["code"], pull["records"]) == ("failed", code, 0)
    assert pull["arguments"] == as_text(done.arguments) and "Dana" not in pull["arguments"]


def test_when_the_service_names_a_time_it_is_known(store: TownStore) -> None:
    Bells.fails = RetryLater("retry_later", why="429", until=NOW + DAY)
    (done,) = collect(store)
    assert done.retry_at == NOW + DAY and done.as_json()["retry_at"].startswith("2026-11-02T12:00")


def test_a_pull_costs_one_transaction(store: TownStore) -> None:
    collect(store)
    commits: list[str] = []
    written: list[str] = []

    def seen(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        written.append(statement.split()[0].upper())

    def committed(_connection: Any) -> None:
        if {"INSERT", "UPDATE", "DELETE"} & set(written):
            commits.append("")
        written.clear()

    event.listen(store.engine, "before_cursor_execute", seen)
    event.listen(store.engine, "commit", committed)
    with time_machine.travel(NOW + DAY, tick=False):
        collect(store)
        assert len(commits) == 1
        Bells.fails = FixCredentials("token_expired")
        collect(store)
    assert len(commits) == 2


def test_drift_is_kept_by_field_with_when_and_how_often(store: TownStore) -> None:
    Bells.drift = ("test_bells.pitch", "test_bells.tone (no number)")
    (first,) = collect(store, since=NOW - DAY)
    Bells.drift = ("test_bells.pitch", "test_bells.dana@mail.example")
    with time_machine.travel(NOW + DAY, tick=False):
        (second,) = collect(store, since=NOW)
    assert first.new_shapes == [("pitch", "unknown"), ("tone", "no number")]
    assert second.new_shapes == [("(other)", "unknown")]
    kept = {one["field"]: (one["first_seen_at"], one["last_seen_at"], one["times"]) for one in rows(store, DriftRow)}
    assert kept == {
        "pitch": (NOW, NOW + DAY, 2),
        "tone": (NOW, NOW, 1),
        "(other)": (NOW + DAY, NOW + DAY, 1),
    }


@pytest.mark.parametrize(
    ("told", "field", "kind"),
    [
        ("s.a.b", "a.b", "unknown"),
        ("s.a.b (absent)", "a.b", "absent"),
        ("other.a", "other.a", "unknown"),
        ("s.a (a series nobody asked for)", "a", "a series nobody asked for"),
        ("s.972521234567", "(other)", "unknown"),
        ("s.user_0521234567", "(other)", "unknown"),
        ("s.\nדנה (x)", "(other)", "x"),
    ],
)
def test_the_name_of_a_field_is_kept_and_nothing_that_could_be_a_persons(told: str, field: str, kind: str) -> None:
    assert shape_of("s", told) == (field, kind)


def test_a_stopped_backfill_goes_on_where_it_was_and_a_finished_one_is_forgotten(store: TownStore) -> None:
    since, until = datetime(2021, 5, 31, 21, tzinfo=UTC), NOW - 400 * DAY  # four windows, from the first of a month on
    stops = KeyboardInterrupt()

    def stop_in_the_third(window: Any) -> None:
        if len(SEEN) == 3:
            raise stops

    Bells.on_read = stop_in_the_third
    with pytest.raises(KeyboardInterrupt):
        collect(store, since=since, until=until)
    Bells.on_read = None
    assert [one["reached_at"] for one in rows(store, BackfillRow)] == [since + 800 * DAY]
    SEEN.clear()
    said: list[str] = []
    store.progress = said.append
    (done,) = collect(store, since=since, until=until)
    assert [(one.since, one.until) for one in SEEN] == [
        (since + 800 * DAY, since + 1200 * DAY),
        (since + 1200 * DAY, until),
    ]
    assert done.status == "done" and "goes on where it was stopped" in done.report.notices[0]
    assert said == [
        "test_tower.main.test_bells: goes on where it was stopped, at 2023-08-09",
        "test_tower.main.test_bells: window 1 of 2, 2023-08-09 to 2024-09-12; 0 records, 0 s so far",
        "test_tower.main.test_bells: window 2 of 2, 2024-09-12 to 2025-09-27; 1 records, 0 s so far",
    ]
    assert rows(store, BackfillRow) == []
    SEEN.clear()
    collect(store, since=since, until=until)
    assert len(SEEN) == 4 and all(one["is_backfill"] for one in rows(store, PullRow))


def test_a_backfill_that_failed_somewhere_keeps_its_position(store: TownStore) -> None:
    Bells.fails = FixCredentials("token_expired")
    collect(store, since=NOW - 30 * DAY)
    assert rows(store, BackfillRow) == []
    Bells.fails = None
    collect(store, since=NOW - 30 * DAY)
    assert rows(store, BackfillRow) == [] and len(SEEN) == 2


def upgraded_from_the_first(engine: Engine) -> None:
    """A store as the first version left it, with a mark and a run, opened by this one."""
    config = Alembic()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("insert into ledger_watermark values ('T', 'test_bells', 'test_tower.main', :at)"),
            {"at": datetime(2026, 10, 1, tzinfo=UTC)},
        )
    assert not inspect(engine).has_table("ledger_pull")
    migrations.upgrade(engine)
    with engine.connect() as connection:
        assert connection.execute(text("select version_num from alembic_version")).scalar() == migrations.HEAD
        assert connection.execute(text("select count(*) from ledger_watermark")).scalar() == 1
        assert connection.execute(text("select count(*) from ledger_pull")).scalar() == 0
    migrations.upgrade(engine)


def test_a_store_of_the_first_version_is_upgraded(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/w.db")
    upgraded_from_the_first(engine)
    engine.dispose()


def test_and_so_is_one_on_postgresql_whose_collecting_writes_the_same(
    store: TownStore, postgres: Callable[[str], str]
) -> None:
    engine = open_engine(postgres("town"))
    upgraded_from_the_first(engine)
    with engine.begin() as connection:
        connection.execute(text("delete from ledger_watermark"))
    found = []
    for at in (store.engine, engine):
        store.engine = at
        Bells.count, Bells.drift = 12, ("test_bells.pitch",)
        for day in range(6):
            with time_machine.travel(NOW + day * DAY, tick=False):
                collect(store)
        Bells.count = 0
        with time_machine.travel(NOW + 6 * DAY, tick=False):
            assert [one.status for one in collect(store)] == ["suspect"]
        pulls = [{**one, "run": ""} for one in rows(store, PullRow)]
        shapes = rows(store, DriftRow)
        found.append((sorted(map(str, pulls)), shapes, rows(store, QuotaRow)))
    assert found[0] == found[1]
    engine.dispose()
