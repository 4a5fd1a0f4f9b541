"""What the operations page knows of a town, against what was done to the town."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from collectors.errors import FixCredentials
from operations.localizer import Localizer
from operations.pages import page
from operations.state import Reason, gather
from pipeline.collect.collect import collect
from pipeline.upkeep import freshness
from receiver.events import open_inbox
from tests.e2e.tower import DAY, NOW, Bells, Tower, rounds, tower
from texts import LANGUAGES
from town.store import TownStore
from transforms.catalogue import catalogue
from warehouse.gaps import note
from warehouse.inbox import Entry
from warehouse.inbox_writer import InboxWriter
from warehouse.ledger import core, now
from warehouse.left_out import replace_left_out
from warehouse.store import transaction, upsert
from warehouse.tables import IndicatorValue, MonthState, Snapshot, SnapshotValue

PLACE = "test_tower.main.test_bells"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TownStore]:
    monkeypatch.setattr(freshness, "sources", lambda: {"test_tower": Tower()})
    with tower(tmp_path, monkeypatch) as made:
        made.today = NOW.date()
        yield made


def test_a_town_that_did_nothing_yet(store: TownStore) -> None:
    found = gather(store)
    assert [(str(one.ref), one.status, one.is_configured) for one in found.accounts] == [
        ("test_tower.main", "never", True)
    ]
    assert (found.quarantined, found.gaps, found.runs, found.inbox.entries) == (0, [], [], 0)
    (month,) = found.months
    assert (month.month, month.state, month.computed, month.missing) == ("2026-10", "open", 0, len(catalogue()))
    assert not month.can_close


def test_silence_is_a_gap_and_may_be_called_true_and_failure_may_not(store: TownStore) -> None:
    rounds(store, [12] * 6 + [0])
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        found = gather(store)
    assert {str(one) for one in found.suspects()} == {PLACE} and found.accounts[0].status == "suspect"
    assert [(str(one.account), one.why, one.since, one.streams) for one in found.gaps] == [
        ("test_tower.main", "empty", NOW + 5 * DAY, ["test_bells"])
    ]
    Bells.fails = FixCredentials("token_expired")
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        collect(store)
        found = gather(store)
    assert found.suspects() == set() and found.accounts[0].status == "failed"
    assert [(reason, [str(one.ref) for one in same]) for reason, same in found.accounts[0].troubles] == [
        (Reason("token_expired", '{"service": "test_tower"}'), [PLACE])
    ]


@pytest.mark.parametrize(("days", "gaps"), [(2, []), (4, ["overdue"])])
def test_a_service_nobody_reads_any_more_is_a_gap(store: TownStore, days: int, gaps: list[str]) -> None:
    rounds(store, [12] * 2)
    with time_machine.travel(NOW + (1 + days) * DAY, tick=False):
        assert [one.why for one in gather(store).gaps] == gaps


def test_records_put_aside_are_one_pile_of_a_source_and_reason(store: TownStore) -> None:
    rounds(store, [12] * 6)
    Bells.spoiled = True
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        collect(store)
        found = gather(store)
    (pile,) = found.quarantine_groups
    assert (pile.source, pile.code, len(pile.items)) == ("test_tower.test_bells", "wrong_value", 12)
    assert (
        found.quarantined == 12
        and pile.reasons == [Reason("wrong_value", '{"found": "no"}')]
        and pile.places[0] == "bell 0"
    )
    assert found.suspects() == set()  # all was put aside: nobody may call that a zero


def test_an_account_taken_out_of_the_configuration_stays_to_be_seen(store: TownStore) -> None:
    rounds(store, [3])
    store.config.source = {}
    assert [(str(one.ref), one.is_configured) for one in gather(store).accounts] == [("test_tower.main", False)]


def test_pulls_of_an_account_in_a_row_are_one_line_with_their_books(store: TownStore) -> None:
    rounds(store, [3, 4, 5])
    (ran,) = gather(store).runs
    # The first read goes back in two windows; each pull lands one row more, that of what was read.
    assert (ran.kind, ran.place, ran.times, ran.received, ran.loaded) == ("collect", "test_tower.main", 4, 19, 19)


def test_a_closed_month_that_changed_says_by_how_many_cells(store: TownStore) -> None:
    place = {"authority": "T", "month": "2026-10", "indicator": "zoom.gatherings", "definition_version": "1"}
    cell = {**place, "unit": "count", "verdict": "not_judged", "value": 4.0, "status": "final"}
    with transaction(store.engine) as tx:
        tx.execute(core(IndicatorValue).insert(), [{**cell, "cut": "", "space": "", "part": "", "quality": "",
                   "reason": "", "verdict_reason": "", "revision": 1}])  # fmt: skip
        upsert(tx, SnapshotValue, [{**place, "snapshot_revision": 2, "cut": "", "space": "", "part": "", "value": 3.0,
                                    "status": "final", "quality": ""}])  # fmt: skip
        for revision in (1, 2):
            upsert(tx, Snapshot, [{"authority": "T", "month": "2026-10", "revision": revision, "closed_at": now(),
                                   "manifest_sha256": "", "folder": ""}])  # fmt: skip
        upsert(tx, MonthState, [{"authority": "T", "month": "2026-10", "state": "restated", "revision": 2}])
    (month,) = gather(store).months
    assert (month.state, month.revision, month.restated, month.computed) == ("restated", 2, 1, 1)
    assert month.missing == len(catalogue()) - 1 and not month.can_close


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("receiver_down", "nobody took webhooks in"),
        ("silent", "no webhook came"),
        ("fewer_than_counted", "4 came of 9"),
    ],
)
def test_webhooks_that_were_not_heard_are_gaps_that_can_be_told(store: TownStore, kind: str, why: str) -> None:
    note(
        store.ledger,
        [{"account": "zoom.hall", "kind": kind, "since": NOW - DAY, "until": NOW, "expected": 9, "heard": 4}],
    )
    found = gather(store)
    (gap,) = found.gaps
    assert (str(gap.account), gap.why, gap.since, gap.until, gap.expected, gap.heard) == (
        "zoom.hall",
        kind,
        NOW - DAY,
        NOW,
        9,
        4,
    )
    shown = page(found, Localizer("en", "UTC", NOW), None, "t")
    told = shown.partition('id="gaps"')[2].partition("</section>")[0]
    assert "31 October 2026 12:00" in told and why in told


def test_what_webhooks_brought_waits_to_be_counted(store: TownStore) -> None:
    inbox = open_inbox(store.config)
    writer = InboxWriter(inbox)
    writer.append([Entry("zoom", (), int(now().timestamp() * 1000), b"{}")] * 3)
    found = gather(store).inbox
    assert (found.entries, found.oldest_at, found.held_back) == (3, now(), 0)


def test_what_became_no_fact_stands_beside_what_was_put_aside(store: TownStore) -> None:
    lost = {"stream": "zoom_meeting", "fact": "gathering", "space": "", "month": "2026-10", "subject": "started_at"}
    replace_left_out(store.ledger, "zoom", [{**lost, "code": "left_out_no_column", "records": 7}])
    state = gather(store)
    assert [(one.stream, one.records) for one in state.left_out] == [("zoom_meeting", 7)]
    for language in LANGUAGES:
        said = Localizer(language, "Asia/Jerusalem", NOW).left_out(state.left_out[0])
        assert "zoom_meeting" in said and "7" in said
