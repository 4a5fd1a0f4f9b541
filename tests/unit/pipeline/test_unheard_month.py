"""A month closes when something from outside has come to its end: not because this machine's clock went ahead."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.land.files import import_file
from pipeline.month.close import close
from pipeline.months import refuse_clock_ahead
from pipeline.refresh.refresh import refresh
from tests.e2e import hostile
from town.faults import MonthProblem
from town.store import TownStore
from warehouse.ledger_tables import PullRow
from warehouse.store import insert, transaction


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TownStore]:
    made = hostile.town(tmp_path / "town")
    yield made
    made.engine.dispose()


def chat(store: TownStore, *last: date) -> None:
    """A chat with a message a day up to the last; exported anew with each."""
    for until in last:
        days = [date(2026, 10, 1) + timedelta(days=n) for n in range((until - date(2026, 10, 1)).days + 1)]
        path = store.config.base.parent / "WhatsApp Chat with Garden.txt"
        lines = [f"{day:%d.%m.%Y}, 09:0{n} - {who}: hello {n}\n" for day in days for n, who in enumerate("AB")]
        path.write_text("".join(lines), encoding="utf-8")
        import_file(store, path)
    refresh(store)


def pulled(store: TownStore, at: datetime, status: str) -> None:
    row = {
        "run": f"{at:%j}", "authority": store.authority.code, "source": "ga4", "account": "main", "stream": "s",
        "since": None, "until": at, "started_at": at, "ended_at": at, "status": status,
    }  # fmt: skip
    with transaction(store.engine) as tx:
        insert(tx, PullRow, [row])


def test_a_clock_that_is_a_month_ahead_closes_no_month(store: TownStore) -> None:
    store.today = date(2026, 11, 15)  # it is the fifteenth of October
    chat(store, date(2026, 10, 15))
    for asked in ({}, {"is_by_hand": True}, {"is_known_doubted": True}):
        with pytest.raises(
            MonthProblem, match=r"newer than 2026-10-15, and by its clock it is 2026-11-15: set the clock"
        ):
            close(store, "2026-10", **asked)
    pulled(store, datetime(2026, 11, 2, tzinfo=UTC), "failed")  # a service that says another time is not read
    with pytest.raises(MonthProblem, match="set the clock"):
        close(store, "2026-10")
    assert close(store, "2026-10", is_forced=True).is_new
    assert not close(store, "2026-10").is_new, "it was closed before"


@pytest.mark.parametrize("by", ["its last days", "a later month", "a service that was read"])
def test_a_month_whose_end_was_heard_of_closes(store: TownStore, by: str) -> None:
    store.today = date(2026, 11, 15)
    chat(store, date(2026, 10, 15))
    with pytest.raises(MonthProblem):
        refuse_clock_ahead(store, "2026-10")
    if by == "its last days":
        chat(store, date(2026, 10, 28))
    elif by == "a later month":
        chat(store, date(2026, 11, 3))
    else:
        pulled(store, datetime(2026, 11, 1, tzinfo=UTC), "done")
    assert refuse_clock_ahead(store, "2026-10") is None  # type: ignore[func-returns-value]
