"""Rows of the ledger that nothing reads go after their periods; whatever a rule asks of pulls it is told as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from pipeline.gaps import empty_answers, missed_events
from pipeline.upkeep import old_rows
from pipeline.upkeep.old_rows import EVENTS_KEPT, PULLS_KEPT, PULLS_OF_A_STREAM, forget_old_rows
from tests.e2e import hostile
from town.store import TownStore
from warehouse.accounts import AccountRef, StreamRef
from warehouse.ledger import core
from warehouse.ledger_tables import EventRow, PullRow, QuarantineRow, WatermarkRow
from warehouse.pulls import (
    first_nonempty_window,
    has_spoken,
    last_done,
    last_pulls,
    latest,
    open_suspects,
    read_since,
    read_until,
)
from warehouse.store import transaction, upsert

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
REF = StreamRef(AccountRef("facebook_page", "main"), "facebook_post")
OTHER = StreamRef(AccountRef("mailchimp", "main"), "mailchimp_campaign")
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    with time_machine.travel(NOW, tick=False):
        made = hostile.town(tmp_path / "town")
        yield made
        made.engine.dispose()


def pull(store: TownStore, ref: StreamRef, days: float, **more: Any) -> dict[str, Any]:
    """A pull that ended so many days ago."""
    at = NOW - days * DAY
    row = {
        "run": f"{ref.stream[:9]}{days}{more.get('status', '')}"[:40], "authority": store.authority.code, **ref.columns,
        "since": at - DAY, "until": at, "is_backfill": False, "started_at": at, "ended_at": at, "status": "done",
        "code": "", "arguments": "{}", "records": 0, "quarantined": 0, "calls": 1, "bytes": 0, **more,
    }  # fmt: skip
    with transaction(store.engine) as tx:
        upsert(tx, PullRow, [row])
    return row


def rows(store: TownStore, table: Any) -> list[Any]:
    with store.engine.connect() as connection:
        return sorted(connection.execute(select(core(table))).all())


def asked(store: TownStore) -> list[Any]:
    """Everything rules and pages ask of pulls."""
    ledger, found = store.ledger, []
    for ref in (REF, OTHER):
        found += [last_pulls(ledger, ref, empty_answers.LOOKED_AT), first_nonempty_window(ledger, ref)]
        found += [read_until(ledger, ref, NOW), has_spoken(ledger, ref, empty_answers.LOOKED_AT, "empty_accepted")]
    return [*found, latest(ledger, 10), last_done(ledger), open_suspects(ledger), read_since(ledger, NOW - 7 * DAY)]


def test_pulls_that_brought_nothing_go_and_every_rule_is_told_the_same(store: TownStore) -> None:
    kept = [
        pull(store, REF, 400, records=3),
        pull(store, REF, 399, quarantined=1, status="failed"),
        pull(store, REF, 398, status="suspect", code="empty_answer"),
    ]
    old = [pull(store, REF, 93 + number / 24) for number in range(300)]
    kept += [pull(store, REF, number) for number in range(PULLS_OF_A_STREAM)]
    kept += [
        pull(store, OTHER, 200 + number) for number in range(PULLS_OF_A_STREAM)
    ]  # not read since, and all its last
    old += [pull(store, OTHER, 300 + number, is_backfill=True) for number in range(PULLS_OF_A_STREAM, 70)]
    kept += [pull(store, OTHER, 290 + number, is_backfill=True) for number in range(PULLS_OF_A_STREAM)]
    mark = {"authority": store.authority.code, "stream": OTHER.stream, "account": str(OTHER.account)}
    with transaction(store.engine) as tx:
        upsert(tx, WatermarkRow, [{**mark, "reached_at": NOW}])
    before = asked(store)
    assert forget_old_rows(store) == len(old) > 300
    assert {row.run for row in rows(store, PullRow)} == {one["run"] for one in kept}
    assert asked(store) == before
    assert forget_old_rows(store) == 0


def test_while_something_of_a_service_waits_its_pulls_say_which_days_were_read(store: TownStore) -> None:
    for number in range(100):
        for ref in (REF, OTHER):
            pull(store, ref, 100 + number)
    item = {
        "item": "i1", "authority": store.authority.code, "source": f"{REF.account.source}.{REF.stream}",
        "kind": "record", "place": "1", "code": "wrong", "status": "open", "first_seen_at": NOW, "run": "x",
    }  # fmt: skip
    with transaction(store.engine) as tx:
        upsert(tx, QuarantineRow, [item])
    assert forget_old_rows(store) == 100 - PULLS_OF_A_STREAM
    assert {row.source for row in rows(store, PullRow)} == {REF.account.source, OTHER.account.source}
    store.ledger.close_items(["i1"], "discarded")
    assert forget_old_rows(store) == 100 - PULLS_OF_A_STREAM


def test_events_are_known_again_for_their_period_and_what_waits_stays(
    store: TownStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert EVENTS_KEPT > missed_events.REMEMBERED and PULLS_KEPT > 2 * missed_events.MIN_HISTORY
    monkeypatch.setattr(old_rows, "AT_ONCE", 3)
    days = EVENTS_KEPT.days
    seen = [("landed", age) for age in (0, days - 1, *range(days + 1, days + 11))]
    seen += [("waiting", days + 50), ("aside", days + 50)]
    events = [
        {
            "authority": store.authority.code, "account": "whatsapp_cloud.hotline", "event": f"{status}{age}",
            "first_seen_at": NOW - age * DAY, "status": status,
        }
        for status, age in seen
    ]  # fmt: skip
    with transaction(store.engine) as tx:
        upsert(tx, EventRow, events)
    assert forget_old_rows(store) == 10
    assert {row.event for row in rows(store, EventRow)} == {
        "landed0", f"landed{days - 1}", f"waiting{days + 50}", f"aside{days + 50}"
    }  # fmt: skip
