"""What a source speaks for, from its staging through the gate to the cells that rest on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from sqlalchemy import select

from pipeline.refresh import refresh as refreshing
from tests.integration.receiving import town
from town.config import load
from town.store import open_store
from transforms.staging.coverage import Part, coverage_row
from transforms.staging.records import fact_rows
from transforms.staging.town import Town
from warehouse.ledger import core
from warehouse.tables import IndicatorValue

ASKED = {"website": 3, "app": 2}


def invented(space: str) -> SimpleNamespace:
    """A source whose messages are of a place of this code."""

    def stage_messages(_landed: Mapping[str, pa.Table], own: Town) -> dict[str, pa.Table]:
        sent = datetime(2026, 10, 4, 9, tzinfo=UTC)
        message = {
            "month": "2026-10", "space": space, "asset": "whatsapp", "message": "m", "author_role": "unknown",
            "sent_at": sent, "kind": "text", "root": "m", "reply_basis": "none", "is_question": False, "length": 3,
        }  # fmt: skip
        return {"message": fact_rows("message", [message], own)}

    return SimpleNamespace(SOURCE="hotline", STREAMS=(), stage=stage_messages)


@pytest.mark.parametrize(
    ("space", "quarantined"), [("hotline-phone", 1), ("configured-room", 0), ("unregistered-0a1b2c3d", 0)]
)
def test_a_place_that_is_registered_nowhere_is_not_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, space: str, quarantined: int
) -> None:
    config = town(tmp_path)
    config.write_text(
        config.read_text(encoding="utf-8") + '\n[source.brevo.main]\nlist = "1"\nspace = "configured-room"\n',
        encoding="utf-8",
    )
    store = open_store(load(config), today=date(2026, 11, 9))
    store.ledger.replace_partitions("hotline", {}, "staged by an older version", [], {})
    monkeypatch.setattr(refreshing, "staging_modules", lambda: [invented(space)])
    done = refreshing.refresh(store)
    assert done.quarantined == quarantined
    assert {row.code for row in store.ledger.quarantine()} == ({"unknown_space"} if quarantined else set())
    store.engine.dispose()


def stage(_landed: Mapping[str, pa.Table], own: Town) -> dict[str, pa.Table]:
    """A register of requests that knows which asset each came through, and no space."""
    opened = datetime(2026, 10, 4, 9, tzinfo=UTC)
    requests = [
        {
            "month": "2026-10", "space": "", "asset": asset, "request": f"{asset}-{number}", "opened_at": opened,
            "answered_at": opened, "kind": "request",
        }
        for asset, count in ASKED.items()
        for number in range(count)
    ]  # fmt: skip
    spoken = [
        coverage_row("request", Part.whole("2026-10"), asset=asset, basis="export", knows=["answer"]) for asset in ASKED
    ]
    return {"request": fact_rows("request", requests, own), "coverage": fact_rows("coverage", spoken, own)}


def test_a_source_speaks_for_two_assets_without_a_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_store(load(town(tmp_path)), today=date(2026, 11, 9))
    store.ledger.replace_partitions("hotline", {}, "staged by an older version", [], {})
    source = SimpleNamespace(SOURCE="hotline", STREAMS=(), stage=stage)
    monkeypatch.setattr(refreshing, "staging_modules", lambda: [source])
    done = refreshing.refresh(store)
    assert (done.staged, done.quarantined, done.refused) == (["hotline"], 0, [])
    cell = core(IndicatorValue)
    with store.engine.connect() as connection:
        query = select(cell.c.indicator, cell.c.value).where(
            cell.c.indicator.in_(["website.answers", "app.answers"]), cell.c.part == "", cell.c.space == ""
        )
        found = dict(connection.execute(query).tuples().all())
    assert found == {"website.answers": 3, "app.answers": 2}
    store.engine.dispose()


def test_a_month_of_which_the_gate_keeps_rows_back_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two months and two places only the month and place of the row put aside are told in part."""
    places = {"one": "2026-09", "two": "2026-10"}

    def rows(own: Town, ill: str) -> dict[str, pa.Table]:
        found, covered = [], []
        for space in places:
            for month in places.values():
                period = "fortnight" if (space, month) == (ill, places.get(ill)) else "day"  # no such one
                asked = {"month": month, "space": space, "asset": "whatsapp", "metric": "sent", "period": period}
                start = date.fromisoformat(f"{month}-01")
                found.append({**asked, "period_start": start, "amount": 5.0, "basis": "api"})
                covered.append(
                    coverage_row("platform_metric", Part.whole(month), basis="api", asset="whatsapp", space=space)
                )
        return {
            "platform_metric": fact_rows("platform_metric", found, own), "coverage": fact_rows("coverage", covered, own)
        }  # fmt: skip

    config = town(tmp_path)
    accounts = "".join(f'\n[source.brevo.{one}]\nlist = "1"\nspace = "{one}"\n' for one in places)
    config.write_text(config.read_text(encoding="utf-8") + accounts, encoding="utf-8")
    store = open_store(load(config), today=date(2026, 11, 9))

    def parts(ill: str) -> set[tuple[str, str]]:
        store.ledger.replace_partitions("invented", {}, "staged by an older version", [], {})
        source = SimpleNamespace(SOURCE="invented", STREAMS=(), stage=lambda _landed, own: rows(own, ill))
        monkeypatch.setattr(refreshing, "staging_modules", lambda: [source])
        refreshing.refresh(store)
        paths = [row.path for row in store.ledger.partitions() if row.fact == "coverage"]
        covered = store.lake.read(paths).to_pylist()
        assert len(covered) == 4
        return {(row["space"], row["month"]) for row in covered if row["extent"] == "part"}

    assert parts(ill="") == set()
    assert parts(ill="two") == {("two", "2026-10")}
    assert parts(ill="") == set()
    store.engine.dispose()
